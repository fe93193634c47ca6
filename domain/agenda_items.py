"""What an agenda item may hold: talk about a child carries no text, everything else has a title and a track."""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.errors import Fault
from domain.meetings import ItemKind, Track

TEXTS = ("title", "question", "background", "proposal_text", "decided_by", "mandate")


def check_item(item: Mapping[str, Any], *, has_phases: bool) -> Iterator[Fault]:
    """Everything wrong with one item's values, pointers within the item.

    No product of ours knows a child: an item about one has its fixed title, minutes and nothing to read.
    """
    child = item["kind"] is ItemKind.CHILD_TALK
    if child:
        for name in TEXTS:
            if item[name] is not None:
                yield Fault("child_talk_has_no_text", (name,))
        if has_phases:  # a phase says what is wanted in it, in words
            yield Fault("child_talk_has_no_text", ("phases",))
    elif item["title"] is None:
        yield Fault("missing", ("title",))
    if child != (item["track"] is Track.NONE):
        allowed = [Track.NONE.value] if child else [Track.DEVELOPMENT.value, Track.OPERATIONS.value]
        yield Fault("not_one_of", ("track",), {"expected": allowed})

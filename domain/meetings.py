"""Meetings up to publishing: their words, their states, and what makes their times acceptable.

The words are domain terms of Roald's rules as Lier and Udir use them; the states are the first part of the
meeting's life (draft, agenda_draft, published, and cancelled from any of them).
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from domain.errors import AgendaFrozen, AlreadyStarted, Fault, Invalid, WrongState

LONGEST_MEETING = timedelta(hours=24)
_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}", re.ASCII)


class Purpose(StrEnum):
    """What the meeting is for; statutory co-determination is outside every rule of method."""

    DEVELOPMENT = "development"
    OPERATIONS = "operations"
    MIXED = "mixed"
    STATUTORY = "statutory"
    CONVERSATION = "conversation"


class Track(StrEnum):
    """Whether an item develops practice or keeps the place running; only talk about a child has none."""

    DEVELOPMENT = "development"
    OPERATIONS = "operations"
    NONE = "none"


class ItemKind(StrEnum):
    """What a team does with an item; child_talk carries no text and stands outside R2 and R7."""

    EXPLORE = "explore"
    DECIDE = "decide"
    INFORM = "inform"
    FOLLOW_UP = "follow_up"
    DATA_TALK = "data_talk"
    CHILD_TALK = "child_talk"


class Mandate(StrEnum):
    """How much can still be shaped (R2b)."""

    OPEN = "open"
    PARTLY_DECIDED = "partly_decided"
    ALREADY_DECIDED = "already_decided"


class DialogueStructure(StrEnum):
    """How the dialogue is framed; igp is individual, group, plenum."""

    IGP = "igp"
    ROUND = "round"
    PAIRS = "pairs"
    CAFE = "cafe"
    FISHBOWL = "fishbowl"
    FREE = "free"


class PhaseKind(StrEnum):
    """What a part of an item is for: ideas and their assessment, good and bad experiences each have their own time."""

    FRAME = "frame"
    EXPERIENCE_POSITIVE = "experience_positive"
    EXPERIENCE_NEGATIVE = "experience_negative"
    IDEA = "idea"
    ASSESS = "assess"
    PRIORITISE = "prioritise"
    AGREE = "agree"


class Recurrence(StrEnum):
    """How often the series meets; R1a asks for less lead time where a team meets weekly or oftener."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    TERMLY = "termly"


class MeetingState(StrEnum):
    """draft has no agenda yet, agenda_draft has one that nobody else prepares from, published goes out."""

    DRAFT = "draft"
    AGENDA_DRAFT = "agenda_draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


_FROM: Mapping[str, frozenset[MeetingState]] = MappingProxyType(
    {
        "change": frozenset({MeetingState.DRAFT, MeetingState.AGENDA_DRAFT, MeetingState.PUBLISHED}),
        "edit_agenda": frozenset({MeetingState.DRAFT, MeetingState.AGENDA_DRAFT}),
        "publish": frozenset({MeetingState.AGENDA_DRAFT}),
        "cancel": frozenset({MeetingState.DRAFT, MeetingState.AGENDA_DRAFT, MeetingState.PUBLISHED}),
    }
)


def opening_state(*, has_items: bool) -> MeetingState:
    """The state of a new meeting: with an agenda it is already an agenda draft."""
    return MeetingState.AGENDA_DRAFT if has_items else MeetingState.DRAFT


def edit_agenda(state: MeetingState, *, has_items: bool) -> MeetingState:
    """The state after items or preparation tasks changed; raises AgendaFrozen or WrongState."""
    if state is MeetingState.PUBLISHED:
        raise AgendaFrozen(state=state.value)
    _require(state, "edit_agenda")
    return opening_state(has_items=has_items)


def publish(state: MeetingState, starts_at: datetime, now: datetime) -> MeetingState:
    """Send the agenda out before the meeting starts.

    Raises Invalid without an agenda, WrongState where it has gone out or the meeting is off, AlreadyStarted.
    """
    if state is MeetingState.DRAFT:
        raise Invalid([Fault("missing", ("agenda",))])
    _require(state, "publish")
    _require_ahead(starts_at, now)
    return MeetingState.PUBLISHED


def cancel(state: MeetingState, starts_at: datetime, now: datetime) -> MeetingState:
    """Call the meeting off before it starts; raises WrongState where that has been done, or AlreadyStarted."""
    _require(state, "cancel")
    _require_ahead(starts_at, now)
    return MeetingState.CANCELLED


def change(state: MeetingState) -> MeetingState:
    """Change time, place or participants; raises WrongState for a cancelled meeting."""
    _require(state, "change")
    return state


def check_times(starts_at: datetime, ends_at: datetime, zone: str) -> tuple[Fault, ...]:
    """All that is wrong with a meeting's times, for creation and for every later change alike."""
    naive = tuple(
        Fault("not_aware", (name,))
        for name, moment in (("starts_at", starts_at), ("ends_at", ends_at))
        if moment.utcoffset() is None
    )
    wrong_zone = () if is_zone(zone) else (Fault("not_a_zone", ("zone",)),)
    return naive + wrong_zone + (() if naive else _check_length(starts_at, ends_at))


def is_zone(zone: str) -> bool:
    """Whether it names a zone of the IANA database, such as Europe/Oslo."""
    if _ZONE.fullmatch(zone) is None:
        return False
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _check_length(starts_at: datetime, ends_at: datetime) -> tuple[Fault, ...]:
    if ends_at <= starts_at:
        return (Fault("ends_before_start", ("ends_at",)),)
    if ends_at - starts_at > LONGEST_MEETING:
        return (Fault("meeting_too_long", ("ends_at",), {"max_hours": 24}),)
    return ()


def _require_ahead(starts_at: datetime, now: datetime) -> None:
    if starts_at <= now:
        raise AlreadyStarted


def _require(state: MeetingState, verb: str) -> None:
    if state not in _FROM[verb]:
        allowed = sorted(each.value for each in _FROM[verb])
        raise WrongState(state=state.value, verb=verb, allowed=allowed)

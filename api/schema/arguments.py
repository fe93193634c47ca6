"""From the values of arguments to parameters of a statement; what can't be one is refused by a code."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

import orjson

from api.reading.views import LONGEST_SEARCH, View
from api.schema.meanings import LARGEST_PAGE, Cast
from api.web.cursors import opened
from api.web.handling import ID_TEXT
from api.web.refusals import CursorInvalid
from domain.figures import Bucket
from domain.localisation import search_key

LONGEST_TEXT = 1000
KEYS = {
    "uuid": ID_TEXT,
    "int": re.compile(r"-?[0-9]{1,9}"),
    "date": re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-([0-2][0-9]|3[01])"),
    "timestamptz": re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?\+00"),
    "text": re.compile(r"[^\x00\ud800-\udfff]*"),
}
"""How PostgreSQL writes the keys of a row, by their type."""


class Misfit(ValueError):
    """A value that an argument can't have: the code of a fault, and which argument, where several make one value."""

    def __init__(self, code: str, argument: str = "") -> None:
        super().__init__(code)
        self.code, self.argument = code, argument


def fitted(cast: Cast, value: Any, view: type[View] | None) -> Any:
    """The value as a parameter (for a cursor: the keys of its row). Raises Misfit."""
    return _FITS[cast](value, view)


def _id(value: Any, _: object) -> str:
    if ID_TEXT.fullmatch(value) is None:
        raise Misfit("not_a_uuid")
    return str(value).lower()


def _text(value: Any, _: object, longest: int = LONGEST_TEXT) -> str:
    text = str(value.value if isinstance(value, Enum) else value)
    if len(text) > longest:
        raise Misfit("text_too_long")
    if KEYS["text"].fullmatch(text) is None:
        raise Misfit("invalid_text")
    return text


def _number(value: int, _: object) -> int:
    return value


def _words(value: str, _: object) -> str:
    return search_key(_text(value, None, LONGEST_SEARCH))


def _date(value: date, _: object) -> date:
    return value


def _moment(value: datetime, _: object) -> datetime:
    if value.tzinfo is None:
        raise Misfit("not_aware")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise Misfit("not_a_date_time") from None


def _size(value: int, _: object) -> int:
    if value < 0:
        raise Misfit("page_too_small")
    if value > LARGEST_PAGE:
        raise Misfit("page_too_large")
    return value


def _cursor(value: str, view: type[View] | None) -> tuple[str, ...]:
    """The keys of the row that a cursor (api/reading/connections.py) stands for, each as its type is written."""
    if view is None:
        raise Misfit("cursor_invalid")
    kinds = [kind for _, kind in view.order.columns]
    try:
        keys = orjson.loads(opened(value))
    except (CursorInvalid, ValueError):
        raise Misfit("cursor_invalid") from None
    if not isinstance(keys, list) or len(keys) != 1 + len(kinds) or keys[0] != view.published:
        raise Misfit("cursor_invalid")
    for key, kind in zip(keys[1:], kinds, strict=True):
        if not isinstance(key, str) or KEYS[kind].fullmatch(key) is None or not _is_in_the_calendar(key, kind):
            raise Misfit("cursor_invalid")
    return tuple(keys[1:])


def _is_in_the_calendar(key: str, kind: str) -> bool:
    try:
        return kind not in {"date", "timestamptz"} or bool(datetime.fromisoformat(key))
    except ValueError:
        return False


_FITS: Mapping[Cast, Callable[[Any, Any], Any]] = {
    Cast.ID: _id,
    Cast.TEXT: _text,
    Cast.WORDS: _words,
    Cast.NUMBER: _number,
    Cast.DATE: _date,
    Cast.MOMENT: _moment,
    Cast.SIZE: _size,
    Cast.CURSOR: _cursor,
    Cast.BUCKET: lambda value, _: Bucket(value),
}

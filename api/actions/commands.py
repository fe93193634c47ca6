"""The words that commands are made of: bounded, aware, and nothing that wasn't asked for."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from domain.texts import REFUSED_IN_LINE, REFUSED_IN_TEXT, is_readable


class Command(BaseModel):
    """What a client sends; unknown keys are refused, values are never guessed from other types."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def given(self) -> dict[str, Any]:
        """The fields that were sent, by name; what a merge patch leaves out stays as it is."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def omitted() -> Any:
    """A field of a merge patch: absent means unchanged, and null only where the type allows it."""
    return Field(default_factory=lambda: None)


_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)


def _written(pattern: re.Pattern[str], code: str, value: Any) -> Any:
    """Dates and moments are texts, written one way: a number would be read as seconds of some epoch."""
    if isinstance(value, int | float):
        raise PydanticCustomError("string_type", "text expected")
    if isinstance(value, str) and not pattern.fullmatch(value):
        raise PydanticCustomError(code, "not written as RFC 3339 has it")
    return value


def _day(value: Any) -> Any:
    return _written(_DAY, "date_parsing", value)


def _moment(value: Any) -> Any:
    return _written(_MOMENT, "datetime_parsing", value)


def _utc(value: datetime) -> datetime:
    """Stored in UTC: PostgreSQL knows fewer offsets than RFC 3339 allows."""
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("datetime_parsing", "beyond the calendar") from None


def _number_only(value: Any) -> Any:
    """30 and 30.0 are the same number in JSON; texts and truth values are none."""
    if isinstance(value, str | bool):
        raise PydanticCustomError("int_type", "number expected")
    return value


_SPACES = r"\u0009\u000a\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What is stripped at the ends."""


def _readable(most: int, refused: str) -> Any:
    """A text that can be read as it is written (domain.texts), without surrounding space."""

    def check(value: str) -> str:
        if not is_readable(value, refused):
            raise PydanticCustomError("invalid_text", "a text that can't be read as it is written")
        return value

    said = refused.replace(r"\ud800-\udfff", "")  # no JSON text holds half a surrogate pair, and no pattern may
    pattern = rf"^[{_SPACES}]*[^{said}]*[^\s{said}][^{said}]*[{_SPACES}]*$"
    schema = WithJsonSchema({"type": "string", "minLength": 1, "maxLength": most, "pattern": pattern})
    return Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=most), AfterValidator(check), schema
    ]


Line: TypeAlias = _readable(200, REFUSED_IN_LINE)  # type: ignore[valid-type]
Text: TypeAlias = _readable(4000, REFUSED_IN_TEXT)  # type: ignore[valid-type]
LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
"""A language tag as RFC 5646 has it, as far as anybody here uses it."""

Lang: TypeAlias = Annotated[str, StringConstraints(pattern=f"^{LANG.pattern}$", max_length=35)]
Names: TypeAlias = Annotated[dict[Lang, Line], Field(min_length=1, max_length=20, description="Names by language tag.")]
Moment: TypeAlias = Annotated[AwareDatetime, BeforeValidator(_moment), AfterValidator(_utc)]
Day: TypeAlias = Annotated[date, BeforeValidator(_day)]
Minutes: TypeAlias = Annotated[int, Field(ge=1, le=1440), BeforeValidator(_number_only)]
Locale: TypeAlias = Literal["nb", "nn", "da", "sv", "en"]
Zone: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=64)]

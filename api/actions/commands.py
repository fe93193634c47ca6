"""The words that commands are made of: bounded, aware, and nothing that wasn't asked for."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeAlias

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


def _stripped(most: int) -> Any:
    """What a text with surrounding space removed looks like before: something to read, no control characters."""
    no_controls = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f]*"
    pattern = rf"^{no_controls}[^\s\u0085\u0000-\u001f]{no_controls}$"
    return WithJsonSchema({"type": "string", "minLength": 1, "maxLength": most, "pattern": pattern})


Line: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), _stripped(200)]
Text: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), _stripped(4000)
]
Lang: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
Names: TypeAlias = Annotated[dict[Lang, Line], Field(min_length=1, max_length=20, description="Names by language tag.")]
Moment: TypeAlias = Annotated[AwareDatetime, BeforeValidator(_moment), AfterValidator(_utc)]
Day: TypeAlias = Annotated[date, BeforeValidator(_day)]
Minutes: TypeAlias = Annotated[int, Field(ge=1, le=1440), BeforeValidator(_number_only)]
Zone: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=64)]

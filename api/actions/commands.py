"""The words that commands are made of: bounded, aware, and nothing that wasn't asked for."""

from datetime import date
from typing import Annotated, Any, TypeAlias

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints
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


def _text_only(value: Any) -> Any:
    """Dates and moments are texts: a number would be read as seconds of some epoch."""
    if isinstance(value, int | float):
        raise PydanticCustomError("string_type", "text expected")
    return value


Line: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Lang: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
Names: TypeAlias = Annotated[dict[Lang, Line], Field(min_length=1, max_length=20, description="Names by language tag.")]
Moment: TypeAlias = Annotated[AwareDatetime, BeforeValidator(_text_only)]
Day: TypeAlias = Annotated[date, BeforeValidator(_text_only)]
Minutes: TypeAlias = Annotated[int, Strict(), Field(ge=1, le=1440)]
Zone: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=64)]

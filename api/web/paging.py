"""The query parameters that lists share; a feature adds its filters by subclassing."""

from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from api.reading.views import LONGEST_SEARCH, SEARCHED
from domain.localisation import search_key

DEFAULT_LIMIT = 50
MOST = 100


Words: TypeAlias = Annotated[
    Annotated[str, StringConstraints(max_length=LONGEST_SEARCH, pattern=r"^[^\x00]+$"), AfterValidator(search_key)]
    | None,
    Field(description=SEARCHED, examples=["skole"]),
]
"""The filter `matching` of lists that can be searched."""


class Query(BaseModel):
    """Query parameters of one operation; what it doesn't name is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def given(self) -> dict[str, Any]:
        """The parameters that were given, by name."""
        return {name: value for name, value in self if value is not None}


class PageQuery(Query):
    """Which page of a list."""

    limit: Annotated[int | None, Field(ge=1, le=MOST, description="At most so many items (default 50).")] = None
    cursor: Annotated[
        str | None,
        Field(
            max_length=2048,
            description="Where to go on: `next_cursor` of the page before.",
            json_schema_extra={"pattern": "^[A-Za-z0-9_-]+$"},  # said, not checked: what isn't ours is refused below
        ),
    ] = None

    def filters(self) -> dict[str, Any]:
        """The filters that were given, by name."""
        return {name: value for name, value in self.given().items() if name not in PageQuery.model_fields}

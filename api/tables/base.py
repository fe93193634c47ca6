"""The one row base: what every tenant row carries, and how its class becomes a table."""

import types
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, TypeAlias, Union, get_args, get_origin
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import SQLModel

METADATA = SQLModel.metadata
TENANT_ROWS: dict[str, type["Row"]] = {}
GLOBAL_TABLES = frozenset({"tenant", "issuer_binding", "alembic_version"})
"""The closed list of tables without row security: what must be known before a tenant is."""


class Fate(StrEnum):
    """What becomes of a reference when the person it names is erased."""

    ROW_ERASED = "row_erased"  # the row is about that person only and goes with them
    PSEUDONYM = "pseudonym"  # the reference stays and points at a person row without name
    CLEARED = "cleared"  # the column becomes null


@dataclass(frozen=True)
class Refers:
    """A reference to another tenant table; to a person it must name its fate and how long it is kept."""

    table: str
    fate: Fate | None = None
    retention: str | None = None


@dataclass(frozen=True)
class Personal:
    """A column that says something about a person without referring to one (a name, an address)."""

    fate: Fate
    retention: str


TextMap: TypeAlias = dict[str, str]
"""A localised text: locale → text, stored as jsonb and served whole."""


@dataclass(frozen=True)
class Ordered:
    """A text that is compared by code point, on every server alike."""


SortKey = Annotated[str, Ordered()]
"""A stored key in Nordic alphabetical order (domain.localisation.sort_key)."""

Author = Annotated[UUID | None, Personal(Fate.PSEUDONYM, "as long as the row")]


class Row(SQLModel):
    """What every tenant row carries. Built only from validated values; never returned or accepted as it is."""

    table: ClassVar[str]
    constraints: ClassVar[tuple[sa.schema.SchemaItem, ...]] = ()
    append_only: ClassVar[bool] = False

    tenant_id: UUID
    id: UUID
    created_at: datetime
    created_by: Author = None
    updated_at: datetime
    revision: int = 1

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        TENANT_ROWS[cls.table] = cls
        columns = [_column(name, field) for name, field in cls.model_fields.items()]
        keys: list[sa.schema.SchemaItem] = [
            sa.PrimaryKeyConstraint("tenant_id", "id", name=f"pk_{cls.table}"),
            sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=f"fk_{cls.table}_tenant_id"),
        ]
        for name, field in cls.model_fields.items():
            keys.extend(_reference(cls.table, name, ref) for ref in field.metadata if isinstance(ref, Refers))
        sa.Table(cls.table, METADATA, *columns, *keys, *cls.constraints)


_TYPES: dict[Any, Any] = {
    UUID: sa.Uuid(),
    str: sa.Text(),
    int: sa.Integer(),
    float: sa.Double(),
    bool: sa.Boolean(),
    datetime: sa.DateTime(timezone=True),
    date: sa.Date(),
}

_IN_ARRAYS = (str, int, UUID)


def _column(name: str, field: Any) -> sa.Column[Any]:
    inner, nullable = _without_none(field.annotation)
    personal = [m for m in field.metadata if isinstance(m, Refers | Personal) and m.fate]
    info = {"person": personal[0]} if personal else {}
    ordered = any(isinstance(m, Ordered) for m in field.metadata)
    kind = sa.Text(collation="C") if ordered else _stored_type(inner)
    return sa.Column(name, kind, nullable=nullable, info=info)


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in {Union, types.UnionType}:
        inner = [a for a in get_args(annotation) if a is not type(None)]
        return inner[0], len(inner) < len(get_args(annotation))
    return annotation, False


def _stored_type(annotation: Any) -> Any:
    origin = get_origin(annotation)
    if origin is dict or annotation is dict:
        return JSONB()
    if origin is list:
        (inner,) = get_args(annotation)
        return ARRAY(_TYPES[inner]) if inner in _IN_ARRAYS else JSONB()
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return sa.Text()
    return _TYPES[annotation]


def _reference(table: str, name: str, ref: Refers) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", name], [f"{ref.table}.tenant_id", f"{ref.table}.id"], name=f"fk_{table}_{name}"
    )


def one_of(table: str, column: str, values: type[StrEnum]) -> sa.CheckConstraint:
    """A check that keeps `column` within the words of a domain enum."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} in ({allowed})", name=f"ck_{table}_{column}")


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    """A unique constraint within the tenant: a shared one would tell one tenant what another has."""
    return sa.UniqueConstraint("tenant_id", *columns, name=f"uq_{table}_{'_'.join(columns)}")


def index(table: str, *columns: str, where: str | None = None) -> sa.Index:
    """An index that leads with the tenant; columns may carry an order («starts_at desc»)."""
    name = f"ix_{table}_{'_'.join(c.split()[0] for c in columns)}"
    some = None if where is None else sa.text(where)
    return sa.Index(name, "tenant_id", *(sa.text(c) for c in columns), postgresql_where=some)

"""What a use case wants to know: values that name rows, many of them answered by one statement."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, Literal, TypeVar, cast
from uuid import UUID

import orjson
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql

from api.postgres.validity import above
from api.tables import METADATA, Row

R = TypeVar("R", bound=Row)
T = TypeVar("T")
Lock = Literal["", "for update", "for share"]


@dataclass(frozen=True)
class Wanted(Generic[T]):
    """One scalar sub-select that gives JSON, the values of its `:names`, and how its answer is read."""

    sql: str
    values: Mapping[str, Any]
    read: Callable[[bytes], T]


def row(of: type[R], id: UUID, lock: Lock = "") -> Wanted[R | None]:
    """The row with this id, or None. A lock waits for whoever holds it; load its children after it, not with it."""
    sql = f"select row_to_json(x) from (select * from {of.table} where id = :id::uuid {lock}) x"
    return Wanted(sql, {"id": id}, cast("Callable[[bytes], R | None]", _reads(of)))


def rows(of: type[R], order: str = "id", where: str = "true", **values: Any) -> Wanted[list[R]]:
    """Rows whose columns equal the given values (a list: any of them) and that fulfil `where`.

    Names in `values` that are no columns are parameters of `where`.
    """
    columns = METADATA.tables[of.table].columns
    equal = [_equals(of.table, name, value) for name, value in values.items() if name in columns]
    condition = " and ".join([*equal, where])
    sql = (
        "select coalesce(json_agg(row_to_json(x)), '[]'::json) "
        f"from (select * from {of.table} where {condition} order by {order}) x"
    )
    return Wanted(sql, values, _reads_list(of))


def facts(sql: str, /, **values: Any) -> Wanted[Any]:
    """Whatever JSON a sub-select gives: identifiers, flags, small lists."""
    return Wanted(sql, values, orjson.loads)


def lineage(unit: str, /, **values: Any) -> Wanted[list[UUID]]:
    """The unit that `unit` selects, and all units above it today; nearest first."""
    sql = (
        f"with recursive {above('up', unit)} "
        "select coalesce(json_agg(id order by depth), '[]'::json) from up where id is not null"
    )
    return Wanted(sql, values, _IDS.validate_json)


def patiently() -> Wanted[None]:
    """For an import: the statement that writes may take a minute, as 20,000 lines are some 80,000 rows."""
    return Wanted("select to_json(set_config('statement_timeout', '60s', true))", {}, lambda _: None)


_IDS = TypeAdapter(list[UUID])


def together(wanted: tuple[Wanted[Any], ...]) -> tuple[list[str], dict[str, Any]]:
    """The sub-selects side by side, their names kept apart; `:today`, `:now`, `:tenant` stay shared."""
    values: dict[str, Any] = {}
    for i, want in enumerate(wanted):
        values.update({f"w{i}_{name}": value for name, value in want.values.items()})
    return [_apart(i, want.sql) for i, want in enumerate(wanted)], values


SHARED = frozenset({"today", "now", "tenant", "asker"})
_NAMED = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")


@cache
def _apart(i: int, sql: str) -> str:
    return _NAMED.sub(lambda m: m[0] if m[1] in SHARED else f":w{i}_{m[1]}", sql)


def _equals(table: str, name: str, value: Any) -> str:
    kind = _type(table, name)
    return f"{name} = any(:{name}::{kind}[])" if isinstance(value, list) else f"{name} = :{name}::{kind}"


@cache
def _type(table: str, name: str) -> str:
    kind = METADATA.tables[table].columns[name].type
    return kind.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]


@cache
def _reads(of: type[R]) -> Callable[[bytes], R]:
    return TypeAdapter(of).validate_json


@cache
def _reads_list(of: type[R]) -> Callable[[bytes], list[R]]:
    return TypeAdapter(list[of]).validate_json  # type: ignore[valid-type]

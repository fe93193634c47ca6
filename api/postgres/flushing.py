"""All rows of a unit of work in one round trip: one statement, a data-changing part for every table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

from api.tables import TENANT_ROWS, Row

Shape = tuple[tuple[str, str], ...]
"""What a flush does, in order: ("insert", "meeting"), ("update", "team") …"""


@dataclass
class Pending:
    """Rows that wait to be written, by what is to be done with them and by table."""

    rows: dict[tuple[str, str], dict[Any, Row]] = field(default_factory=dict)

    def put(self, verb: str, row: Row) -> None:
        """Note a row once; a change of a row that is itself new stays an insert."""
        if verb == "update" and row.id in self.rows.get(("insert", row.table), {}):
            return
        self.rows.setdefault((verb, row.table), {})[row.id] = row

    def drop(self, row: Row) -> None:
        """Note that a row goes; what was to be written of it is forgotten."""
        new = self.rows.get(("insert", row.table), {}).pop(row.id, None)
        self.rows.get(("update", row.table), {}).pop(row.id, None)
        if new is None:
            self.put("delete", row)

    def clear(self) -> None:
        """Forget everything: the use case refused."""
        self.rows.clear()

    def taken(self) -> tuple[str, list[bytes]]:
        """The statement that writes everything and its arguments, one JSON array a part; then nothing waits."""
        work = {what: rows for what, rows in self.rows.items() if rows}
        arguments = [orjson.dumps([vars(row) for row in rows.values()]) for rows in work.values()]
        self.rows.clear()
        return statement(tuple(work)), arguments


@lru_cache(maxsize=512)
def statement(shape: Shape) -> str:
    """SQL for a shape; foreign keys are checked when the whole statement is done, so order does not matter."""
    parts = [f"{verb[0]}{i} as ({_part(verb, table, i)})" for i, (verb, table) in enumerate(shape, 1)]
    return f"with {', '.join(parts)} select 1" if parts else ""


def _part(verb: str, table: str, number: int) -> str:
    given = f"json_populate_recordset(null::{table}, ${number}::json)"
    columns = list(TENANT_ROWS[table].model_fields)
    if verb == "insert":
        names = ", ".join(columns)
        return f"insert into {table} ({names}) select {names} from {given}"
    if verb == "delete":
        return f"delete from {table} t using {given} x where t.id = x.id"
    fixed = {"tenant_id", "id", "created_at", "created_by"}
    sets = ", ".join(f"{name} = x.{name}" for name in columns if name not in fixed)
    return f"update {table} t set {sets} from {given} x where t.id = x.id"


def changed(row: Row, values: Mapping[str, Any]) -> bool:
    """Set attributes of a row; whether anything became different."""
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    return before != dict(values)

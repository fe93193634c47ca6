"""Plans: what an operation became — one statement, its cost, and what is to be completed after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.postgres.statements import Statement, numbered
from api.reading.compiler import operation_sql
from api.schema.building import Schema
from api.schema.documents import Bound, Operation
from api.schema.selecting import Blame, Selecting


@dataclass(frozen=True, slots=True)
class Plan:
    """How an operation with certain states of its arguments is answered; holds nothing of the operation itself.

    `roots` are the keys of the answer in order, `introspection` those that graphql-core answers.
    """

    statement: Statement
    cost: int
    constants: Mapping[str, Any]
    blames: tuple[Blame, ...]
    introspection: frozenset[str]
    roots: tuple[str, ...]

    @property
    def plain(self) -> bool:
        """Whether what PostgreSQL says is the whole answer."""
        return not self.blames and not self.introspection


def plan(schema: Schema, operation: Operation, bound: Bound, misfits: Mapping[str, tuple[str, str]]) -> Plan:
    """The plan for an operation, the states of its arguments, and what is wrong with its periods: by their suffix,
    which argument, and the code of a fault.
    """
    selecting = Selecting(schema, operation, bound, misfits)
    selection = selecting.selection()
    return Plan(
        numbered(operation_sql(selection)),
        max(selecting.cost, 1),
        selecting.parameters,
        tuple(selecting.blames),
        frozenset(selecting.introspection),
        tuple(selecting.roots),
    )

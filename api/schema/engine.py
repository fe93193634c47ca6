"""Runs operations: a known document and its arguments become one statement, whose JSON is the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson

from api.postgres.asker import Asker
from api.postgres.recent import Met, Recent
from api.reading.figures import figure_values
from api.reading.reader import Reader
from api.schema.arguments import Misfit
from api.schema.building import Schema, schema
from api.schema.completing import Path, blamed, introspected
from api.schema.documents import Bound, Document, Operation
from api.schema.plans import Plan, plan
from api.schema.refusals import CostTooHigh, MutationByGet, NotAQuery
from api.schema.selecting import Blame

DOCUMENTS = 300_000
"""Characters of documents that are kept; taken apart, each needs some hundred bytes."""

PLANS = 4_000_000
"""Characters of SQL, and what a plan needs besides."""

PLAN, PER_STATE = 2_000, 100
"""What a plan weighs in memory beside its SQL, in the same measure: by itself, and for each argument and blame."""

MET = 20_000
"""Documents and plans that are known by sight: they are kept, and their statements prepared, from the second time."""


@dataclass(frozen=True)
class Question:
    """What a request asks: a document, which of its operations, and the variables; `get` when it came by GET."""

    text: str
    name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    get: bool = False


@dataclass(frozen=True)
class Answered:
    """The data as JSON, what it cost, and what couldn't be answered, each with its place."""

    data: bytes
    cost: int
    limit: int
    errors: tuple[tuple[Path, Blame], ...] = ()


@dataclass(frozen=True)
class CostLimits:
    """How many rows one operation may give: for everybody, and for single clients by their id."""

    usual: int
    clients: Mapping[str, int] = field(default_factory=dict)

    def of(self, asker: Asker) -> int:
        """The limit of whoever asks."""
        return self.clients.get(asker.client, self.usual) if asker.client else self.usual


PlanKey: TypeAlias = tuple[Any, ...]
"""An operation's key, the states of its arguments, and what is wrong with its periods."""

Periods: TypeAlias = tuple[dict[str, Any], dict[str, tuple[str, str]]]
"""Parameters of those that can be, and (argument, code of a fault) of those that can't, by their suffix."""


def _weight(key: PlanKey, plan: Plan) -> int:
    _, name, states, *wrong = key
    return PLAN + len(plan.statement.sql) + len(name) + PER_STATE * (len(states) + len(wrong) + len(plan.blames))


class Engine:
    """Keeps what was learnt of documents that come again; bounded, whatever clients send."""

    def __init__(self, reader: Reader, *, limits: CostLimits, deadline: float, staleness: float) -> None:
        self.schema: Schema = schema()
        self._reader = reader
        self._deadline = deadline
        self._staleness = staleness
        self._documents: Recent[str, Document] = Recent(DOCUMENTS, lambda text, _: len(text))
        self._plans: Recent[PlanKey, Plan] = Recent(PLANS, _weight)
        self._met = Met(MET)
        self.limits = limits

    async def answer(self, asker: Asker, question: Question) -> Answered:
        """The answer. Raises Wrong, EdgeErrors, and what a read raises."""
        operation = self._document(question).operation(question.name)
        bound = operation.bind(question.variables)
        periods, wrong = self._periods(operation, bound, asker)
        key = (*operation.key, bound.states, *wrong.items())
        found = self._plans.get(key)
        again = found is not None or self._met.again(key)
        if found is None:
            found = plan(self.schema, operation, bound, wrong)
            if again:
                self._plans.put(key, found)
        limit = self.limits.of(asker)
        if found.cost > limit:
            raise CostTooHigh(cost=found.cost, limit=limit)
        values = {**asker.values(), **bound.parameters, **found.constants, **periods}
        body = await self._reader.operation(asker, found.statement, values, deadline=self._deadline, keep=again)
        if found.plain:
            return Answered(body, found.cost, limit)
        data, errors = blamed(orjson.loads(body), found.blames)
        if found.introspection and data is not None:
            said = introspected(self.schema, operation, found.introspection, bound.variables)
            data = {key: said[key] if key in found.introspection else data[key] for key in found.roots}
        return Answered(orjson.dumps(data), found.cost, limit, tuple(errors))

    def _document(self, question: Question) -> Document:
        text = question.text
        known = self._documents.get(text)
        if known is not None:
            return known
        try:
            document = Document(self.schema, text)
        except NotAQuery:
            if question.get:
                raise MutationByGet(headers=((b"allow", b"POST"),)) from None
            raise
        return self._documents.put(text, document) if self._met.again(text) else document

    def _periods(self, operation: Operation, bound: Bound, asker: Asker) -> Periods:
        """All periods that figures are asked for."""
        values: dict[str, Any] = {}
        wrong: dict[str, tuple[str, str]] = {}
        for each in operation.figures:
            try:
                period = each.period(bound.parameters, asker.today)
                values |= figure_values(period, asker.zone, self._staleness, each.suffix)
            except Misfit as misfit:
                wrong[each.suffix] = misfit.argument, misfit.code
        return values, wrong

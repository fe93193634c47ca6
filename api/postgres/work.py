"""The unit of work: one request, one transaction, one connection; ask, load, decide, write, then answer."""

from collections.abc import Mapping
from typing import Any, TypeVar, overload
from uuid import UUID

import asyncpg

from api.postgres.asker import Asker
from api.postgres.flushing import Pending, changed
from api.postgres.ids import new_id
from api.postgres.opening import Opened, open_statement, opened
from api.postgres.pool import Connection
from api.postgres.replaying import Key, replay
from api.postgres.statements import Statement, numbered
from api.postgres.wanted import Wanted, together
from api.tables import AuditEvent, IdempotencyKey, OutboxEvent, Row
from api.tables.records import AuditOutcome
from domain.actors import Actor, Place
from domain.errors import (
    DomainError,
    Forbidden,
    IdempotencyKeyInUse,
    NotFound,
    PreconditionFailed,
)
from domain.permissions import Permission, allows

T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")
W = TypeVar("W")


class UnitOfWork:
    """Everything that one use case may do with the database. Made and ended by `units.unit_of_work` alone."""

    def __init__(
        self,
        connection: Connection,
        asker: Asker,
        operation: str,
        trace_id: str,
        key: Key | None = None,
        revisions: frozenset[int] | None = None,
    ) -> None:
        self.asker = asker
        self.now = asker.now
        self.today = asker.today
        self.operation = operation
        self.trace_id = trace_id
        self.key = key
        self.permitted = False
        self.revisions = revisions
        self.kept: list[Row] = []
        self._connection = connection
        self._pending = Pending()
        self._opened: Opened | None = None
        self._unaudited: list[tuple[Permission, str | None, UUID | None]] = []

    # ask

    @property
    def actor(self) -> Actor:
        """Who acts; known from the first fetch on."""
        if self._opened is None:
            raise RuntimeError("fetch something first: the first statement finds out who acts")
        return self._opened.actor

    @property
    def locale(self) -> str:
        """The language to answer in: the request's own wish, else the actor's, else the tenant's."""
        return self.asker.locale_for(self._opened.locale if self._opened else None)

    @property
    def used(self) -> bool:
        """Whether the database was asked anything at all."""
        return self._opened is not None

    def require(
        self, permission: Permission, place: Place, about: Row | None = None, *, see: Permission | None = None
    ) -> None:
        """Go on only if the actor may. Raises Forbidden, or NotFound where they lack even `see`."""
        subject = (about.table, about.id) if about is not None else (None, None)
        self._unaudited.append((permission, *subject))
        if not allows(self.actor, permission, place):
            hidden = see is not None and not allows(self.actor, see, place)
            raise NotFound if hidden else Forbidden(permission=permission.value)
        self.permitted = True

    def concerns(self, row: Row) -> None:
        """What the permission was asked for, where that is known only afterwards: the audit names it."""
        permission, _, _ = self._unaudited[-1]
        self._unaudited[-1] = (permission, row.table, row.id)

    def expect(self, row: Row) -> None:
        """Go on only if the change was made from this revision. Raises PreconditionFailed."""
        if self.revisions is not None and row.revision not in self.revisions:
            raise PreconditionFailed(revision=row.revision)

    # load

    @overload
    async def fetch(self, a: Wanted[T], /) -> tuple[T]: ...
    @overload
    async def fetch(self, a: Wanted[T], b: Wanted[U], /) -> tuple[T, U]: ...
    @overload
    async def fetch(self, a: Wanted[T], b: Wanted[U], c: Wanted[V], /) -> tuple[T, U, V]: ...
    @overload
    async def fetch(self, a: Wanted[T], b: Wanted[U], c: Wanted[V], d: Wanted[W], /) -> tuple[T, U, V, W]: ...
    @overload
    async def fetch(self, *wanted: Wanted[Any]) -> tuple[Any, ...]: ...
    async def fetch(self, *wanted: Wanted[Any]) -> tuple[Any, ...]:
        """All that is wanted, by one statement; the first call also opens the unit of work."""
        selects, values = together(wanted)
        if self._opened is None:
            record = (await self._open(tuple(selects), values))[2:]
        else:
            record = await self.ask(numbered("select " + ", ".join(f"({sql})" for sql in selects)), values)
        return tuple(None if raw is None else want.read(raw) for want, raw in zip(wanted, record, strict=True))

    async def ask(self, statement: Statement, values: Mapping[str, Any]) -> Any:
        """One row from a finished statement, within this transaction."""
        arguments = statement.arguments({**self.asker.values(), **values})
        return await self._connection.fetchrow(statement.sql, *arguments)

    # write

    def stamp(self, id: UUID | None = None) -> dict[str, Any]:
        """What every new row begins with."""
        return {
            "tenant_id": UUID(self.asker.tenant),
            "id": id or new_id(),
            "created_at": self.now,
            "created_by": self.actor.person_id,
            "updated_at": self.now,
        }

    def add(self, *rows: Row) -> None:
        """Write new rows at the flush."""
        for row in rows:
            self._pending.put("insert", row)

    def create(self, row: Row) -> None:
        """Write the new row that the permission was asked for."""
        self.add(row)
        self.concerns(row)

    def change(self, row: Row, **values: Any) -> None:
        """Change a loaded row at the flush and raise its revision, once a unit of work, if anything differs."""
        if changed(row, values):
            self.touch(row)

    def touch(self, row: Row) -> None:
        """Raise a row's revision because something that belongs to it changes."""
        if row.updated_at != self.now or row.id not in self._pending.rows.get(("update", row.table), {}):
            row.revision += 1
            row.updated_at = self.now
        self._pending.put("update", row)

    def remove(self, *rows: Row) -> None:
        """Delete loaded rows at the flush."""
        for row in rows:
            self._pending.drop(row)

    def announce(self, topic: str, subject_id: UUID, **payload: Any) -> None:
        """Put a content-free event into the outbox: it leaves only if this transaction commits."""
        self.add(
            OutboxEvent(**self.stamp(), topic=topic, subject_id=subject_id, payload=payload, available_at=self.now)
        )

    def keep_if_refused(self, *rows: Row) -> None:
        """Rows that a refusal leaves behind: what the rules said is recorded whatever they said."""
        self.kept.extend(rows)

    async def flush(self) -> None:
        """Write everything that waits in one round trip, with an audit row for every permission asked."""
        self.add(*self._audit(AuditOutcome.DONE, None))
        sql, arguments = self._pending.taken()
        if sql:
            await self._connection.execute(sql, *arguments)

    # end (called by `units` only)

    async def record_refusal(self, error: DomainError) -> bool:
        """After the rollback: write what the refusal carries. Whether there was anything to write."""
        self._pending.clear()
        if self._opened is None or not (self.kept or isinstance(error, Forbidden)):
            return False
        self.add(*self.kept, *self._audit(AuditOutcome.REFUSED, error.code))
        sql, arguments = self._pending.taken()
        await self._connection.fetchval("select set_config('app.tenant', $1, true)", self.asker.tenant)
        await self._connection.execute(sql, *arguments)
        return True

    def _audit(self, outcome: AuditOutcome, code: str | None) -> list[AuditEvent]:
        asked, self._unaudited = self._unaudited, []
        return [
            AuditEvent(
                **self.stamp(),
                person_id=self.actor.person_id,
                action=permission.value,
                outcome=outcome,
                code=code,
                subject_type=kind,
                subject_id=subject,
                trace_id=self.trace_id,
            )
            for permission, kind, subject in asked
        ]

    async def _open(self, selects: tuple[str, ...], values: Mapping[str, Any]) -> Any:
        statement = open_statement(selects, keyed=self.key is not None)
        own = {"operation": self.operation, "key_id": new_id()}
        if self.key is not None:
            own |= {"key": self.key.text, "fingerprint": self.key.fingerprint}
        try:
            record = await self.ask(statement, {**values, **own})
        except asyncpg.LockNotAvailableError as error:
            if self.key is None or IdempotencyKey.table not in (error.context or ""):  # else a row was waited for
                raise
            raise IdempotencyKeyInUse from error
        self._opened = opened(record[0], record[1])
        if self.key is not None and not self._opened.claimed:
            await replay(self._connection, self.actor.person_id, self.operation, self.key)
        return record

"""Runs compiled reads: one statement each, on a connection of the pool or inside a unit of work."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from api.postgres.asker import Asker
from api.postgres.pool import LOST, LOST_TRACK, Connection, Pool
from api.postgres.prepared import Prepared
from api.postgres.statements import Statement, numbered
from api.reading.compiler import ASKER, one_sql
from api.reading.pages import page_sql
from api.reading.selections import listed, standard
from api.reading.views import VIEWS, View
from domain.errors import Inactive, NotFound, NotProvisioned


@dataclass(frozen=True, slots=True)
class Found:
    """A document as PostgreSQL wrote it, and the revision that it shows."""

    revision: int | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """A JSON array as PostgreSQL wrote it; `after` holds the keys of its last row when more rows follow."""

    body: bytes
    after: bytes | None


@lru_cache(maxsize=1024)
def one_statement(view: str, include: frozenset[str], *, within: bool = False) -> Statement:
    """The statement for one document of a view; `within`: only if it belongs to :parent."""
    return numbered(one_sql(VIEWS[view], standard(VIEWS[view], include), within=within))


@lru_cache(maxsize=1024)
def page_statement(view: str, include: frozenset[str], filters: tuple[str, ...], *, after: bool) -> Statement:
    """The statement for one page of a view."""
    return numbered(page_sql(VIEWS[view], listed(VIEWS[view], include), filters, after=after))


_ADMISSION = numbered(f"select asker.status as asker_status, asker.locale, 'true'::json as body from {ASKER}")


class Reader:
    """The read side: asks one question in one round trip."""

    def __init__(self, pool: Pool, *, distributed: bool = False) -> None:
        self._pool = pool
        self._distributed = distributed
        self._prepared = Prepared()

    async def one(
        self,
        asker: Asker,
        view: type[View],
        id: UUID,
        include: frozenset[str] = frozenset(),
        more: Mapping[str, Any] | None = None,
        *,
        parent: UUID | None = None,
    ) -> Found:
        """One document. Raises NotFound, NotProvisioned, Inactive."""
        values = {**asker.values(), "id": id, "parent": parent, **(more or {})}
        row = await self._ask(asker, one_statement(view.published, include, within=parent is not None), values)
        return found(row)

    async def page(
        self,
        asker: Asker,
        view: type[View],
        *,
        limit: int,
        after: list[Any] | None = None,
        include: frozenset[str] = frozenset(),
        filters: Mapping[str, Any] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> Page:
        """One page. Raises NotFound when the parent of a nested list is not to be seen."""
        filters = filters or {}
        values = {**asker.values(), "limit": limit, **filters, **(more or {})}
        for i, key in enumerate(after or (), 1):
            values[f"after_{i}"] = key
        statement = page_statement(view.published, include, tuple(sorted(filters)), after=after is not None)
        row = await self._ask(asker, statement, values)
        return Page(found(row, revision=None).body, row["next"])

    async def operation(
        self, asker: Asker, statement: Statement, values: Mapping[str, Any], *, deadline: float, keep: bool
    ) -> bytes:
        """The JSON of a whole operation. Raises NotProvisioned, Inactive, and TimeoutError after `deadline` seconds,
        when PostgreSQL has been told to stop.

        With `keep`, the connection keeps the statement prepared: not for what is asked only once.
        """
        async with asyncio.timeout(deadline):
            row = await self._ask(asker, statement, values, keep=keep)
        return found(row, revision=None).body

    async def document(self, asker: Asker, statement: Statement, values: Mapping[str, Any]) -> bytes:
        """What a statement of (asker_status, body) finds for the asker. Raises NotProvisioned or Inactive."""
        return found(await self._ask(asker, statement, {**asker.values(), **values}), revision=None).body

    async def admit(self, asker: Asker) -> str:
        """The language to answer in. Raises NotProvisioned or Inactive unless the asker belongs to the tenant."""
        row = await self._ask(asker, _ADMISSION, asker.values())
        found(row, revision=None)
        return asker.locale_for(row["locale"])

    async def _ask(
        self, asker: Asker, statement: Statement, values: Mapping[str, Any], *, keep: bool | None = None
    ) -> Any:
        try:
            return await self._ask_once(asker, statement, values, keep)
        except LOST:  # a read changes nothing: ask once more, on another connection
            return await self._ask_once(asker, statement, values, keep)

    async def _ask_once(self, asker: Asker, statement: Statement, values: Mapping[str, Any], keep: bool | None) -> Any:
        """`keep` tells operations, whose statements are large, from the rest, which the driver keeps by itself."""
        connection = await self._pool.take()
        try:
            if self._distributed:
                return await _ask_distributed(connection, asker, statement, values)
            arguments = statement.arguments(values)
            if keep is None or not self._pool.prepared:
                return await connection.fetchrow(statement.sql, *arguments)
            prepared = await self._prepared.statement(connection, statement.sql, keep=keep)
            return await prepared.fetchrow(*arguments)
        except LOST_TRACK:
            connection.terminate()
            raise
        finally:
            self._pool.give(connection)


async def _ask_distributed(
    connection: Connection, asker: Asker, statement: Statement, values: Mapping[str, Any]
) -> Any:
    """The same read where only SET LOCAL reaches every node: in a transaction of its own."""
    tenant = UUID(asker.tenant)  # SET takes no parameters: nothing but a UUID may stand in the text
    async with connection.transaction(readonly=True):
        await connection.execute(f"set local app.tenant = '{tenant}'")
        return await connection.fetchrow(statement.sql, *statement.arguments(values))


def found(row: Any, revision: Any = "revision") -> Found:
    """What a read statement answered, with its refusals raised."""
    status = row["asker_status"]
    if status != "active":
        raise NotProvisioned if status is None else Inactive
    if row["body"] is None:
        raise NotFound
    return Found(row[revision] if revision else None, row["body"])

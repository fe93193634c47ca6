"""The databases of a run: built once for the same data set, copied by the server, and restored before writing."""

import hashlib
import logging
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from api.postgres.databases import Dsns
from api.postgres.migrate import upgrade
from api.postgres.roles import APP, OWNER, grant_rights, in_database
from api.postgres.schema_version import VERSIONS
from api.tables import TENANT_ROWS
from bench.data import tenants
from bench.data.sizes import BIG, SMALL, TINY, Size

LOG = logging.getLogger("bench")
MANY = 500
SMALL_ONES = 20
LONGER = 10
WRITTEN_BY = (Path(__file__), *Path(tenants.__file__).parent.glob("*.py"), *VERSIONS.parent.rglob("*.py"))
"""The code that decides about the contents."""


@dataclass(frozen=True)
class Sizes:
    """What the databases hold: the big tenant, and how many others beside it."""

    big: Size
    small: Size
    tiny: Size
    small_ones: int = SMALL_ONES
    many: int = MANY
    longer: int = LONGER


def sizes(scale: float = 1.0) -> Sizes:
    """The sizes of a scale; 1 is a large municipality."""
    big = BIG.times(scale)
    return Sizes(big, big.times(SMALL), BIG.times(TINY))


@dataclass(frozen=True)
class Databases:
    """Makes and copies databases on one server; `sizes` says what is in them."""

    dsns: Dsns
    sizes: Sizes

    @property
    def admin(self) -> str:
        if self.dsns.admin is None:
            raise RuntimeError("the benchmark makes databases: it needs the administrator's connection string")
        return self.dsns.admin

    def app(self, name: str) -> str:
        """Where the service's role connects."""
        return in_database(self.dsns.app, name)

    def owner(self, name: str) -> str:
        """Where the owner connects."""
        return in_database(self.dsns.owner, name)

    async def one(self) -> str:
        """The big tenant alone."""

        async def build(name: str) -> None:
            await upgrade(self.owner(name))
            async with self._loading(name) as connection:
                await tenants.fill(connection, 0, self.sizes.big)

        return await self._made("bench_one", None, build)

    async def standard(self) -> str:
        """The big tenant and the small ones."""

        async def build(name: str) -> None:
            async with self._loading(name) as connection:
                for tenant in range(1, self.sizes.small_ones + 1):
                    await tenants.fill(connection, tenant, self.sizes.small)

        return await self._made("bench_standard", await self.one(), build)

    async def longer(self) -> str:
        """The big tenant and the small ones, the big one with so many times the history."""

        async def build(name: str) -> None:
            async with self._loading(name) as connection:
                await tenants.lengthen(connection, 0, self.sizes.big, self.sizes.longer)

        return await self._made("bench_longer", await self.standard(), build)

    async def many(self) -> str:
        """The big tenant among very many tiny ones."""

        async def build(name: str) -> None:
            async with self._loading(name) as connection:
                for tenant in range(1, self.sizes.many):
                    await tenants.fill(connection, tenant, self.sizes.tiny)

        return await self._made("bench_many", await self.one(), build)

    async def grown(self) -> str:
        """The big tenant with so many times the history, among very many tiny ones."""

        async def build(name: str) -> None:
            async with self._loading(name) as connection:
                await tenants.lengthen(connection, 0, self.sizes.big, self.sizes.longer)

        return await self._made("bench_grown", await self.many(), build)

    async def writing(self) -> str:
        """A fresh copy of the standard database, to be written into."""
        standard = await self.standard()
        await self._copy("bench_writing", standard)
        return "bench_writing"

    async def _made(self, name: str, template: str | None, build: Callable[[str], Awaitable[None]]) -> str:
        mark = self._mark(name)
        async with _connected(self.admin) as admin:
            there = await admin.fetchval(
                "select shobj_description(oid, 'pg_database') from pg_database where datname = $1", name
            )
        if there == mark:
            return name
        LOG.info("building %s", name)
        await self._copy(name, template)
        await build(name)
        await self._settle(name)
        async with _connected(self.admin) as admin:
            await admin.execute(f"comment on database {name} is '{mark}'")
        return name

    def _mark(self, name: str) -> str:
        """Changes with whatever decides about the contents."""
        code = b"".join(file.read_bytes() for file in sorted(WRITTEN_BY))
        made_from = f"{name} {self.sizes}".encode() + code
        return hashlib.sha256(made_from).hexdigest()

    async def _copy(self, name: str, template: str | None) -> None:
        how = f"template {template} strategy file_copy" if template else "template template0 encoding 'UTF8'"
        async with _connected(self.admin) as admin:
            await admin.execute(f"drop database if exists {name} with (force)")
            await admin.execute(f"create database {name} owner {OWNER} {how}", timeout=1800)
            await admin.execute(f"grant connect on database {name} to {APP}")
            await admin.execute(f"grant set on parameter session_replication_role to {OWNER}")
        if template is None:
            await grant_rights(in_database(self.admin, name), name, superuser=True)

    @asynccontextmanager
    async def _loading(self, name: str) -> Any:
        """The owner without checks of foreign keys: the rows are right by construction, and there are millions."""
        async with _connected(self.owner(name)) as connection:
            await connection.execute("set session_replication_role = replica")
            await connection.execute("set synchronous_commit = off")
            yield connection

    async def _settle(self, name: str) -> None:
        """Statistics, visibility and a checkpoint now, so that none of it happens during a round."""
        async with _connected(self.owner(name)) as connection:
            await connection.execute("vacuum (analyze)", timeout=1800)
        async with _connected(self.admin) as admin:
            await admin.execute("checkpoint", timeout=600)


async def trust(databases: Databases, name: str, jwks_uri: str) -> None:
    """Let the issuer's keys be had at this run's address."""
    async with _connected(databases.owner(name)) as connection:
        await connection.execute("update issuer_binding set jwks_uri = $1", jwks_uri)


async def rows_since(databases: Databases, name: str, tenant: str, since: UUID) -> dict[str, list[dict[str, Any]]]:
    """The rows of a tenant that have later ids, by table; none of a table where nothing came."""
    async with _connected(databases.owner(name)) as connection, connection.transaction():
        await connection.execute("select set_config('app.tenant', $1, true)", tenant)
        found = {}
        for table in TENANT_ROWS:
            if new := await connection.fetch(f"select * from {table} where id > $1", since):
                found[table] = [dict(row) for row in new]
        return found


@asynccontextmanager
async def _connected(dsn: str) -> Any:
    connection = await asyncpg.connect(dsn, timeout=30)
    try:
        yield connection
    finally:
        await connection.close()

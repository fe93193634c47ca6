"""Whole tenants: founded, filled, and given a longer history."""

from datetime import UTC, date, datetime
from typing import Any

from api.postgres.founding import FirstPerson, NewBinding, NewTenant, found_tenant
from api.worker.rollups import renew
from bench.data.meetings import meetings
from bench.data.people import AUDIENCE, ISSUER, people
from bench.data.rows import Rows, id_of
from bench.data.sizes import Size
from bench.data.units import units


async def fill(connection: Any, tenant: int, size: Size) -> None:
    """A tenant with everything in it."""
    await _found(connection, tenant)
    rows = Rows(tenant, size)
    await _write(connection, tenant, [*people(rows), *units(rows), *meetings(rows, 0, size.meetings)])


async def lengthen(connection: Any, tenant: int, size: Size, times: int) -> None:
    """So many times the history: more meetings of the same teams, after those that are there."""
    await _write(connection, tenant, meetings(Rows(tenant, size), size.meetings, size.meetings * times))


async def _found(connection: Any, tenant: int) -> None:
    """The tenant itself, with an issuer that speaks for it and an administrator."""
    id = id_of("tenant", tenant, tenant)
    await found_tenant(
        connection,
        NewTenant(f"bench-{tenant}", {"nb": f"Kommune {tenant}"}, "NO", "nb", "Europe/Oslo"),
        [NewBinding(ISSUER, [AUDIENCE], tenant_claim="tenant", tenant_value=str(id))],
        FirstPerson("Ada Admin", "ada admin", ISSUER, "admin", since=date(2015, 1, 1)),
        id,
    )


async def _write(connection: Any, tenant: int, statements: list[str]) -> None:
    """The rows, and the sums that are kept ahead for figures, as the worker would have them."""
    id = id_of("tenant", tenant, tenant)
    async with connection.transaction():
        await connection.execute("select set_config('app.tenant', $1, true)", str(id))
        for statement in statements:
            await connection.execute(statement, timeout=1800)
        await renew(connection, id, datetime.now(UTC))

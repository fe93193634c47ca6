"""Keeping roll-ups: renewed for what events are about, compared with their meetings, and made anew.

All of it runs as plf_app in a transaction in which the tenant is set. Whoever writes roll-ups has the turn of the
tenant's outbox, so that no older look at the meetings is written over a newer one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from api.postgres.pool import Connection
from api.worker.rollup_sql import COMPUTE_ALL, COMPUTE_SOME, DIFFERENCES, FORGET_ALL, FORGET_SOME


@dataclass(frozen=True)
class Difference:
    """A roll-up that isn't what its meetings say; sums as JSON, None where there are none."""

    organisation_id: UUID
    team_id: UUID | None
    grain: str
    starts_on: date
    stored: str | None
    computed: str | None


def turn(tenant: str) -> str:
    """SQL of the advisory lock of the tenant's outbox; `tenant` is SQL of its id as text."""
    return f"hashtextextended({tenant} || ' outbox', 0)"


async def renew(connection: Connection, tenant: UUID, now: datetime, subjects: Sequence[UUID] | None = None) -> None:
    """Compute again what these meetings count for and all that these units have, or (None) everything.

    The caller has the outbox's turn.
    """
    values = {"tenant": tenant, "now": now, "subjects": subjects}
    for each in (FORGET_ALL, COMPUTE_ALL) if subjects is None else (FORGET_SOME, COMPUTE_SOME):
        await connection.execute(each.sql, *each.arguments(values))


async def compare(connection: Connection, tenant: UUID) -> list[Difference]:
    """The tenant's roll-ups that differ from their meetings, without those that a waiting event will renew."""
    return [Difference(*record) for record in await connection.fetch(DIFFERENCES.sql, tenant)]


async def repair(connection: Connection, tenant: UUID, now: datetime) -> None:
    """Wait for the outbox's turn, then make all roll-ups of the tenant anew."""
    await connection.execute(f"select pg_advisory_xact_lock({turn('$1::text')})", str(tenant))
    await renew(connection, tenant, now)

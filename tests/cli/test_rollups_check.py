"""`plf rollups check`: green while the worker does its work, red and mended when somebody else did it."""

import asyncio
from datetime import date

import pytest
from harness.figures import AHEAD, LIVE, ask, wanted
from harness.filled import Filled, fill
from harness.live import plf, reachable_folder

from api.postgres.pool import connect
from domain.figures import Bucket, Level, period

TAMPERED = [
    "update meeting_rollup set minutes = minutes + 1",
    "update meeting_rollup set lead_hours = '{1}', lead_meetings = '{1}' where team_id is null",
    "update meeting_rollup set publishers = '{}' where grain = 'week'",
    "update meeting_rollup set starts_on = starts_on + 7",
    "delete from meeting_rollup where team_id is not null",
    "update meeting set purpose = 'mixed'",
]
YEAR = period(Bucket.MONTH, date(2026, 3, 1), date(2026, 4, 1))


@pytest.fixture
async def filled(town) -> Filled:
    return await fill(town, "A")


@pytest.fixture(scope="module")
def check(migrated):
    """`plf rollups check …` on this worker's server."""
    with reachable_folder() as folder:

        async def run(*given: str):
            return await asyncio.to_thread(plf, folder, "rollups", "check", *given, DATABASE_URL=migrated.app)

        yield run


async def as_owner(migrated, tenant: str, sql: str) -> None:
    owner = await connect(migrated.owner)
    try:
        async with owner.transaction():
            await owner.fetchval("select set_config('app.tenant', $1, true)", tenant)
            await owner.execute(sql)
    finally:
        await owner.close()


async def test_what_the_worker_keeps_is_in_order_and_what_still_waits_is_no_difference(filled, check):
    fine = await check("--tenant", filled.town.slug)
    said = "Municipalities checked: 1. Their sums are what they should be.\n"
    assert (fine.returncode, fine.stdout) == (0, said), fine.stderr
    published = await filled.meeting()
    await filled.acted("POST", f"/v1/meetings/{published['id']}/publish")
    fine = await check("--tenant", filled.town.slug)
    assert fine.returncode == 0, fine.stdout


async def test_tampering_is_seen_named_and_mended(filled, check, migrated):
    town = filled.town
    for sql in TAMPERED:
        await as_owner(migrated, town.id, sql)
        red = await check("--tenant", town.slug)
        assert red.returncode == 1, sql
        assert town.slug in red.stdout
        assert "2026-03" in red.stdout
        assert not any(id in red.stdout for id in filled.ids["person_id"]), "people are counted, not named"
        mended = await check("--tenant", town.slug, "--repair")
        assert (mended.returncode, "made anew" in mended.stdout) == (1, True), mended.stdout
    fine = await check("--tenant", town.slug)
    assert fine.returncode == 0, fine.stdout
    asked = (town.admin, town.app, town.id, Level.TENANT, None, wanted("meetings"), wanted("mixed_meetings"))
    assert await ask(*asked, of=YEAR, staleness=AHEAD) == await ask(*asked, of=YEAR, staleness=LIVE)


async def test_only_the_tampered_municipality_is_named(filled, other_town, check, migrated):
    await fill(other_town, "B")
    await as_owner(migrated, filled.town.id, "delete from meeting_rollup")
    red = await check("--repair")
    assert red.returncode == 1
    assert filled.town.slug in red.stdout
    assert other_town.slug not in red.stdout
    assert (await check()).returncode == 0


async def test_a_municipality_that_there_isnt_is_refused(check):
    refused = await check("--tenant", "nowhere")
    assert (refused.returncode, refused.stderr) == (1, "There is no municipality called «nowhere».\n")


async def test_help_says_when_to_use_it(check):
    said = await check("--help")
    assert said.returncode == 0
    for word in ("--tenant", "--repair", "restored", "outbox", "fails"):
        assert word in said.stdout

"""The outbox: what was announced is told at least once, per tenant, and only if the change was committed."""

from datetime import timedelta
from uuid import UUID

from harness.methods import choose

from api.postgres.pool import connect
from api.worker.loop import one_round, one_tenant


class Told:
    """A subscriber who can be busy."""

    def __init__(self) -> None:
        self.events = []
        self.busy = False

    async def __call__(self, tenant, topic, payload):
        if self.busy:
            raise ConnectionError("not now")
        self.events.append((str(tenant), topic, payload))


async def test_a_publishing_is_told_once_and_without_content(school, app, clock):
    meeting = await school.meeting()
    assert (await school.publish(meeting)).status_code == 200
    told = Told()
    tenant = UUID(school.town.id)
    assert await one_tenant(app.service.pool, tenant, clock(), (told,)) >= 1
    (published,) = [event for event in told.events if event[1] == "meeting.published"]
    assert published == (school.town.id, "meeting.published", {"subject_id": meeting["id"]})
    assert await one_tenant(app.service.pool, tenant, clock(), (told,)) == 0


async def test_what_could_not_be_told_comes_again_later(school, app, clock):
    told = Told()
    told.busy = True
    tenant = UUID(school.town.id)
    assert await one_tenant(app.service.pool, tenant, clock(), (told,)) == 0
    told.busy = False
    assert await one_tenant(app.service.pool, tenant, clock(), (told,)) == 0
    assert await one_tenant(app.service.pool, tenant, clock() + timedelta(seconds=3), (told,)) >= 1


async def test_a_refusal_announces_nothing(school, app, clock):
    meeting = await school.meeting(agenda=[{"track": "operations", "title": "X", "lang": "nb", "minutes": 5}])
    told = Told()
    await one_tenant(app.service.pool, UUID(school.town.id), clock(), (told,))
    assert (await school.publish(meeting)).status_code == 409
    assert await one_tenant(app.service.pool, UUID(school.town.id), clock(), (told,)) == 0


async def test_two_workers_do_not_tell_the_same_twice(school, app, clock):
    tenant, told = UUID(school.town.id), Told()
    async with app.service.pool.connection() as other, other.transaction():
        await other.execute("select pg_advisory_xact_lock(hashtextextended($1 || ' outbox', 0))", school.town.id)
        assert await one_tenant(app.service.pool, tenant, clock(), (told,)) == 0
    assert await one_tenant(app.service.pool, tenant, clock(), (told,)) >= 1


async def test_what_happens_is_announced_under_its_topic(school, app, clock):
    admin, told = school.town.admin, Told()
    await one_tenant(app.service.pool, UUID(school.town.id), clock(), (told,))
    told.events.clear()
    meeting = await school.meeting()
    assert (await school.publish(meeting)).is_success
    assert (await school.facilitator.post(f"/v1/meetings/{meeting['id']}/cancel", None, if_match="*")).is_success
    unit = await school.town.organisation("Ny", valid_from="2026-01-01")
    await admin.post(f"/v1/organisations/{unit}/move", {"parent_id": school.unit}, if_match="*")
    await admin.post(f"/v1/organisations/{unit}/close", {"on": "2026-06-01"}, if_match="*")
    role = {"person_id": school.member.id, "role": "advisor", "scope": "tenant"}
    granted = await admin.post("/v1/role-assignments", role)
    await admin.post(f"/v1/role-assignments/{granted.json()['id']}/revoke", None, if_match="*")
    await choose(school.town, "none@1")
    await one_tenant(app.service.pool, UUID(school.town.id), clock(), (told,))
    topics = [topic for _, topic, _ in told.events]
    assert {
        *("meeting.published", "meeting.cancelled", "organisation.moved", "organisation.closed"),
        *("role_assignment.granted", "role_assignment.revoked", "method.chosen"),
    } <= set(topics)
    assert ("meeting.cancelled", {"subject_id": meeting["id"]}) in [(t, p) for _, t, p in told.events]


async def test_a_round_reaches_every_tenant_and_forgets_what_was_told_long_ago(town, other_town, app, clock, migrated):
    told = Told()
    for each in (town, other_town):
        person = await each.someone("Kari", role="advisor")
        assert person.id
    await one_round(app.service.pool, clock(), (told,))
    assert {town.id, other_town.id} <= {tenant for tenant, _, _ in told.events}
    owner = await connect(migrated.owner)
    try:
        for days, left in ((29, True), (31, False)):
            await one_round(app.service.pool, clock() + timedelta(days=days), (told,))
            async with owner.transaction():
                await owner.fetchval("select set_config('app.tenant', $1, true)", town.id)
                assert (await owner.fetchval("select count(*) from outbox_event") > 0) is left
    finally:
        await owner.close()


async def test_a_round_looks_at_every_active_tenant_once(town, other_town, app, clock, migrated, monkeypatch):
    looked = []

    async def look(pool, tenant, now, subscribers):
        looked.append(str(tenant))
        return 0

    monkeypatch.setattr("api.worker.loop.one_tenant", look)
    owner = await connect(migrated.owner)
    try:
        await owner.execute("update tenant set active = false where id = $1", other_town.id)
        await one_round(app.service.pool, clock())
        active = [record["id"] for record in await owner.fetch("select id::text from tenant where active order by 1")]
    finally:
        await owner.close()
    assert looked == active
    assert town.id in active
    assert other_town.id not in looked

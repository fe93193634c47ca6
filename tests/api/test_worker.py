"""The outbox: what was announced is told at least once, per tenant, and only if the change was committed."""

from datetime import timedelta
from uuid import UUID

from api.worker.loop import one_tenant


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

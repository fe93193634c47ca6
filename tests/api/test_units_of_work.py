"""What a unit of work refuses to do, whoever programs it."""

import secrets

import pytest

from api.postgres.units import NobodyAsked, unit_of_work
from api.tables import Person
from domain.people import PersonKind, PersonStatus


async def asker_of(someone, app):
    """Who asks, as a request of theirs would have it."""
    request = someone.http.build_request("GET", "/v1/me")
    next(someone.http.auth.auth_flow(request))
    token = request.headers["authorization"].removeprefix("Bearer ")
    return app.service.asker(await app.service.tokens.validate(token), b"en")


async def sneak(app, asker) -> None:
    """Write somebody without asking whether that is allowed."""
    async with unit_of_work(app.service.pool, asker, "sneak", secrets.token_hex(16)) as work:
        await work.fetch()
        known = {"kind": PersonKind.PERSON, "name": "X", "sort_name": "x", "status": PersonStatus.ACTIVE}
        work.add(Person(**work.stamp(), **known))
        await work.flush()


async def test_what_never_asked_a_permission_is_never_committed(town, app):
    asker = await asker_of(town.admin, app)
    with pytest.raises(NobodyAsked):
        await sneak(app, asker)
    assert "X" not in [each["name"] for each in (await town.admin.get("/v1/people")).json()["items"]]

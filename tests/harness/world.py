"""A municipality for one test, and the people in it; everything after its founding goes through the API."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx

from api.app import Application
from api.postgres.founding import FirstPerson, NewBinding, NewTenant, found_tenant
from api.postgres.pool import connect
from harness.clock import Clock
from harness.contract import check_answer
from harness.issuer import AUDIENCE, ISSUER, Issuer


@dataclass
class Someone:
    """A person who is signed in."""

    id: str
    name: str
    http: httpx.AsyncClient

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.http.get(path, params=params or None)

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.http.post(path, json=body, headers=_dashed(headers))

    async def put(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return await self.http.put(path, json=body, headers=_dashed(headers))

    async def patch(self, path: str, body: Any, **headers: str) -> httpx.Response:
        merge = {"content-type": "application/merge-patch+json", **_dashed(headers)}
        return await self.http.patch(path, json=body, headers=merge)

    async def delete(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.delete(path, headers=_dashed(headers))


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class Municipality:
    """One tenant, its administrator, and ways to fill it."""

    id: str
    slug: str
    app: Application
    issuer: Issuer
    clock: Clock
    admin: Someone = field(init=False)
    root: str = field(init=False)

    async def someone(self, name: str = "Kari Nordmann", **role: Any) -> Someone:
        """A new person, with a role if one is named: role="unit_leader", scope="unit", organisation_id=…"""
        subject = uuid.uuid4().hex
        made = await self.admin.post(
            "/v1/people", {"name": name, "identities": [{"issuer": ISSUER, "subject": subject}]}
        )
        assert made.status_code == 201, made.text
        person = made.json()["id"]
        if role:
            granted = await self.admin.post("/v1/role-assignments", {"person_id": person, "scope": "tenant", **role})
            assert granted.status_code == 201, granted.text
        return self.signed_in(subject, person, name)

    def signed_in(self, subject: str, person: str, name: str, **claims: Any) -> Someone:
        def token() -> str:
            return self.issuer.token(subject, self.id, now=self.clock().timestamp(), **claims)

        return Someone(person, name, client(self.app, SignedIn(token, self.clock)))

    async def organisation(self, name: str = "Bjerkelia skole", **more: Any) -> str:
        body = {"kind": "school", "sector": "school", "names": {"nb": name}, "parent_id": self.root, **more}
        made = await self.admin.post("/v1/organisations", body)
        assert made.status_code == 201, made.text
        return made.json()["id"]

    async def team(self, organisation: str, *members: Someone, facilitator: Someone | None = None) -> str:
        listed = [{"person_id": m.id, "duty": "member"} for m in members]
        if facilitator is not None:
            listed.append({"person_id": facilitator.id, "duty": "facilitator"})
        body = {
            "organisation_id": organisation,
            "kind": "grade",
            "name": "5. trinn",
            "lang": "nb",
            "members": listed,
        }
        made = await self.admin.post("/v1/teams", body)
        assert made.status_code == 201, made.text
        return made.json()["id"]


class SignedIn(httpx.Auth):
    """A bearer token that is renewed when the clock has moved on."""

    def __init__(self, token: Callable[[], str], clock: Clock) -> None:
        self._token, self._clock = token, clock
        self._made: tuple[Any, str] | None = None

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:
        if self._made is None or self._made[0] != self._clock():
            self._made = (self._clock(), self._token())
        request.headers.setdefault("authorization", f"Bearer {self._made[1]}")
        yield request


def client(app: Application, auth: httpx.Auth | None = None, **headers: str) -> httpx.AsyncClient:
    """An HTTP client of the application, in process, with every byte going through the whole edge."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="https://api.test.example",
        headers={"accept-language": "en", **headers},
        auth=auth,
        event_hooks={"response": [check_answer]},  # every answer keeps the committed contract
    )


async def found_municipality(app: Application, owner_dsn: str, issuer: Issuer, clock: Clock) -> Municipality:
    """A fresh tenant with an administrator and the municipality itself as the top of its tree."""
    slug, subject = f"m-{uuid.uuid4().hex[:12]}", uuid.uuid4().hex
    id = uuid.uuid4()
    owner = await connect(owner_dsn)
    try:
        await found_tenant(
            owner,
            NewTenant(slug, {"nb": slug}, "NO", "nb", "Europe/Oslo"),
            [NewBinding(ISSUER, [AUDIENCE], tenant_claim="tenant", tenant_value=str(id))],
            FirstPerson("Ada Admin", "ada admin", ISSUER, subject, since=date(2020, 1, 1)),
            id,
        )
    finally:
        await owner.close()
    await app.refresh()
    made = Municipality(str(id), slug, app, issuer, clock)
    made.admin = made.signed_in(subject, "", "Ada Admin")
    me = await made.admin.get("/v1/me")
    assert me.status_code == 200, me.text
    made.admin.id = me.json()["id"]
    top = await made.admin.post(
        "/v1/organisations",
        {
            "kind": "municipality",
            "sector": "administration",
            "names": {"nb": slug},
            "valid_from": "2020-01-01",
        },
    )
    assert top.status_code == 201, top.text
    made.root = top.json()["id"]
    return made

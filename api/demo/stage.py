"""Where the demo is played: the application in this process, people who sign in to it, and a clock to set."""

import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx

from api.demo.provider import DemoPerson, Provider
from api.web.answers import App


class DemoFailed(Exception):
    """The application refused something that the demo does: a fault of ours, said with the whole answer."""


@dataclass
class StageClock:
    """The clock that the application goes by while the demo is loaded: months pass in seconds."""

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class Stage:
    """The application, its provider and the owner's login, which only founding a municipality needs."""

    app: App
    base_url: str
    provider: Provider
    people: list[DemoPerson]
    owner_dsn: str
    clock: StageClock
    refresh: Callable[[], Awaitable[None]]

    def signed_in(self, person: DemoPerson, id: str = "") -> "Player":
        """Somebody with a token of the demo's provider."""
        if person not in self.people:
            self.people.append(person)
        token = self.provider.issue_token(person.subject)
        http = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url=self.base_url,
            headers={"authorization": f"Bearer {token}"},
        )
        return Player(http, person, id)


@dataclass
class Player:
    """A demo person at work over HTTP, in this process."""

    http: httpx.AsyncClient
    person: DemoPerson
    id: str

    async def get(self, path: str) -> dict[str, Any]:
        return _document(await self.http.get(path), {200})

    async def post(self, path: str, body: Any, *expected: int, etag: str = "") -> dict[str, Any]:
        """The answer, with its ETag under «etag»; raises DemoFailed unless it is as expected (default 200, 201)."""
        headers = {"if-match": etag} if etag else {}
        answer = await self.http.post(path, json=body, headers=headers)
        return _document(answer, set(expected) or {200, 201})

    async def upload(self, path: str, content: bytes, **query: str) -> dict[str, Any]:
        answer = await self.http.post(path, params=query, content=content, headers={"content-type": "text/csv"})
        return _document(answer, {200})


def _document(answer: httpx.Response, expected: set[int]) -> dict[str, Any]:
    if answer.status_code not in expected:
        asked = f"{answer.request.method} {answer.request.url.path}"
        raise DemoFailed(f"{asked} answered {answer.status_code}: {answer.text[:2000]}")
    return {**answer.json(), "etag": answer.headers.get("etag", "")}


def subject_of(name: str, municipality: str) -> str:
    """A name for tokens: `ingrid-solberg.fjordby`."""
    spelled = name.lower().replace("æ", "ae").replace("ø", "o").replace("å", "a")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    letters = "".join(each if each.isalnum() else " " for each in plain)
    return f"{'-'.join(letters.split())}.{municipality}"


def demo_person(name: str, municipality: str, tenant: UUID, roles: str = "") -> DemoPerson:
    """Somebody who can sign in."""
    return DemoPerson(subject_of(name, municipality), name, municipality, roles, tenant)

"""A town in which things happen at random, and what a test remembers of them."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from api.postgres.databases import Dsns
from api.postgres.pool import Connection, connect
from api.worker.loop import one_tenant
from domain.figures import Level
from harness import drafts
from harness.clock import Clock
from harness.methods import choose
from harness.world import Municipality, Someone


@asynccontextmanager
async def as_owner(migrated: Dsns, tenant: str) -> AsyncIterator[Connection]:
    """The owner in a transaction with the tenant set."""
    owner = await connect(migrated.owner)
    try:
        async with owner.transaction():
            await owner.fetchval("select set_config('app.tenant', $1, true)", str(tenant))
            yield owner
    finally:
        await owner.close()


@dataclass
class Met:
    """A meeting as the test knows it."""

    id: str
    unit: str
    team: str
    starts: datetime
    minutes: int
    development: int
    published: tuple[str, datetime, int] | None = None
    cancelled: bool = False


@dataclass
class History:
    """A town in which things happen at random, and what the test remembers of them."""

    town: Municipality
    dice: random.Random
    clock: Clock
    migrated: Dsns
    people: list[Someone] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    met: list[Met] = field(default_factory=list)

    async def begin(self) -> None:
        await choose(self.town, "lier.roald@1")
        self.people = [await self.town.someone(f"P{n}", role="unit_leader") for n in range(6)]
        for n in range(4):
            parent = self.dice.choice([self.town.root, *self.units])
            self.units[await self.town.organisation(f"U{n}", parent_id=parent, valid_from="2021-01-01")] = parent
        for unit in [*self.units, self.dice.choice([*self.units])]:
            self.teams[await self.town.team(unit, *self.people)] = unit

    async def plan(self) -> None:
        team = self.dice.choice([*self.teams])
        starts = datetime(2026, 3, 24, 12, tzinfo=UTC) + timedelta(hours=self.dice.choice([1, 300, 2000, 5000, 7400]))
        starts += timedelta(hours=self.dice.randrange(200))
        item = drafts.operations if self.dice.random() < 0.4 else drafts.item
        items = [item(minutes=self.dice.randrange(5, 60)) for _ in range(self.dice.randrange(1, 4))]
        body = drafts.meeting(
            team,
            purpose=self.dice.choice(["development", "mixed", "operations", "statutory", "conversation"]),
            starts_at=starts.isoformat(),
            ends_at=(starts + timedelta(hours=2)).isoformat(),
            agenda=items,
        )
        made = await self.dice.choice(self.people).post("/v1/meetings", body)
        assert made.status_code == 201, made.text
        developing = sum(each["minutes"] for each in items if each["track"] == "development")
        minutes = sum(each["minutes"] for each in items)
        self.met.append(Met(made.json()["id"], self.teams[team], team, starts, minutes, developing))

    async def publish(self) -> None:
        for each in self.some(lambda met: met.published is None and not met.cancelled):
            who, path = self.dice.choice(self.people), f"/v1/meetings/{each.id}/publish"
            done = await who.post(path, {}, if_match="*")
            if done.status_code == 409 and done.json()["code"] == "rule_violation":
                broken = {error["code"]: error["override_reasons"][0] for error in done.json()["errors"]}
                overrides = [{"rule_code": code, "reason_code": reason} for code, reason in broken.items()]
                done = await who.post(path, {"overrides": overrides}, if_match="*")
            if done.status_code == 200:
                each.published = (who.id, self.clock.now, len(done.json()["rule_overrides"]))

    async def cancel(self) -> None:
        for each in self.some(lambda met: not met.cancelled)[:1]:
            done = await self.people[0].post(f"/v1/meetings/{each.id}/cancel", None, if_match="*")
            each.cancelled = done.status_code == 200

    async def change(self) -> None:
        for each in self.some(lambda met: not met.cancelled)[:1]:
            later = each.starts + timedelta(days=self.dice.randrange(20))
            times = {"starts_at": later.isoformat(), "ends_at": (later + timedelta(hours=1)).isoformat()}
            body = {"place": f"Rom {self.dice.random()}", **({} if each.published else times)}
            changed = await self.people[1].patch(f"/v1/meetings/{each.id}", body, if_match="*")
            if changed.is_success and not each.published:
                each.starts = later

    async def move(self) -> None:
        unit, parent = self.dice.choice([*self.units]), self.dice.choice([self.town.root, *self.units])
        done = await self.town.admin.post(
            f"/v1/organisations/{unit}/move", {"parent_id": parent, "on": self.today()}, if_match="*"
        )
        if done.is_success:
            self.units[unit] = parent

    async def close(self) -> None:
        if len(self.units) < 3:
            return
        unit = self.dice.choice([*self.units])
        for team in [team for team, of in self.teams.items() if of == unit]:
            done = await self.town.admin.patch(f"/v1/teams/{team}", {"state": "archived"}, if_match="*")
            assert done.is_success
            del self.teams[team]
        if not self.teams:
            self.teams[await self.town.team(self.town.root, *self.people)] = self.town.root
        done = await self.town.admin.post(f"/v1/organisations/{unit}/close", {"on": self.today()}, if_match="*")
        if done.is_success:
            del self.units[unit]

    async def deliver(self) -> None:
        """Some events are held up, some come a second time, and the order is anybody's guess."""
        moment = self.clock.now - timedelta(seconds=1)
        async with as_owner(self.migrated, self.town.id) as owner:
            for event in await owner.fetch("select id from outbox_event"):
                if self.dice.random() < 0.3:
                    held = moment + timedelta(seconds=self.dice.choice([0, 0, 3600]), microseconds=self.dice.random())
                    await owner.execute(
                        "update outbox_event set done_at = null, available_at = $2 where id = $1", event["id"], held
                    )
        await self.arrive()

    async def arrive(self) -> None:
        while await one_tenant(self.town.app.service.pool, UUID(self.town.id), self.clock.now):
            pass

    async def wait(self) -> None:
        self.clock.now += timedelta(hours=self.dice.randrange(1, 30))

    def some(self, like: Any) -> list[Met]:
        found = [each for each in self.met if like(each)]
        return self.dice.sample(found, min(len(found), 2))

    def today(self) -> str:
        return self.clock.now.date().isoformat()

    def below(self, unit: str) -> set[str]:
        """The unit and everything below it."""
        found = {unit}
        while more := {each for each, parent in self.units.items() if parent in found} - found:
            found |= more
        return found

    def counted(self, level: Level, scope: set[str], first: datetime, after: datetime) -> list[Met]:
        """The meetings that count for a scope (ids of units, or of a team) between two moments."""
        return [
            each
            for each in self.met
            if each.published
            and not each.cancelled
            and (level is Level.TENANT or (each.team if level is Level.TEAM else each.unit) in scope)
            and first <= each.starts < after
        ]

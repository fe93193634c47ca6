"""Figures over PostgreSQL: who sees them, how many people stand behind them, and what they are compared with."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from harness import drafts
from harness.figures import ask, wanted
from harness.methods import choose

from domain.actors import Actor, HeldRole, Membership, Place, Role, Scope
from domain.figures import Bucket, Level, period
from domain.permissions import leads_unit, works_in_team

URGENT = {"rule_code": "R1a", "reason_code": "urgent"}
LATE = datetime(2026, 3, 9, 9, tzinfo=UTC)
"""The Monday before Tuesday's meeting: only an override helps."""


class Unit:
    """A school with one team, in which several people publish."""

    def __init__(self, town, id, team, people) -> None:
        self.town, self.id, self.team, self.people = town, id, team, people

    async def published(self, who, *overrides, **changes):
        made = await who.post("/v1/meetings", drafts.meeting(self.team, **changes))
        assert made.status_code == 201, made.text
        body = {"overrides": list(overrides)}
        done = await who.post(f"/v1/meetings/{made.json()['id']}/publish", body, if_match="*")
        assert done.status_code == 200, done.text
        return done.json()

    async def asked(self, *asked, who=None, level=Level.UNIT, **more):
        scope = {Level.UNIT: self.id, Level.TEAM: self.team, Level.TENANT: None}[level]
        return await ask(who or self.town.admin, self.town.app, self.town.id, level, scope, *asked, **more)

    async def value(self, name, **more):
        return (await self.asked(wanted(name), **more))[name]


@pytest.fixture
def opened(town):
    """Opens a school in which so many people facilitate the team."""

    async def open_unit(people, kind="school", **more):
        unit = await town.organisation(kind=kind, valid_from="2021-01-01", **more)
        found = [await town.someone(f"F{n}") for n in range(people)]
        members = [{"person_id": each.id, "duty": "facilitator"} for each in found]
        body = {"organisation_id": unit, "kind": "grade", "name": "5. trinn", "lang": "nb", "members": members}
        team = await town.admin.post("/v1/teams", body)
        return Unit(town, unit, team.json()["id"], found)

    return open_unit


@pytest.fixture
async def five(town, opened):
    """A school where five people may publish."""
    await choose(town, "lier.roald@1")
    return await opened(5)


async def test_how_people_publish_is_told_from_five_of_them_on(five, clock):
    clock.now = LATE
    for n, who in enumerate(five.people):
        few = {"value": None, "base": n, "withheld": "too_few_people" if n else "nothing_yet"}
        assert await five.value("overrides") == few
        assert await five.value("agenda_lead", level=Level.TENANT) == few
        await five.published(who, URGENT)
    assert await five.value("overrides") == {"value": 5, "base": 5, "withheld": None}
    assert await five.value("agenda_lead") == {"value": 13, "base": 5, "withheld": None}
    await five.published(five.people[0], URGENT)
    assert await five.value("overrides") == {"value": 5, "base": 6, "withheld": None}  # in steps of five
    assert await five.value("overrides", level=Level.TEAM, who=five.people[0]) == {
        "value": 6,
        "base": 6,
        "withheld": None,
    }


async def test_five_meetings_of_one_person_are_one_person(five, clock):
    clock.now = LATE
    for _ in range(5):
        await five.published(five.people[0], URGENT)
    assert (await five.value("agenda_lead"))["withheld"] == "too_few_people"
    assert await five.value("meetings") == {"value": 5, "base": 5, "withheld": None}


async def test_every_bucket_has_to_have_its_five_people(five):
    for n, who in enumerate(five.people):
        day = 23 if n == 4 else 24 + n % 2
        await five.published(who, starts_at=f"2026-03-{day}T12:00:00Z", ends_at=f"2026-03-{day}T14:00:00Z")
    for n in range(4):
        await five.published(
            five.people[n], starts_at="2026-03-30T12:00:00Z", ends_at="2026-03-30T14:00:00Z", agenda=[drafts.item()]
        )
    weeks = period(Bucket.WEEK, date(2026, 3, 16), date(2026, 4, 6))
    said = await five.asked(wanted("agenda_lead", "withheld", series=("since", "value", "withheld")), of=weeks)
    assert said["agenda_lead"]["withheld"] is None
    points = said["agenda_lead"]["series"]
    assert [(point["since"], point["withheld"]) for point in points] == [
        ("2026-03-16", "nothing_yet"),
        ("2026-03-23", None),
        ("2026-03-30", "too_few_people"),
    ]
    assert [point["value"] is None for point in points] == [True, False, True]


async def test_planned_time_is_shared_out_and_counted_by_purpose(five):
    who = five.people[0]
    await five.published(who, agenda=[drafts.item(minutes=30), drafts.operations(minutes=15)], purpose="mixed")
    child = {"kind": "child_talk", "track": "none", "lang": "nb", "minutes": 15}
    await five.published(who, agenda=[drafts.item(minutes=30), child])
    called_off = await five.published(who, agenda=[drafts.item(minutes=500)])
    cancelled = await who.post(f"/v1/meetings/{called_off['id']}/cancel", None, if_match="*")
    assert cancelled.is_success
    await who.post("/v1/meetings", drafts.meeting(five.team))  # a draft counts for nothing
    for level, asker in ((Level.UNIT, None), (Level.TENANT, None), (Level.TEAM, who)):
        assert await five.value("development_share", level=level, who=asker) == {
            "value": 0.6667,
            "base": 90,
            "withheld": None,
        }
        counts = await five.asked(
            *(wanted(name, "value") for name in ("meetings", "mixed_meetings", "statutory_meetings")),
            level=level,
            who=asker,
        )
        assert [each["value"] for each in counts.values()] == [2, 1, 0]


async def test_before_anything_is_published_there_are_only_counts(five):
    assert await five.value("development_share") == {"value": None, "base": 0, "withheld": "nothing_yet"}
    assert await five.value("meetings") == {"value": 0, "base": 0, "withheld": None}
    assert await five.value("overrides", level=Level.TEAM, who=five.people[0]) == {
        "value": 0,
        "base": 0,
        "withheld": None,
    }


async def test_what_is_told_of_a_team_is_for_those_who_work_in_it_or_lead_it(five, town):
    asked = [wanted("development_share", "base"), wanted("overrides")]
    above = {"role": "unit_leader", "scope": "unit", "organisation_id": town.root}
    elsewhere = {**above, "organisation_id": await town.organisation("Annen")}
    own = await five.asked(*asked, level=Level.TEAM, who=five.people[0])
    assert own == {"development_share": {"base": 0}, "overrides": {"value": 0, "base": 0, "withheld": None}}
    for held in (above, {"role": "unit_leader"}):
        seen = await five.asked(*asked, level=Level.TEAM, who=await town.someone("Leder", **held))
        withheld = {"value": None, "base": None, "withheld": "only_the_team"}
        assert seen == {"development_share": {"base": 0}, "overrides": withheld}
    for held in ({}, elsewhere, *({"role": role} for role in Role if role is not Role.UNIT_LEADER)):
        stranger = await town.someone("Kollega", **held)
        assert await five.asked(*asked, level=Level.TEAM, who=stranger) is None
        assert (await five.asked(wanted("meetings"), who=stranger))["meetings"]["value"] == 0
        assert (await five.asked(wanted("meetings"), who=stranger, level=Level.TENANT))["meetings"]["value"] == 0


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("scope", list(Scope))
async def test_the_path_to_a_teams_figures_says_the_same_as_the_permissions(five, town, role, scope):
    place = {Scope.UNIT: {"organisation_id": five.id}, Scope.TEAM: {"team_id": five.team}, Scope.TENANT: {}}[scope]
    holder = await town.someone("Holder", role=role, scope=scope, **place)
    held = {"unit_id": place.get("organisation_id"), "team_id": place.get("team_id")}
    actor = Actor(UUID(holder.id), (HeldRole(role, scope, **{k: v and UUID(v) for k, v in held.items()}),))
    here = Place(team_id=UUID(five.team), units=(UUID(five.id), UUID(town.root)))
    seen = await five.asked(wanted("meetings"), level=Level.TEAM, who=holder) is not None
    assert seen is (works_in_team(actor, here) or leads_unit(actor, here))
    member = Actor(UUID(five.people[0].id), (), (Membership(UUID(five.team)),))
    assert works_in_team(member, here)


async def test_a_unit_is_that_unit_with_all_that_stands_below_it_today(five, town):
    district = await town.organisation("Øst", kind="district", valid_from="2021-01-01")
    east = Unit(town, district, five.team, five.people)
    await five.published(five.people[0])
    assert (await east.value("meetings"))["value"] == 0
    move = await town.admin.post(f"/v1/organisations/{five.id}/move", {"parent_id": district}, if_match="*")
    assert move.is_success, move.text
    assert (await east.value("meetings"))["value"] == 1
    whole = Unit(town, town.root, five.team, five.people)
    assert (await whole.value("meetings"))["value"] == 1
    assert (await five.value("meetings"))["value"] == 1


async def test_meetings_belong_to_the_bucket_in_which_they_begin_where_the_tenant_is(five):
    edge = {"2026-03-31T21:59:00Z": "2026-03-01", "2026-03-31T22:00:00Z": "2026-04-01"}  # midnight in Oslo
    new_year = {"2026-12-31T22:59:00Z": "2026-12-01", "2026-12-31T23:00:00Z": "2027-01-01"}
    months = period(Bucket.MONTH, date(2026, 3, 1), date(2027, 1, 2))
    for starts in (*edge, *new_year):
        ends = starts.replace("2026-03-31T21", "2026-03-31T23").replace("2026-03-31T22", "2026-03-31T23")
        ends = "2027-01-01T02:00:00Z" if "12-31" in starts else ends.replace(":00:00Z", ":30:00Z")
        await five.published(five.people[0], starts_at=starts, ends_at=ends)
    said = await five.asked(wanted("meetings", series=("since", "value")), of=months)
    assert {point["since"]: point["value"] for point in said["meetings"]["series"] if point["value"]} == {
        **dict.fromkeys(edge.values(), 1),
        **dict.fromkeys(new_year.values(), 1),
    }
    halves = period(Bucket.SCHOOL_HALF_YEAR, date(2026, 3, 1), date(2027, 1, 2))
    said = await five.asked(wanted("meetings", series=("since", "until", "value")), of=halves)
    assert [tuple(point.values()) for point in said["meetings"]["series"]] == [
        ("2026-01-01", "2026-08-01", 2),
        ("2026-08-01", "2027-01-01", 1),
        ("2027-01-01", "2027-08-01", 1),
    ]


async def test_units_are_compared_with_their_kind_and_never_ranked(town, opened):
    await choose(town, "none@1")
    schools = [await opened(1) for _ in range(5)]
    shares = [(1, 3), (1, 1), (3, 1), (9, 1), (0, 1)]
    said = []
    for school, (development, operations) in zip(schools, shares, strict=True):
        items = [drafts.item(minutes=30)] * development + [drafts.operations(minutes=30)] * operations
        await school.published(school.people[0], agenda=items, purpose="mixed", preparation_tasks=[])
        compared = wanted("development_share", "value", "tenant_mean", "quartile_band")
        said.append((await schools[0].asked(compared))["development_share"])
    assert [each["tenant_mean"] for each in said] == [None, None, 0.5, 0.6, 0.48]
    assert [each["quartile_band"] for each in said] == [None, None, None, None, 1]
    bands = [(await each.asked(compared))["development_share"]["quartile_band"] for each in schools]
    assert bands == [1, 2, 3, 4, 1]
    nursery = await opened(1, kind="kindergarten")
    alone = await nursery.asked(compared)
    assert alone["development_share"] == {"value": None, "tenant_mean": None, "quartile_band": None}


async def test_what_is_withheld_is_no_part_of_any_comparison(town, opened):
    await choose(town, "none@1")
    schools = [await opened(1) for _ in range(5)]
    for school in schools:
        await school.published(school.people[0])
    said = await schools[0].asked(wanted("agenda_lead", "withheld", "tenant_mean", "quartile_band"))
    assert said["agenda_lead"] == {"withheld": "too_few_people", "tenant_mean": None, "quartile_band": None}


async def test_foreign_and_imagined_places_have_no_figures(five, other_town):
    await five.published(five.people[0])
    foreign = Unit(other_town, five.id, five.team, [])
    assert (await foreign.value("meetings"))["value"] == 0
    assert await foreign.asked(wanted("meetings"), level=Level.TEAM) is None
    assert (await foreign.value("meetings", level=Level.TENANT))["value"] == 0

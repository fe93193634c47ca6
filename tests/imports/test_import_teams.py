"""The import of teams over HTTP: founded in their unit, with members and duties, and never half."""

import asyncio

import pytest
from harness.issuer import ISSUER

FILE = """name,unit,kind,lang,subject,duty
5. trinn,code:N,grade,nn,a1,facilitator
5. trinn,code:N,,,b2,
Norsk,code:N,subject,,a1,member
Leiing,code:N,leadership,,,
"""


@pytest.fixture
async def school(town):
    """A school with two people that a file can name."""
    unit = await town.organisation(external_ids=[{"scheme": "code", "value": "N"}])
    people = {}
    for subject in ("a1", "b2"):
        body = {"name": subject, "identities": [{"issuer": ISSUER, "subject": subject}]}
        people[subject] = (await town.admin.post("/v1/people", body)).json()["id"]
    return unit, people


async def upload(someone, body, **query):
    return await someone.http.post(
        "/v1/imports/teams",
        params={
            "issuer": ISSUER,
            **{name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()},
        },
        content=body.encode(),
        headers={"content-type": "text/csv"},
    )


async def teams(town):
    listed = await town.admin.get("/v1/teams", limit=100)
    return {each["name"]: each for each in listed.json()["items"]}


async def duties(town, team):
    listed = await town.admin.get(f"/v1/teams/{team}/memberships")
    return sorted(
        (each["person_id"], each["duty"], each["valid_from"], each["valid_to"]) for each in listed.json()["items"]
    )


def outcomes(answer):
    return [line["outcome"] for line in answer.json()["lines"]]


async def test_teams_are_imported_with_their_members_once_and_again(town, school):
    unit, people = school
    tried = await upload(town.admin, FILE, dry_run=True)
    assert tried.status_code == 200, tried.text
    assert tried.json()["teams"] == {"created": 3, "changed": 0, "unchanged": 0}
    assert tried.json()["memberships"] == {"created": 3, "changed": 0, "unchanged": 0}
    assert await teams(town) == {}

    done = await upload(town.admin, FILE)
    assert (done.status_code, outcomes(done)) == (200, ["created"] * 4)
    first = await teams(town)
    assert {n: (t["kind"], t["lang"], t["organisation_id"]) for n, t in first.items()} == {
        "5. trinn": ("grade", "nn", unit),
        "Norsk": ("subject", "nb", unit),
        "Leiing": ("leadership", "nb", unit),
    }
    grade = first["5. trinn"]["id"]
    assert await duties(town, grade) == sorted(
        [(people["a1"], "facilitator", "2026-03-03", None), (people["b2"], "member", "2026-03-03", None)]
    )
    assert [line["team_id"] for line in done.json()["lines"][:2]] == [grade, grade]

    again = await upload(town.admin, FILE)
    assert outcomes(again) == ["unchanged"] * 4
    assert again.json()["memberships"] == {"created": 0, "changed": 0, "unchanged": 3}
    assert await teams(town) == first, "a second import changes nothing, no revision either"


async def test_who_changes_duty_keeps_their_time_before(town, school, clock):
    _, people = school
    await upload(town.admin, FILE)
    clock.now = clock.now.replace(day=20)
    done = await upload(town.admin, "name,unit,subject,duty\n5. trinn,code:N,b2,leader\n5. trinn,code:N,a1,\n")
    assert outcomes(done) == ["changed", "unchanged"]
    team = (await teams(town))["5. trinn"]
    assert [each for each in await duties(town, team["id"]) if each[0] == people["b2"]] == [
        (people["b2"], "leader", "2026-03-20", None),
        (people["b2"], "member", "2026-03-03", "2026-03-20"),
    ]
    assert team["revision"] == 2


async def test_a_team_changes_kind_and_keeps_who_is_not_in_the_file(town, school):
    await upload(town.admin, FILE)
    done = await upload(town.admin, "name,unit,kind\n5. trinn,code:N,class\n")
    assert outcomes(done) == ["changed"]
    team = (await teams(town))["5. trinn"]
    assert (team["kind"], team["lang"], len(await duties(town, team["id"]))) == ("class", "nn", 2)


async def test_an_archived_team_is_not_brought_back(town, school):
    await upload(town.admin, FILE)
    old = (await teams(town))["Leiing"]["id"]
    await town.admin.patch(f"/v1/teams/{old}", {"state": "archived"}, if_match="*")
    done = await upload(town.admin, FILE)
    assert outcomes(done) == ["unchanged", "unchanged", "unchanged", "created"]
    assert done.json()["lines"][3]["team_id"] != old


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ("name,unit,kind\nA,code:X,grade\n", "/lines/2/unit", "unknown_reference"),
        ("name,unit,kind\nA,,grade\n", "/lines/2/unit", "missing"),
        ("name,unit,kind\n,code:N,grade\n", "/lines/2/name", "missing"),
        ("name,unit\nA,code:N\n", "/lines/2/kind", "missing"),
        ("name,unit,kind\nA,code:N,club\n", "/lines/2/kind", "not_one_of"),
        ("name,unit,kind,duty\nA,code:N,grade,boss\n", "/lines/2/duty", "not_one_of"),
        ("name,unit,kind,lang\nA,code:N,grade,Norsk\n", "/lines/2/lang", "pattern"),
        ("name,unit,kind\nA,code:N,grade\nA,code:N,class\n", "/lines/3/kind", "differs_within_team"),
        ("name,unit,kind,subject\nA,code:N,grade,zz\n", "/lines/2/subject", "unknown_reference"),
        ("name,unit,kind,subject\nA,code:N,grade,a1\nA,code:N,grade,a1\n", "/lines/3/subject", "duplicate"),
        ("name,unit,kind,issuer,subject\nA,code:N,grade,https://other,a1\n", "/lines/2/subject", "unknown_reference"),
        ("name,unit,kind\nA 01017012345,code:N,grade\n", "/lines/2/name", "national_identity_number"),
    ],
)
@pytest.mark.usefixtures("school")
async def test_what_is_wrong_is_said_where_it_stands_and_nothing_is_written(town, body, pointer, code):
    refused = await upload(town.admin, body)
    assert refused.status_code == 422, refused.text
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [(pointer, code)]
    assert await teams(town) == {}
    tried = await upload(town.admin, body, dry_run=True)
    assert (tried.json()["accepted"], tried.json()["refused_lines"]) == (False, 1)


async def test_a_name_that_two_teams_have_names_neither(town, school):
    unit, _ = school
    for _ in range(2):
        await town.team(unit)
    refused = await upload(town.admin, "name,unit\n5. trinn,code:N\n")
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
        ("/lines/2/name", "names_two_teams")
    ]


async def test_who_is_inactive_is_put_into_no_team(town, school):
    _, people = school
    await town.admin.patch(f"/v1/people/{people['b2']}", {"status": "inactive"}, if_match="*")
    refused = await upload(town.admin, FILE)
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
        ("/lines/3/subject", "unknown_reference")
    ]
    assert await teams(town) == {}


@pytest.mark.usefixtures("school")
async def test_the_same_file_twice_at_once_founds_every_team_once(town):
    answers = await asyncio.gather(*(upload(town.admin, FILE) for _ in range(3)))
    assert sorted(outcomes(each)[0] for each in answers) == ["created", "unchanged", "unchanged"]
    assert len(await teams(town)) == 3


@pytest.mark.usefixtures("school")
async def test_teams_are_imported_by_administrators_into_their_own_municipality(town, other_town):
    leader = await town.someone("Leder", role="unit_leader")
    assert (await upload(leader, FILE)).status_code == 403
    foreign = await upload(other_town.admin, FILE)
    assert {each["code"] for each in foreign.json()["errors"]} == {"unknown_reference"}

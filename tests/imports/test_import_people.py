"""The import of people over HTTP: added and changed by what they sign in with, and never half."""

import asyncio

import pytest
from harness.issuer import ISSUER

FILE = "name;issuer;subject;email;locale;status\nÅse Øst;{0};a1;Ase@Example.test;nn;\nBo Vest;{0};b2;;;inactive\n"


async def upload(someone, body, **query):
    return await someone.http.post(
        "/v1/imports/people",
        params={name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()},
        content=body.encode(),
        headers={"content-type": "text/csv"},
    )


async def people(town):
    listed = await town.admin.get("/v1/people", limit=100)
    return {each["name"]: each for each in listed.json()["items"]}


def outcomes(answer):
    return [line["outcome"] for line in answer.json()["lines"]]


async def test_people_are_imported_once_and_again(town):
    body = FILE.format(ISSUER)
    tried = await upload(town.admin, body, dry_run=True)
    assert tried.status_code == 200, tried.text
    assert tried.json()["people"] == {"created": 2, "changed": 0, "unchanged": 0}
    assert [line["person_id"] for line in tried.json()["lines"]] == [None, None]
    assert set(await people(town)) == {"Ada Admin"}

    done = await upload(town.admin, body)
    first = await people(town)
    assert outcomes(done) == ["created", "created"]
    assert [line["person_id"] for line in done.json()["lines"]] == [first[n]["id"] for n in ("Åse Øst", "Bo Vest")]
    assert [(first[n]["email"], first[n]["locale"], first[n]["status"]) for n in ("Åse Øst", "Bo Vest")] == [
        ("ase@example.test", "nn", "active"),
        (None, None, "inactive"),
    ]

    assert outcomes(await upload(town.admin, body)) == ["unchanged", "unchanged"]
    assert await people(town) == first, "a second import changes nothing, no revision either"


async def test_who_is_imported_signs_in(town):
    assert (await upload(town.admin, "name,subject\nÅse Øst,a1\n", issuer=ISSUER)).is_success
    me = await town.signed_in("a1", "", "Åse Øst").get("/v1/me")
    assert (me.status_code, me.json()["name"]) == (200, "Åse Øst")


async def test_only_what_the_file_says_is_changed(town):
    await upload(town.admin, FILE.format(ISSUER))
    before = await people(town)
    done = await upload(town.admin, "name,subject,status\nÅse Sør,a1,\nBo Vest,b2,active\n", issuer=ISSUER)
    assert outcomes(done) == ["changed", "changed"]
    after = await people(town)
    assert after["Åse Sør"]["id"] == before["Åse Øst"]["id"]
    assert (after["Åse Sør"]["email"], after["Åse Sør"]["locale"]) == ("ase@example.test", "nn")
    assert after["Bo Vest"]["status"] == "active"
    assert after["Bo Vest"]["revision"] == before["Bo Vest"]["revision"] + 1
    emptied = await upload(town.admin, "name,subject,email\nÅse Sør,a1,\n", issuer=ISSUER)
    assert outcomes(emptied) == ["changed"]
    assert (await people(town))["Åse Sør"]["email"] is None


async def test_one_subject_of_two_issuers_is_two_people(town):
    body = f"name,issuer,subject\nEn,{ISSUER},x\nTo,https://other.example,x\n"
    assert outcomes(await upload(town.admin, body)) == ["created", "created"]
    assert len({each["id"] for each in (await people(town)).values()}) == 3


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ("name,subject\nÅse,a1\n", "/lines/2/issuer", "missing"),
        ("name,issuer,subject\n,x,a1\n", "/lines/2/name", "missing"),
        ("name,issuer,subject\nÅse,x,\n", "/lines/2/subject", "missing"),
        ("name,issuer,subject\nÅse,x,a\nBo,x,a\n", "/lines/3/subject", "duplicate"),
        ("name,issuer,subject,email\nÅse,x,a,no\n", "/lines/2/email", "pattern"),
        ("name,issuer,subject,locale\nÅse,x,a,fr\n", "/lines/2/locale", "not_one_of"),
        ("name,issuer,subject,status\nÅse,x,a,pseudonymised\n", "/lines/2/status", "not_one_of"),
        ("name,issuer,subject\nÅse 01017012345,x,a\n", "/lines/2/name", "national_identity_number"),
        ("name,issuer,subject\nÅse,x,010170-1234\n", "/lines/2/subject", "national_identity_number"),
        ("name,issuer,subject,email\nÅse,x,a,01017012345@example.test\n", "/lines/2/email", "national_identity_number"),
        ("name,subject,birthday\nÅse,a,1970-01-01\n", "/lines/1/birthday", "unknown_field"),
        ("name\nÅse\n", "/lines/1/subject", "missing"),
    ],
)
async def test_what_is_wrong_is_said_where_it_stands_and_nothing_is_written(town, body, pointer, code):
    refused = await upload(town.admin, body)
    assert refused.status_code == 422, refused.text
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [(pointer, code)]
    assert set(await people(town)) == {"Ada Admin"}
    tried = await upload(town.admin, body, dry_run=True)
    assert (tried.status_code, tried.json()["accepted"]) == (200, False)
    assert tried.json()["refused_lines"] == 1


async def test_the_good_lines_of_a_bad_file_are_not_written_either(town):
    refused = await upload(town.admin, "name,issuer,subject\nÅse,x,a\n,x,b\n")
    assert refused.status_code == 422
    assert set(await people(town)) == {"Ada Admin"}


async def test_the_same_file_twice_at_once_adds_everybody_once(town):
    answers = await asyncio.gather(*(upload(town.admin, FILE.format(ISSUER)) for _ in range(3)))
    assert sorted(tuple(outcomes(each)) for each in answers) == [
        ("created", "created"),
        ("unchanged", "unchanged"),
        ("unchanged", "unchanged"),
    ]
    assert len(await people(town)) == 3


async def test_people_are_imported_by_administrators_into_their_own_municipality(town, other_town):
    leader = await town.someone("Leder", role="unit_leader")
    assert (await upload(leader, FILE.format(ISSUER))).status_code == 403
    assert (await upload(town.admin, FILE.format(ISSUER))).is_success
    assert outcomes(await upload(other_town.admin, FILE.format(ISSUER))) == ["created", "created"]
    assert set(await people(other_town)) == {"Ada Admin", "Åse Øst", "Bo Vest"}


async def test_no_file_bars_the_last_administrator(town):
    subject = "boss"
    made = await town.admin.post("/v1/people", {"name": "To", "identities": [{"issuer": ISSUER, "subject": subject}]})
    boss = town.signed_in(subject, made.json()["id"], "To")
    await town.admin.post("/v1/role-assignments", {"person_id": boss.id, "role": "admin", "scope": "tenant"})
    body = f"name,issuer,subject,status\nTo,{ISSUER},{subject},inactive\n"
    (held,) = (await town.admin.get("/v1/role-assignments", person_id=town.admin.id)).json()["items"]
    assert (await town.admin.post(f"/v1/role-assignments/{held['id']}/revoke", None, if_match="*")).is_success
    for dry_run in (True, False):
        refused = await upload(boss, body, dry_run=dry_run)
        assert (refused.status_code, refused.json()["code"]) == (409, "last_administrator")
    again = {"person_id": town.admin.id, "role": "admin", "scope": "tenant"}
    assert (await boss.post("/v1/role-assignments", again)).is_success
    assert outcomes(await upload(boss, body)) == ["changed"]

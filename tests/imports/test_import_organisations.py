"""The import of units over HTTP: real schools, a second time, broken files, other dialects of CSV."""

import uuid
from importlib.resources import files

import pytest

AARHUS = (files("api.demo") / "aarhus_schools.csv").read_bytes()
SCHOOLS = {"kind": "school", "sector": "school"}


async def upload(someone, body, **query):
    content = body if isinstance(body, bytes) else body.encode()
    return await someone.http.post(
        "/v1/imports/organisations",
        params={k: str(v).lower() if isinstance(v, bool) else v for k, v in query.items()},
        content=content,
        headers={"content-type": "text/csv"},
    )


async def schools(town):
    found, cursor = [], None
    while True:
        page = await town.admin.get("/v1/organisations", kind="school", **({"cursor": cursor} if cursor else {}))
        found += page.json()["items"]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            return found


async def test_the_aarhus_schools_are_imported_once_and_again(town):
    tried = await upload(town.admin, AARHUS, dry_run=True, **SCHOOLS, parent_id=town.root, lang="da")
    assert tried.status_code == 200, tried.text
    assert tried.json()["units"] == {"created": 50, "changed": 0, "unchanged": 0}
    assert await schools(town) == []

    done = await upload(town.admin, AARHUS, **SCHOOLS, parent_id=town.root, lang="da")
    assert done.status_code == 200, done.text
    report = done.json()
    assert report["accepted"]
    assert report["units"] == {"created": 50, "changed": 0, "unchanged": 0}
    assert [line["line"] for line in report["lines"]] == list(range(2, 58))
    assert len({line["organisation_id"] for line in report["lines"]}) == 50

    first = await schools(town)
    assert len(first) == 50
    assert sum(len(unit["sites"]) for unit in first) == 56
    several = next(unit for unit in first if {"scheme": "dk_instnr", "value": "751020"} in unit["external_ids"])
    assert several["name"] == "Kaløvigskolen (Sanatorievej)"
    assert [site["main"] for site in several["sites"]] == [True, False, False]
    assert {unit["parent_id"] for unit in first} == {town.root}

    again = await upload(town.admin, AARHUS, **SCHOOLS, parent_id=town.root, lang="da")
    assert again.json()["units"] == {"created": 0, "changed": 0, "unchanged": 50}
    assert await schools(town) == first, "a second import changes nothing, no revision either"


async def test_a_changed_line_changes_that_unit_only(town):
    await upload(town.admin, "name,code,address\nNord,A1,Vei 1\nSør,A2,Vei 2\n", **SCHOOLS)
    before = {unit["name"]: unit for unit in await schools(town)}
    done = await upload(town.admin, "name,code,address\nNord,A1,Vei 1\nSyd,A2,Vei 2\n")
    assert done.json()["units"] == {"created": 0, "changed": 1, "unchanged": 1}
    after = {unit["name"]: unit for unit in await schools(town)}
    assert after["Nord"] == before["Nord"]
    assert after["Syd"]["id"] == before["Sør"]["id"]
    assert after["Syd"]["revision"] == before["Sør"]["revision"] + 1


async def test_one_bad_line_and_nothing_is_written(town):
    body = "name,dk_institution_number,latitude\nGod,751001,56.1\nDårlig,12,95\n,751003,x\n"
    refused = await upload(town.admin, body, **SCHOOLS)
    assert refused.status_code == 422
    assert {(e["pointer"], e["code"]) for e in refused.json()["errors"]} == {
        ("/lines/3/dk_institution_number", "pattern"),
        ("/lines/3/latitude", "too_large"),
        ("/lines/4/name", "missing"),
        ("/lines/4/latitude", "wrong_type"),
    }
    assert all(e["detail"] for e in refused.json()["errors"])
    assert await schools(town) == []
    tried = await upload(town.admin, body, dry_run=True, **SCHOOLS)
    assert tried.status_code == 200
    assert not tried.json()["accepted"]
    assert [line["outcome"] for line in tried.json()["lines"]] == ["created", "refused", "refused"]
    assert tried.json()["refused_lines"] == 2


@pytest.mark.parametrize(
    "body",
    [
        "\ufeffname,code\r\nSkåne,A1\r\n".encode(),
        "name;code\nSkåne;A1\n".encode(),
        "name,code\rSkåne,A1\r".encode(),
        'NAME, Code\n"Skåne","A1"'.encode(),
    ],
)
async def test_the_usual_dialects_of_csv_are_read(town, body):
    done = await upload(town.admin, body, **SCHOOLS)
    assert done.status_code == 200, done.text
    assert [unit["name"] for unit in await schools(town)] == ["Skåne"]


async def test_what_looks_like_a_formula_is_data(town):
    done = await upload(town.admin, 'name,code\n"=HYPERLINK(""x"")",A1\n@home,A2\n', **SCHOOLS)
    assert done.status_code == 200, done.text
    assert {unit["name"] for unit in await schools(town)} == {'=HYPERLINK("x")', "@home"}


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b"name,code\n\xff,A1\n", "/lines/2", "not_utf8"),
        (b"", "/lines/1", "missing"),
        (b"name,code,iq\nA,A1,3\n", "/lines/1/iq", "unknown_field"),
        (b"name,code,code\nA,A1,A2\n", "/lines/1/code", "duplicate"),
        (b"code\nA1\n", "/lines/1/name", "missing"),
        (b"name\nA\n", "/lines/1/code", "missing"),
        (b"name,code\nA\n", "/lines/2", "broken_line"),
        (b'name,code\n"A,A1\n', "/lines/2", "broken_line"),
        (b"name,code\nA,\n", "/lines/2/code", "missing"),
        (b"name,code\nA\x00,A1\n", "/lines/2/name", "invalid_text"),
        ("name,code\nA\u202eB,A1\n".encode(), "/lines/2/name", "invalid_text"),
        (b"name," * 100_000, "/lines/1", "too_long"),
        (b"name,code\nOla 01017012345,A1\n", "/lines/2/name", "national_identity_number"),
        (b"name,code,parent\nA,A1,code:X\n", "/lines/2/parent", "unknown_reference"),
        (b"name,code,parent\nA,A1,code:A2\nB,A2,code:A1\n", "/lines/2/parent", "organisation_cycle"),
        (b"name,code,kind\nA,A1,castle\n", "/lines/2/kind", "not_one_of"),
        (b"name,code,kind\nA,A1,school\nB,A1,sfo\n", "/lines/3/kind", "differs_within_unit"),
        (b"name,code,main_site\nA,A1,1\nB,A1,1\n", "/lines/3/main_site", "duplicate"),
        (b"name,code\nA,A1\nA,A1\n", "/lines/3/name", "duplicate"),
    ],
)
async def test_each_fault_is_named_where_it_stands(town, body, pointer, code):
    refused = await upload(town.admin, body, **SCHOOLS)
    assert refused.status_code == 422, refused.text
    assert (pointer, code) in {(e["pointer"], e["code"]) for e in refused.json()["errors"]}


async def test_kind_and_sector_must_come_from_somewhere(town):
    refused = await upload(town.admin, "name,code\nA,A1\n")
    assert {e["pointer"] for e in refused.json()["errors"]} == {"/lines/2/kind", "/lines/2/sector"}


async def test_units_may_stand_under_units_of_the_same_file(town):
    body = "name,code,kind,parent\nSkolen,A1,school,code:A2\nOmrådet,A2,district,\n"
    done = await upload(town.admin, body, sector="school", parent_id=town.root)
    assert done.status_code == 200, done.text
    above, below = (line["organisation_id"] for line in reversed(done.json()["lines"]))
    found = await town.admin.get(f"/v1/organisations/{below}")
    assert found.json()["parent_id"] == above
    moved = await upload(town.admin, "name,code,parent\nSkolen,A1,code:A3\nNytt,A3,\n", **SCHOOLS)
    assert moved.json()["units"] == {"created": 1, "changed": 1, "unchanged": 0}


async def test_only_administrators_import(town):
    kari = await town.someone("Kari")
    assert (await upload(kari, "name,code\nA,A1\n", **SCHOOLS)).status_code == 403


async def test_a_file_too_large_or_of_another_type_is_refused(town):
    large = await upload(town.admin, b"name,code\n" + b"x" * (8 * 1024 * 1024), **SCHOOLS)
    assert large.status_code == 413
    wrong = await town.admin.post("/v1/imports/organisations", {"a": 1})
    assert wrong.status_code == 415


async def test_the_number_of_statements_does_not_grow_with_the_file(town, app, monkeypatch):
    counted = []
    for lines in (3, 300):
        body = "name,code\n" + "".join(f"Skole {i},{lines}-{i}\n" for i in range(lines))
        counted.append(await statements(app, monkeypatch, lambda body=body: upload(town.admin, body, **SCHOOLS)))
    assert counted[0] == counted[1]


async def statements(app, monkeypatch, act):
    from api.postgres.pool import Pool

    seen = []
    take = Pool.take

    async def watched(pool):
        connection = await take(pool)
        if connection not in listening:
            listening.append(connection)
            connection.add_query_logger(lambda record: seen.append(record.query))
        return connection

    listening = []
    with monkeypatch.context() as patch:
        patch.setattr(Pool, "take", watched)
        assert (await act()).status_code == 200
    for connection in listening:
        connection._query_loggers.clear()
    return len(seen)


async def test_a_unit_that_is_closed_is_a_fault_and_its_number_is_not_lost(town):
    done = await upload(town.admin, "name,code\nSkolen,A1\n", **SCHOOLS, valid_from="2021-01-01")
    unit = done.json()["lines"][0]["organisation_id"]
    etag = (await town.admin.get(f"/v1/organisations/{unit}")).headers["etag"]
    closed = await town.admin.post(f"/v1/organisations/{unit}/close", {}, if_match=etag)
    assert closed.status_code == 204, closed.text
    refused = await upload(town.admin, "name,code\nSkolen,A1\n", **SCHOOLS)
    assert refused.status_code == 422, refused.text
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("/lines/2/name", "not_open_on")]
    as_it_was = await town.admin.get(f"/v1/organisations/{unit}", as_of="2021-01-01")
    freed = await town.admin.patch(
        f"/v1/organisations/{unit}", {"external_ids": []}, if_match=as_it_was.headers["etag"]
    )
    assert freed.status_code == 204, freed.text
    again = await upload(town.admin, "name,code\nSkolen,A1\n", **SCHOOLS)
    assert again.json()["units"] == {"created": 1, "changed": 0, "unchanged": 0}


async def test_a_unit_that_lost_all_its_days_in_former_times_opens_again(town, migrated):
    """Closing on the first day once took all periods; such units are still in databases."""
    from api.postgres.pool import connect

    done = await upload(town.admin, "name,code\nSkolen,A1\n", **SCHOOLS)
    unit = done.json()["lines"][0]["organisation_id"]
    owner = await connect(migrated.owner)
    try:
        async with owner.transaction():
            await owner.execute("select set_config('app.tenant', $1, true)", town.id)
            await owner.execute("delete from organisation_period where organisation_id = $1::uuid", uuid.UUID(unit))
    finally:
        await owner.close()
    assert await schools(town) == []
    again = await upload(town.admin, "name,code\nSkulen,A1\n", **SCHOOLS)
    assert again.status_code == 200, again.text
    assert again.json()["units"] == {"created": 0, "changed": 1, "unchanged": 0}
    assert [(each["id"], each["name"]) for each in await schools(town)] == [(unit, "Skulen")]


@pytest.mark.parametrize("step", [1, -1])
async def test_a_chain_of_parents_is_refused_in_either_order(town, step):
    lines = [f"S{i},k{i},{f'code:k{i - 1}' if i else ''}\n" for i in range(1500)]
    refused = await upload(town.admin, "name,code,parent\n" + "".join(lines[::step]), **SCHOOLS)
    assert refused.status_code == 422, refused.text[:500]
    assert {e["code"] for e in refused.json()["errors"]} == {"tree_too_deep"}
    assert await schools(town) == []


async def test_names_are_stored_in_one_normal_form(town):
    done = await upload(town.admin, "name,code\nA\u030aby,A1\n", **SCHOOLS)
    assert done.json()["lines"][0]["name"] == "\u00c5by"
    again = await upload(town.admin, "name,code\n\u00c5by,A1\n", **SCHOOLS)
    assert again.json()["units"] == {"created": 0, "changed": 0, "unchanged": 1}

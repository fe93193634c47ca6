"""T3, generated from the committed SDL: no field shows the neighbour, no argument finds them, no error names them."""

import re

import pytest
from crossing import alike, leaks
from fields import crossings, ids_of, together, walked
from harness.coordinates import coordinates, positions, query, ways
from harness.graphql import data, post

from api.postgres.ids import new_id
from api.postgres.recent import Recent
from api.reading.paths import Everyone
from api.reading.views import VIEWS

POSITIONS = positions()


@pytest.fixture(scope="session")
async def ours(oslo):
    return await ids_of(oslo)


@pytest.fixture(scope="session")
async def theirs(bergen):
    return await ids_of(bergen)


async def test_every_field_is_reached_and_none_shows_the_neighbour(oslo, ours, bergen):
    """A new field is asked by itself; one of a new type needs its rows in tests/harness/filled.py."""
    reached, seen = await walked(oslo, ours, bergen)
    assert seen == []
    assert coordinates() - reached == set()


async def test_the_matrix_would_notice_a_field_that_shows_the_neighbour(oslo, ours):
    """Asked by the neighbour themselves, the same ways do show them."""
    _, seen = await walked(oslo, ours, oslo)
    assert len(seen) > len(ways()) / 4


@pytest.mark.parametrize("position", POSITIONS, ids=str)
async def test_an_id_of_the_neighbour_is_like_one_that_never_was(position, oslo, ours, bergen, theirs):
    foreign = theirs[position.kind][:8] if position.kind != "Node" else [each[0] for each in theirs.values()]
    assert await crossings(oslo, ours, position, bergen, foreign) == []


@pytest.mark.parametrize("position", POSITIONS, ids=str)
async def test_the_matrix_would_notice_ids_that_are_seen(position, oslo, ours, bergen):
    assert await crossings(oslo, ours, position, bergen, ours[position.kind]) != []


async def test_every_type_of_the_world_has_ids(ours, theirs):
    named = {position.kind for position in POSITIONS} | {view.published for view in VIEWS.values()} - {"Me"}
    for ids in (ours, theirs):
        assert named <= set(ids), "a new type needs its ids in tests/tenancy/fields.py"
        assert all(ids.values())


async def test_ours_and_theirs_in_one_operation_are_told_apart_as_if_theirs_were_nowhere(oslo, ours, bergen, theirs):
    kinds = sorted(set(theirs) - {"Node", "Tenant"})
    texts = {}
    for name, second in {"theirs": theirs, "nowhere": {kind: [str(new_id())] for kind in kinds}}.items():
        parts = [
            f'{kind}{i}: node(id: "{id}") {{ __typename id }}'
            for kind in kinds
            for i, id in enumerate((ours[kind][0], second[kind][0]))
        ]
        answer = await post(oslo.chief, f"{{ {' '.join(parts)} }}")
        assert list(leaks(answer, bergen)) == []
        texts[name] = re.sub(r'"trace_id":"[0-9a-f]{32}"', "", answer.text)
    assert texts["theirs"] == texts["nowhere"]
    assert '"Meeting0":{"__typename":"Meeting"' in texts["theirs"]
    assert '"Meeting1":null' in texts["theirs"]


async def test_errors_say_nothing_of_the_neighbour(oslo, bergen, theirs):
    """What is refused beside a foreign id, within it, or by it, is refused as beside an unknown one."""
    for query_text in (
        "query($id: ID!) { team(id: $id) { name meetings(first: 101) { nodes { id } } } me { name } }",
        'query($id: ID!) { node(id: $id) { ... on Team { meetings(after: "x") { nodes { id } } } } }',
        "query($id: ID!) { meetings(teamId: $id, first: -1) { nodes { id } } }",
        'query($id: ID!) { organisation(id: $id, asOf: "x") { name } }',
        'query($id: ID!) { organisation(id: $id) { figures(since: "2026-01-01", until: "2025-01-01") { until } } }',
        "query($id: ID!) { team(id: $id) { nothing } }",
        "query($id: Int!) { team(id: $id) { name } }",
    ):
        for foreign in (theirs["Team"][0], theirs["Organisation"][0], bergen.town.id):
            nowhere = str(new_id())
            answer = await post(oslo.chief, query_text, id=foreign)
            assert list(leaks(answer, bergen, sent=foreign)) == []
            assert alike(answer, foreign) == alike(await post(oslo.chief, query_text, id=nowhere), nowhere)


async def test_a_cursor_of_the_neighbour_finds_only_our_own(oslo, bergen):
    for name in ("people", "teams", "meetings", "organisations", "roleAssignments", "auditEvents", "methodChoices"):
        cursor = (await data(bergen.chief, f"{{ {name}(first: 1) {{ pageInfo {{ endCursor }} }} }}"))[name]["pageInfo"]
        for side in ("after", "before"):
            asked = f"query($c: String) {{ {name}({side}: $c, first: 100) {{ edges {{ cursor node {{ id }} }} }} }}"
            answer = await post(oslo.chief, asked, c=cursor["endCursor"])
            assert answer.status_code == 200
            assert list(leaks(answer, bergen)) == []


async def test_both_at_once_over_the_same_documents_see_only_themselves(oslo, ours, bergen, theirs):
    """Documents, plans and prepared statements are shared between municipalities; what they answer never is."""
    way = next(way for way in ways() if way[-1].coordinate == "AgendaItem.title")
    mixed = query(way, {kind: ids[0] for kind, ids in ours.items()})
    node = f'{{ node(id: "{ours["Team"][0]}") {{ id ... on Team {{ name }} }} me {{ name }} }}'
    answers = await together((oslo, mixed), (bergen, mixed), (oslo, node), (bergen, node), times=50)
    for asker, answer in answers:
        other = bergen if asker is oslo else oslo
        assert answer.status_code == 200
        assert list(leaks(answer, other, sent=ours["Team"][0])) == []
        assert asker.canary in answer.text


async def test_without_our_own_rules_row_security_alone_still_hides_the_neighbour(
    oslo, ours, bergen, theirs, service, monkeypatch
):
    """A mutant of the service: everybody may see everything. What is left is the floor, and it holds."""
    for view in VIEWS.values():
        monkeypatch.setattr(view, "seen_by", (Everyone(),))
    monkeypatch.setattr(service.engine, "_plans", Recent(10, lambda *_: 1))
    nobody = await oslo.town.someone("Nobody")
    chief, oslo.chief = oslo.chief, nobody
    try:
        reached, seen = await walked(oslo, ours, bergen)
        assert seen == []
        assert "Meeting.agenda" in reached  # the mutant is one: our own rules are really gone
        for position in POSITIONS:
            foreign = [ids[0] for ids in theirs.values()]
            assert await crossings(oslo, ours, position, bergen, foreign) == []
    finally:
        oslo.chief = chief

"""Who sees what doesn't depend on how they ask: REST and GraphQL show the same rows, links and fields to every role."""

from collections.abc import Iterator

import pytest
from harness.contract import contract
from harness.graphql import data
from harness.listed import LINKS
from harness.plain import TABLES

from api.reading.views import VIEWS, Link, View
from api.schema.building import is_node
from api.schema.types import camel
from domain.actors import Role, Scope
from domain.teams import Duty

ASKERS = [
    *(f"{role} {scope}" for role in Role for scope in Scope),
    *(f"duty {duty}" for duty in Duty),
    *("everything", "nobody", "client", "leader 0", "leader 1"),
]
LISTED = [view for view in VIEWS.values() if view.listed_as]
ALIASES = 25
"""How many ids are looked up in one operation."""


def path_of(view: type[View]) -> str:
    """Where REST lists a view."""
    return "/v1/" + view.listed_as.replace("_", "-")


def is_read_alone(view: type[View]) -> bool:
    """Whether REST has a route for one row of it."""
    return any(path.startswith(path_of(view) + "/{") and path.count("/") == 3 for path in contract().document["paths"])


async def all_of_rest(asker, view: type[View]) -> list[dict]:
    found, cursor = [], {}
    while True:
        page = (await asker.get(path_of(view), limit=100, **cursor)).json()
        found += page["items"]
        if page.get("next_cursor") is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def all_of_graphql(asker, view: type[View], asked: str = "id") -> list[dict]:
    text = f"query($a: String) {{ all: {camel(view.listed_as)}(first: 100, after: $a) {{ nodes {{ {asked} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    found, after = [], None
    while True:
        page = (await data(asker, text, a=after))["all"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


@pytest.mark.parametrize("asker", ASKERS)
async def test_lists_show_the_same_in_the_same_order(material, asker):
    who = material.world.askers[asker]
    for view in LISTED:
        rest = [each["id"] for each in await all_of_rest(who, view)]
        assert [each["id"] for each in await all_of_graphql(who, view)] == rest, view.published


@pytest.mark.parametrize("asker", ASKERS)
async def test_a_single_row_is_found_by_the_one_as_by_the_other(material, asker):
    who = material.world.askers[asker]
    for view in LISTED:
        if is_read_alone(view):
            ids = material.named[view.published][:ALIASES]
            for name in (camel(view.published[0].lower() + view.published[1:]), "node"):
                parts = " ".join(f'a{i}: {name}(id: "{id}") {{ id }}' for i, id in enumerate(ids))
                found = await data(who, f"{{ {parts} }}")
                seen = {id for i, id in enumerate(ids) if found[f"a{i}"]}
                assert seen == {id for id in ids if await _is_there(who, view, id)}, view.published


async def _is_there(who, view: type[View], id: str) -> bool:
    answer = await who.get(f"{path_of(view)}/{id}")
    assert answer.status_code in {200, 404}
    return answer.status_code == 200


def links() -> Iterator[tuple[type[View], str, Link]]:
    """Every link that starts from a row of a list."""
    for view in LISTED:
        for name, link in view.links.items():
            yield view, name, link


def _asked(view: type[View], link: Link, name: str) -> str:
    """What is asked of a link: whose rows they are, in every form that a link has."""
    if link.kind in {"one", "either"}:
        return (
            f"{camel(name)} {{ __typename ... on Node {{ id }} }}"
            if is_node_at_all(link)
            else f"{camel(name)} {{ slug }}"
        )
    if link.standard:
        return f"{camel(name)} {{ __typename id }}"
    return f"{camel(name)}(first: 10) {{ nodes {{ __typename id }} }}"


def is_node_at_all(link: Link) -> bool:
    return link.kind == "either" or is_node(VIEWS[link.view])


@pytest.mark.parametrize("asker", ASKERS)
async def test_a_link_shows_exactly_what_is_seen_by_itself(material, asker):
    """What a link leads to is found alone too, and where it leads nowhere although it names a row, that isn't seen."""
    who = material.world.askers[asker]
    shown: dict[str, set[str]] = {}
    hidden: dict[str, set[str]] = {}
    for view, name, link in links():
        row = f"{camel(link.column.removeprefix('{row}.'))}" if link.kind == "one" else ""
        given = row if row in {camel(field) for field in view.fields} else ""
        for each in await all_of_graphql(who, view, f"{given} {_asked(view, link, name)}"):
            value = each[camel(name)]
            if value is None and given and each[given]:
                hidden.setdefault(link.view, set()).add(each[given])
            for found in _rows(value):
                shown.setdefault(found["__typename"], set()).add(found.get("id", ""))
    for kind, ids in shown.items():
        if kind != "Tenant":
            assert await _found(who, ids) == ids, kind
    for kind, ids in hidden.items():
        assert await _found(who, ids) == set(), kind


def _rows(value) -> list[dict]:
    if value is None:
        return []
    return value if isinstance(value, list) else value.get("nodes", [value])


async def _found(who, ids: set[str]) -> set[str]:
    """Those of the ids that are found alone; that REST finds the same is a test of its own."""
    listed, found = sorted(ids), set()
    for n in range(0, len(listed), ALIASES):
        parts = " ".join(f'a{i}: node(id: "{id}") {{ id }}' for i, id in enumerate(listed[n : n + ALIASES]))
        found |= {each["id"] for each in (await data(who, f"{{ {parts} }}")).values() if each}
    return found


@pytest.mark.parametrize("asker", ASKERS)
async def test_an_include_of_rest_shows_what_the_link_of_graphql_shows(material, asker):
    who = material.world.askers[asker]
    for view, name, link in links():
        parameters = contract().document["paths"][path_of(view)]["get"]["parameters"]
        included = next((each for each in parameters if each["name"] == "include"), None)
        if included is None or name not in included["schema"]["items"]["enum"]:
            continue
        rest = (await who.get(path_of(view), limit=100, include=name)).json()["items"]
        graphql = (await all_of_graphql(who, view, f"id {_asked(view, link, name)}"))[: len(rest)]
        for document, row in zip(rest, graphql, strict=True):
            ours = [each["id"] for each in _rows(row[camel(name)])]
            theirs = [each["id"] for each in _rows(document[name])]
            assert ours == theirs[: len(ours)] if link.kind == "many" and not link.standard else ours == theirs, name


@pytest.mark.parametrize("asker", ASKERS)
async def test_an_address_is_shown_by_both_or_by_neither(material, asker):
    who, person = material.world.askers[asker], VIEWS["Person"]
    rest = {each["id"]: each["email"] for each in await all_of_rest(who, person)}
    graphql = {each["id"]: each["email"] for each in await all_of_graphql(who, person, "id email")}
    assert graphql == rest
    eye = material.eye(asker, "en")
    assert {id for id, email in rest.items() if email} == {
        str(row["id"]) for row in material.kept.tables["person"] if row["email"] and eye.sees_contact(row["id"])
    }


def test_every_view_that_rest_reads_is_compared():
    """A list that GraphQL lacks, or another way round, is a decision that belongs here."""
    paths = {
        path.split("/")[2]
        for path, methods in contract().document["paths"].items()
        if path.count("/") == 2 and "get" in methods
    }
    computed = {"code-lists", "me", "method-profiles", "permissions", "rule-sets"}
    assert {view.listed_as.replace("_", "-") for view in LISTED} == paths - computed
    assert set(LINKS) <= {f"{view.published}.{camel(name)}" for view in VIEWS.values() for name in view.links}
    assert set(TABLES) == set(VIEWS)

"""One operation, one statement: whatever is asked, and however much; only what the schema says of itself needs none."""

import asyncio
import re
from pathlib import Path

import graphql
import pytest
from graphql import GraphQLNonNull, get_named_type, is_abstract_type, is_leaf_type
from harness.coordinates import coordinates, query, ways
from harness.execution import plain_schema
from harness.graphql import post
from harness.statements import watched

import api
from api.schema import completing
from api.schema.building import schema
from api.schema.engine import CostLimits
from api.schema.limits import FIELDS, SAME_FIELD

EXAMPLES = sorted((Path(api.__file__).parent / "schema" / "examples").glob("*.graphql"))
DEEP = 4


@pytest.fixture(autouse=True)
def unlimited(filled, monkeypatch):
    """These operations ask for everything that there is."""
    monkeypatch.setattr(filled.town.app.engine, "limits", CostLimits(1_000_000))


async def counted(filled, text, **variables):
    """The answer to an operation, and the statements that it took."""
    with watched(filled.town.app) as said:
        answer = await post(filled.chief, text, **variables)
        await asyncio.sleep(0)  # loggers are called by the loop
        await asyncio.sleep(0)
    return answer, said


async def prepared(filled, text):
    """The same, the second time: types are looked up once a connection."""
    assert (await post(filled.chief, text)).status_code == 200
    return await counted(filled, text)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
async def test_an_example_is_one_statement(filled, example):
    answer, said = await prepared(filled, example.read_text())
    assert "errors" not in answer.json(), answer.text
    assert len(said) == 1


def test_there_are_examples():
    assert len(EXAMPLES) > 3


def biggest(kind, depth, room):
    """A selection of everything below a type, as deep and with as many fields as there is room for."""
    parts = []
    for name, each in kind.fields.items():
        inner = get_named_type(each.type)
        if room[0] <= 0 or any(isinstance(argument.type, GraphQLNonNull) for argument in each.args.values()):
            continue
        if is_leaf_type(inner):
            room[0] -= 1
            parts.append(name)
        elif depth and not is_abstract_type(inner):
            room[0] -= 1
            size = f"(first: {2 if depth == DEEP else 1})" if "first" in each.args else ""
            parts.append(f"{name}{size} {biggest(inner, depth - 1, room)}")
    return "{ " + " ".join(parts or ["__typename"]) + " }"


def fields_of(text):
    return len(re.findall(r"[A-Za-z_]+(?![^(]*\))", text))


async def test_the_biggest_operation_is_one_statement(filled):
    text = biggest(plain_schema().query_type, DEEP, [FIELDS - 60])
    assert fields_of(text) > FIELDS * 0.8
    answer, said = await prepared(filled, text)
    assert "errors" not in answer.json(), answer.text[:1000]
    assert len(said) == 1


def everything(filled):
    """Operations that ask for every field of the schema between them; an id that is asked for may be of nothing."""
    ids = dict.fromkeys(plain_schema().type_map, filled.chief.id)
    for n in range(0, len(ways()), SAME_FIELD):
        yield " ".join(query(way, ids)[1:-1] for way in ways()[n : n + SAME_FIELD]).join("{}")


async def test_every_field_of_the_schema_is_read_by_one_statement_an_operation(filled):
    for text in everything(filled):
        answer, said = await prepared(filled, text)
        assert "errors" not in answer.json(), answer.text[:1000]
        assert len(said) == 1


async def test_what_is_refused_in_part_or_read_by_introspection_is_one_statement_too(filled):
    for text in (
        "{ me { name } teams(first: 1000) { nodes { id } } }",
        "{ me { name } __schema { queryType { name } } }",
        '{ __type(name: "Team") { name } }',
        "{ __typename }",
    ):
        answer, said = await prepared(filled, text)
        assert answer.json()["data"] is not None or answer.json()["errors"]
        assert len(said) == 1


async def test_only_introspection_falls_back(filled, monkeypatch):
    """Everything that the schema has is asked, and what isn't compiled is written down: the list may not grow."""
    fallen = set()

    def listening(core, document, **more):
        asked = document.definitions[0].selection_set.selections
        fallen.update(each.name.value for each in asked)
        return graphql.execute_sync(core, document, **more)

    monkeypatch.setattr(completing, "execute_sync", listening)
    for text in everything(filled):
        assert "errors" not in (await post(filled.chief, text)).json()
    assert fallen == set()
    whole = await post(filled.chief, graphql.get_introspection_query())
    assert "errors" not in whole.json()
    assert (await post(filled.chief, '{ a: __type(name: "Team") { name } me { name } }')).json()["data"]["a"]
    assert fallen == {"__schema", "__type"}


def test_every_field_of_the_schema_has_a_meaning_for_the_compiler():
    made = schema()
    meant = {f"{owner}.{name}" for owner, fields in made.meanings.items() for name in fields}
    assert coordinates() <= meant
    assert set(made.core.query_type.fields) == set(made.meanings["Query"])
    assert made.core.mutation_type is made.core.subscription_type is None


def test_nothing_else_executes_in_python():
    """graphql-core's executor is named in one place, Strawberry's nowhere."""
    folder = Path(api.__file__).parent
    named = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.py")
        if re.search(r"\b(execute|execute_sync|graphql_sync|subscribe)\b\s*\(", path.read_text())
        and re.search(r"^(from|import) (graphql|strawberry)", path.read_text(), re.MULTILINE)
    }
    assert named == {"schema/completing.py"}

"""Abuse of documents is refused, by a code, before it costs anything: each within 50 ms of processor time."""

import time

import pytest
from harness.graphql import errors, post
from harness.world import client

from api.reading.selections import LONGEST_KEY
from api.schema import limits
from api.schema.engine import CostLimits

MOST_CPU = 0.050
"""Seconds of processor time; measured as the least of three, because others use the machine too."""

NAMES = "{ nodes { name } }"


def deep(levels):
    return "{ organisations { nodes { " + "parent { " * levels + "name" + " }" * levels + " } } }"


def chained(count):
    """Fragments that each name the next twice: expanded, 2^count fields."""
    chain = " ".join(f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }}" for i in range(count))
    return f"query {{ ...f0 }} {chain} fragment f{count} on Query {{ me {{ name }} }}"


TOO_LARGE = {
    "100 aliases": ("{ " + " ".join(f"a{i}: me {{ name }}" for i in range(100)) + " }", "aliases"),
    "500 duplicate fields": ("{ me { " + "name " * 500 + "} }", "fields"),
    "400 duplicate fields": ("{ me { " + "name " * 400 + "} }", "same_field"),
    "100 duplicate roots": ("{ " + "me { name } " * 100 + "}", "same_field"),
    "500 duplicate fields in a fragment that nobody spreads": (
        "{ __typename } fragment F on Team { " + "organisation { id } " * 240 + "}",
        "same_field",
    ),
    "1,000 fields in a fragment that nobody spreads": (
        "{ __typename } fragment F on Team { " + "organisation { id } " * 480 + "}",
        "fields",
    ),
    "duplicate fields in inline fragments": (
        "{ teams(first: 1) { nodes { " + "... { organisation { id } } " * 240 + "} } }",
        "same_field",
    ),
    "duplicate fields below duplicate fields": (
        "{ teams(first: 1) { nodes { " + ("organisation { " + "id " * 20 + "} ") * 18 + "} } }",
        "same_field",
    ),
    "duplicate fields of several fragments": (
        "{ me { "
        + " ".join(f"...F{n}" for n in range(30))
        + "} } "
        + " ".join(f"fragment F{n} on Me {{ name name }}" for n in range(30)),
        "same_field",
    ),
    "depth 30": (deep(30), "depth"),
    "20,000 braces": ("{" * 20_000, "nesting"),
    "20,000 brackets": ("{ me(a: " + "[" * 20_000 + ") }", "nesting"),
    "a comment of 1 MB": ("# " + "x" * 100_000 + "\n{ me { name } }", "bytes"),
    "1,000 comments": ("#\n" * 1000 + "{ me { name } }", "comments"),
    "3,000 tokens": ("{ me { " + "name, id, " * 1500 + " } }", "tokens"),
    "500 operations": (" ".join(f"query q{i} {{ __typename }}" for i in range(500)), "tokens"),
    "100 operations": (" ".join(f"query q{i} {{ __typename }}" for i in range(100)), "definitions"),
    "100 fragments": (chained(100), "definitions"),
    "fragments that double": (chained(40), "fields"),
    "200 directives": ("{ me { name " + "@include(if: true) " * 200 + "} }", "directives"),
    "a long alias": ("{ " + "a" * (LONGEST_KEY + 1) + ": me { name } }", "alias"),
}


async def cheapest(ask):
    """The answer, and the least processor time that it took."""
    took = []
    for _ in range(3):
        begun = time.process_time()
        answer = await ask()
        took.append(time.process_time() - begun)
    return answer, min(took)


@pytest.mark.parametrize(("query", "what"), TOO_LARGE.values(), ids=TOO_LARGE)
async def test_a_document_with_too_much_of_anything_is_refused_at_little_cost(filled, query, what):
    answer, cost = await cheapest(lambda: post(filled.chief, query))
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] == "document_too_large"
    assert error["extensions"]["what"] == what
    assert cost < MOST_CPU


WRONG = {
    "50 unknown directives": "{ me { name " + " ".join(f"@d{i}" for i in range(45)) + " } }",
    "circular fragments": "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
    "circles that double": "{ organisations { nodes { ...f0 } } } "
    + " ".join(
        f"fragment f{n} on Organisation {{ parent {{ ...f{(n + 1) % 5} }} children {{ nodes {{ ...f{(n + 1) % 5} }} }} }}"
        for n in range(5)
    ),
    "a tree of any depth": "{ organisations { nodes { ...T } } } fragment T on Organisation { name children { nodes { ...T } } }",
    "unknown fields": "{ me { " + " ".join(f"x{i}" for i in range(200)) + " } }",
    "conflicts": "{ " + " ".join(f"a: organisation(id: {i}) {{ b: name }}" for i in range(15)) + " }",
    "no end": "{ me { name",
    "an integer beyond 32 bits": "{ people(first: 99999999999) { nodes { name } } }",
    "nothing": "",
    "a lone surrogate": '{ organisations(externalId: "\\ud800") { nodes { name } } }',
}


@pytest.mark.parametrize("query", WRONG.values(), ids=WRONG)
async def test_what_is_wrong_is_told_a_few_times_and_cheaply(filled, query):
    answer, cost = await cheapest(lambda: post(filled.chief, query))
    assert "data" not in answer.json()
    assert 1 <= len(answer.json()["errors"]) <= limits.ERRORS
    assert {error["extensions"]["code"] for error in answer.json()["errors"]} == {"document_invalid"}
    assert len(answer.content) < 2000
    assert cost < MOST_CPU


BODIES = {
    "null": b"null",
    "a number": b"7",
    "a text": b'"{ me { name } }"',
    "a batch": b'[{"query": "{ me { name } }"}]',
    "an empty object": b"{}",
    "no JSON": b"{",
    "not UTF-8": b'{"query": "\xff"}',
    "NaN": b'{"query": "{ me { name } }", "variables": {"a": NaN}}',
    "half a surrogate pair": b'{"query": "{ me { name } }", "variables": {"a": "\\ud800"}}',
    "deep variables": b'{"query": "{ me { name } }", "variables": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}",
    "variables in a list": b'{"query": "{ me { name } }", "variables": []}',
    "a query that is a number": b'{"query": 7}',
    "1 MB": b'{"query": "{ me { name } }", "variables": {"a": "' + b"x" * 1_000_000 + b'"}}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_a_body_that_is_no_request_is_refused_cheaply(filled, body):
    headers = {"content-type": "application/json"}
    answer, cost = await cheapest(lambda: filled.chief.http.post("/graphql", content=body, headers=headers))
    assert 400 <= answer.status_code < 500
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"]
    assert error["message"]
    assert cost < MOST_CPU


async def test_who_is_not_signed_in_learns_nothing_of_the_schema(filled):
    """Refused before anything is read: no introspection, no suggestions, no parser at all."""
    async with client(filled.town.app) as nobody:
        answers = [
            await nobody.post("/graphql", json={"query": query})
            for query in ("{ __schema { types { name } } }", "{ mee { name } }", "{", "{ me { name } }")
        ]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.json()["errors"][0]["extensions"]["code"] for answer in answers} == {"unauthenticated"}
    assert all("www-authenticate" in answer.headers for answer in answers)


@pytest.fixture
def limited(filled, monkeypatch):
    """An engine that allows little."""

    def limit(usual, **clients):
        monkeypatch.setattr(filled.town.app.engine, "limits", CostLimits(usual, clients))

    return limit


async def test_costs_are_told_and_capped(filled, limited):
    query = "{ teams(first: 10) { nodes { meetings(first: 5) { nodes { agenda { title } } } } } }"
    told = (await post(filled.chief, query)).json()["extensions"]["cost"]
    assert told == {"requested": 10 + 10 * 5 + 10 * 5 * 10, "limit": 20_000}
    limited(559)
    [error] = await errors(filled.chief, query)
    assert error["extensions"]["code"] == "cost_too_high"
    assert (error["extensions"]["cost"], error["extensions"]["limit"]) == (560, 559)
    limited(560)
    assert "errors" not in (await post(filled.chief, query)).json()


async def test_a_client_may_have_a_limit_of_its_own(filled, limited):
    """The tokens of these tests were given to a client called «tests»."""
    query = "{ people(first: 4) { nodes { name } } }"
    limited(20_000, tests=3)
    assert [error["extensions"]["limit"] for error in await errors(filled.chief, query)] == [3]
    limited(3, tests=20_000)
    assert "errors" not in (await post(filled.chief, query)).json()
    limited(20_000, planner=3)
    assert "errors" not in (await post(filled.chief, query)).json()


async def test_what_a_variable_asks_for_counts_too(filled, limited):
    limited(50)
    query = "query($n: Int = 10) { people(first: $n) { nodes { name } } }"
    assert "errors" not in (await post(filled.chief, query)).json()
    assert "errors" not in (await post(filled.chief, query, n=50)).json()
    assert [error["extensions"]["code"] for error in await errors(filled.chief, query, n=51)] == ["cost_too_high"]


async def test_the_largest_pages_within_pages_cost_too_much(filled):
    query = "{ organisations(first: 100) { nodes { teams(first: 100) { nodes { meetings(first: 100) { nodes { id } } } } } } }"
    assert [error["extensions"]["code"] for error in await errors(filled.chief, query)] == ["cost_too_high"]


async def test_an_operation_that_takes_too_long_is_stopped_in_the_database(filled, monkeypatch, migrated):
    engine = filled.town.app.engine
    monkeypatch.setattr(engine, "_deadline", 0.2)
    slow = _slowed(type(engine._reader).operation)
    monkeypatch.setattr(type(engine._reader), "operation", slow)
    begun = time.monotonic()
    answer = await post(filled.chief, "{ me { name } }")
    assert answer.status_code == 504
    assert answer.json()["errors"][0]["extensions"]["code"] == "timeout"
    assert time.monotonic() - begun < 2
    async with filled.town.app.service.pool.connection() as connection:
        running = await connection.fetchval(
            "select count(*) from pg_stat_activity where state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()"
        )
    assert running == 0


def _slowed(usual):
    async def operation(self, asker, statement, values, **how):
        slow = type(statement)(statement.sql + " where pg_sleep(30) is not null", statement.names)
        return await usual(self, asker, slow, values, **how)

    return operation


async def test_what_goes_wrong_inside_is_masked(filled, monkeypatch, caplog):
    async def broken(*_, **__):
        raise RuntimeError("secret internals /etc/x")

    monkeypatch.setattr(type(filled.town.app.engine._reader), "operation", broken)
    answer = await post(filled.chief, "{ me { name } }")
    assert answer.status_code == 500
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] == "internal"
    assert "secret" not in answer.text
    assert any(record.trace_id == error["extensions"]["trace_id"] for record in caplog.records)


@pytest.mark.parametrize("by", ["post", "get"])
async def test_commands_belong_to_rest(filled, by):
    text = "mutation { publishMeeting { id } }"
    http = filled.chief.http
    answer = await (post(filled.chief, text) if by == "post" else http.get("/graphql", params={"query": text}))
    code, status = ("not_a_query", 400) if by == "post" else ("mutation_by_get", 405)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (status, code)


@pytest.mark.parametrize("since", ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31"])
async def test_the_ends_of_the_calendar_are_refused_and_break_nothing(filled, since):
    query = f'{{ municipality {{ figures(since: "{since}") {{ meetings {{ value }} }} }} }}'
    assert [e["extensions"].get("fault") for e in await errors(filled.chief, query)] == ["period_out_of_range"]
    listed = f'{{ organisations(asOf: "{since}") {{ nodes {{ id }} }} }}'
    assert "errors" not in (await post(filled.chief, listed)).json()


async def test_figures_cost_more_than_rows(filled):
    query = (
        "{ organisations(first: 7) { nodes { figures { meetings { value } overrides { value series { value } } } } } }"
    )
    assert (await post(filled.chief, query)).json()["extensions"]["cost"]["requested"] == 7 + 7 * (10 + 10 + 12)

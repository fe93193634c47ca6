"""The peers of other making: what they are asked, how their answers are held side by side, what is installed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from graphql import FieldNode, parse

from bench import check, documents, load, servers
from bench.conditions import conditions
from bench.dashboards import NAMES, group
from bench.databases import sizes
from bench.load import Load
from bench.operations import Callers
from bench.peers.install import HERE
from bench.report import markdown
from bench.rounds import Measured, Turn
from bench.run import FULL, complete
from bench.servers import Serving

OPERATIONS = ("G1", "G2")
DIALECTS = ("ours", "mercurius", "postgraphile")


@pytest.fixture
def callers():
    class Issuer:
        def token(self, tenant, person):
            return f"{tenant}-{person}"

    return Callers(Issuer(), sizes())


@pytest.fixture
def nothing_installed(monkeypatch):
    monkeypatch.setattr(servers, "node", lambda: None)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_dialect_asks_for_the_same(operation):
    asked = [_paths(parse(documents.text(server, operation)).definitions[0]) for server in DIALECTS]
    assert asked[0] == asked[1] == asked[2]
    assert len(asked[0]) > 5


def _paths(node, above=()):
    """The paths of the answer's leaves."""
    found = set()
    for field in node.selection_set.selections:
        assert isinstance(field, FieldNode)
        key = field.alias.value if field.alias else field.name.value
        path = above if key == check.MERGED else (*above, key)
        found |= _paths(field, path) if field.selection_set else {path}
    return found


def test_a_variant_speaks_as_its_server():
    assert documents.dialect("postgraphile-rollups") == "postgraphile"
    assert documents.dialect("ours-live") == documents.dialect("bare-rollups") == "ours"
    assert servers.base_of("fastify-pipelined") == "fastify"
    assert servers.command("ours")[1:] == ["-m", "api.serving"]


def test_leaders_of_all_ask_about_units_and_members_about_their_own(callers):
    wide, own = callers.teams_of_units(), callers.teams_of_own_unit()
    assert {each.by.tenant for each in wide} == {each.by.tenant for each in own} == set(range(21))
    leading = sizes().big.leading_everything()
    assert all(each.by.number in leading for each in wide if each.by.tenant == 0)
    assert not any(each.by.number in leading for each in own if each.by.tenant == 0)


def test_only_writes_over_rest_carry_a_key(callers, tmp_path):
    asked = [callers.schools()[0].to("ours"), callers.new_meetings()[0]]
    sent = load._read_calls(load.write_calls(tmp_path / "calls.tsv", asked))
    assert [b"idempotency-key" in each for each in sent] == [each.keyed for each in asked] == [False, True]


def test_dialects_are_held_side_by_side():
    ours = {"data": {"nodes": [{"id": "1", "at": "2026-01-01T12:00:00Z", "share": 0.1 + 0.2, "a": {"value": 2}}]}}
    theirs = {
        "data": {
            "nodes": [{"id": "1", "at": "2026-01-01T13:00:00+01:00", "merged": {"share": 0.3, "a": {"value": 2.0}}}]
        }
    }
    peer = Serving("peer", 0, 0)
    assert check._data(peer, ours) == check._data(peer, theirs)
    with pytest.raises(check.Different, match="peer answers"):
        check._data(peer, {"data": None, "errors": [{"message": "no"}]})


@pytest.mark.parametrize("name", NAMES)
def test_peers_that_are_not_installed_are_not_measured(callers, nothing_installed, name):
    wanted = group(name, "", callers)
    assert {case.name for case in wanted.cases} <= {"ours", "bare", "strawberry", "pgbench"}
    assert wanted.connections == (1 if name == "G2-one" else 8)
    measured = Measured(wanted, {case.name: [Turn(Load(10, 1.0), cpu=1.0)] for case in wanted.cases}, {"ours": [100.0]})
    here = replace(conditions("18", 1.0, FULL), cores=2, load_before=0.1, node_peers={})
    text = markdown(here, [measured], 60)
    assert f"| {name} | ours / postgraphile | | | | | not measured |" in text
    assert "the Node peers not installed" in text
    assert f"16 connections ({name} {wanted.connections})" in text
    assert ("ours / postgraphile" in measured.missing()) == (name != "G2-member")
    assert not complete(here, [measured])


def test_the_lock_file_pins_everything_and_names_no_registry():
    wanted = json.loads((HERE / "package.json").read_text())
    locked = json.loads((HERE / "package-lock.json").read_text())["packages"]
    for name, number in {**wanted["dependencies"], **wanted["optionalDependencies"]}.items():
        assert locked[f"node_modules/{name}"]["version"] == number
    others = [each for name, each in locked.items() if name]
    assert all("integrity" in each and "resolved" not in each for each in others)


def test_every_script_is_there():
    assert all((Path(HERE) / script).exists() for script in servers.SCRIPTS.values())

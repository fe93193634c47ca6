"""The benchmark still works: its data can be built, and those of its servers that Python runs do the same work.

Nothing is timed; the Node peers are held against the others by every run of the benchmark.
"""

from pathlib import Path

import pytest

from bench.data.sizes import Size
from bench.databases import Databases, Sizes
from bench.groups import NAMES, group
from bench.issuer import Issuer, issuing
from bench.load import _own as drive_with_our_client
from bench.load import write_calls
from bench.operations import Callers
from bench.rounds import Stage
from bench.servers import MODULES, base_of, write_tokens

TOWN = Size(units=2, teams=6, people=60, meetings=200)
VILLAGE = Size(units=1, teams=3, people=40, meetings=12)
SMALL = Sizes(TOWN, VILLAGE, VILLAGE, small_ones=2, many=4, longer=2)


@pytest.fixture
def issuer():
    with issuing() as made:
        yield made


@pytest.mark.parametrize("name", [name for name in NAMES if name != "G2-one"])  # asks what G2 asks
async def test_all_servers_do_the_same_work(dsns, issuer: Issuer, tmp_path: Path, name):
    databases, callers = Databases(dsns, SMALL), Callers(issuer, SMALL)
    wanted = await group(name, databases, callers)
    stage = Stage(tmp_path, write_tokens(tmp_path / "tokens.json", callers.people()))
    served = [case for case in wanted.cases if base_of(case.server) in MODULES]
    async with stage.all_of(served) as running:
        assert await wanted.check(list(running.values())) > 1000
        assert all(server.memory() > 0 for server in running.values())


async def test_our_own_client_gets_the_same_answers(dsns, issuer: Issuer, tmp_path: Path):
    databases, callers = Databases(dsns, SMALL), Callers(issuer, SMALL)
    wanted = await group("tenants", databases, callers)
    stage = Stage(tmp_path, write_tokens(tmp_path / "tokens.json", callers.people()))
    async with stage.all_of(wanted.cases) as running:
        for case in wanted.cases:
            calls = write_calls(tmp_path / "calls.tsv", case.calls)
            load = await drive_with_our_client(running[case.name].port, calls, 0.3, 4)
            assert load.requests > 0
            assert not load.broken

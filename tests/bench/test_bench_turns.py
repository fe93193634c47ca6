"""Who takes turns how, who is asked, and whether others are noticed."""

import subprocess
import sys

import pytest

from bench import others, rounds
from bench.databases import sizes
from bench.load import Load
from bench.operations import Callers
from bench.rounds import Case, Group, Measured, Turn

SPIN = "import sys, time\nwhile time.process_time() < 0.5: pass\nprint('.', flush=True); sys.stdin.read()"


class Player:
    """Notes when it plays."""

    server = None

    def __init__(self, name, played):
        self.case = Case(name, "ours", "", [])
        self._played = played

    async def play(self, seconds):
        self._played.append((self.case.name, seconds))
        return Turn(Load(10, seconds), cpu=0.5)


@pytest.fixture
def callers():
    class Issuer:
        def token(self, tenant, person):
            return f"{tenant}-{person}"

    return Callers(Issuer(), sizes())


async def test_another_case_is_first_each_round():
    assert [await _order(number, piece=None) for number in (0, 1)] == ["ab", "ba"]


async def test_pieces_alternate_and_count_as_one_turn():
    assert await _order(0, piece=1.0) == "abbaab"
    assert await _order(1, piece=1.0) == "baabba"


async def _order(number, piece):
    played = []
    measured = Measured(Group("R1", (), (), check=None, piece=piece), {"a": [], "b": []})
    await rounds._round(number, [Player("a", played), Player("b", played)], 3.0, measured)
    [turn] = measured.turns["a"]
    assert turn.load.seconds == sum(seconds for name, seconds in played if name == "a") == 3.0
    assert turn.cpu_us == 50_000
    return "".join(name for name, _ in played)


def test_all_small_tenants_are_asked(callers):
    for calls in (callers.one_meeting(), callers.new_meetings()):
        assert {call.by.tenant for call in calls} == set(range(21))


def test_one_tenant_and_many_are_asked_by_as_many_people(callers):
    of_one, of_each = callers.one_meeting_of_one(), callers.one_meeting_of_each()
    assert len({call.by.token for call in of_one}) == len({call.by.token for call in of_each}) == 500
    assert {call.by.tenant for call in of_each} == set(range(500))


@pytest.mark.skipif(sys.platform != "linux", reason="processes are seen in /proc")
def test_what_our_own_processes_take_is_not_of_others():
    before = others._ours()
    with subprocess.Popen([sys.executable, "-c", SPIN], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.read(1)
        running = others._ours() - before
    assert running > 0.4 * others.TICKS
    assert others._ours() - before >= running  # what has ended counts on

"""The groups that ask over GraphQL, and their bars: G2 goes deep, G1 is the dashboard of a school owner."""

from collections.abc import Sequence

from bench import documents
from bench.check import same_data
from bench.operations import Callers, Question, calls_to
from bench.pgbench import program
from bench.rounds import Case, Compared, Group
from bench.servers import Serving, can_run

NAMES = ("G2", "G2-one", "G2-member", "G1", "G1-rollups")
BARS: dict[str, dict[str, float | None]] = {
    "G2": {"bare": 0.9, "postgraphile": 3.0, "mercurius": None, "yoga": None, "strawberry": 25.0, "pgbench": None},
    "G2-one": {"bare": None, "postgraphile": 1.7, "mercurius": None, "yoga": None, "strawberry": None},
    "G2-member": {"bare": None, "postgraphile": None, "mercurius": None, "yoga": None, "strawberry": None},
    "G1": {"bare": 0.9, "postgraphile": 1.3, "mercurius": None, "yoga": None, "strawberry": None, "pgbench": None},
    "G1-rollups": {"bare": 0.85, "postgraphile": 3.0, "mercurius": None, "yoga": None},
}
"""Who takes part beside ours, in this order, and how many times as fast ours should be."""

CONNECTIONS = 8
ONE = 1


def group(name: str, dsn: str, callers: Callers) -> Group:
    """The group of this name, on the database at `dsn`."""
    questions = _questions(name, callers)
    names = [each for each in ("ours", *BARS[name]) if _takes_part(each, questions[0].operation)]
    servers = {each: _variant(name, each) for each in names}
    cases = tuple(Case(each, server, dsn, calls_to(server, questions)) for each, server in servers.items())
    pairs = tuple(Compared("ours", each, least) for each, least in BARS[name].items())

    async def check(servers: Sequence[Serving]) -> int:
        return await same_data(servers, questions)

    return Group(name, cases, pairs, check, connections=ONE if name == "G2-one" else CONNECTIONS)


def _questions(name: str, callers: Callers) -> list[Question]:
    if name.startswith("G1"):
        return callers.schools()
    return callers.teams_of_own_unit() if name == "G2-member" else callers.teams_of_units()


def _variant(group: str, name: str) -> str:
    """The server that computes figures as the group is about: from meetings, or from roll-ups."""
    if group == "G1" and name == "ours":
        return "ours-live"
    return f"{name}-rollups" if group == "G1-rollups" and name != "ours" else name


def _takes_part(name: str, operation: str) -> bool:
    if not documents.has(name, operation):
        return False
    return program() is not None if name == "pgbench" else can_run(name)

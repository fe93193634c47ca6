"""What is compared with what, and the bars that the project has set itself (they gate nothing)."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle

from bench import dashboards
from bench.check import same_parts, same_reads, same_shape, same_writes
from bench.databases import Databases, trust
from bench.documents import renamed
from bench.operations import Call, Callers, calls_to
from bench.pgbench import program
from bench.rounds import Case, Compared, Group
from bench.servers import Serving, can_run

NAMES = ("R1", "R2-sparse", "R2-wide", "W1", "tenants", *dashboards.NAMES, "G2-new", "G1-grown")
PEERS = ("ours", "bare", "idiomatic", "fastify", "fastify-pipelined")
BARS = {
    "R1": (0.8, 10.0, 2.0, None),
    "R2-sparse": (0.85, 10.0, 2.0, None),
    "R2-wide": (0.85, 10.0, 2.0, None),
    "W1": (0.65, 4.0, 1.1, None),
}
"""Of the peers, in their order; the bars for fastify were set against pg as it comes, one query at a time."""
LONGER_LEAST = 0.8
TENANTS_LEAST = 0.9
GROWN_LEAST = 0.77
"""Within 1.3 times the cost."""
NEW_DOCUMENTS = 10_000
"""Many times as many as our service remembers."""
NEW_CHECKED = 500
NEW_MOST_MS = 5.0
NEW_MOST_GROWTH = 1.05
PIECE = 1.0
"""Seconds: so close to each other that both see the same machine, and the least that wrk can do."""


async def group(name: str, databases: Databases, callers: Callers) -> Group:
    """The group of this name, with its databases made."""
    if name in dashboards.NAMES:
        return dashboards.group(name, await _at(await databases.standard(), databases, callers), callers)
    if name == "G2-new":
        return await _new_documents(databases, callers)
    if name == "tenants":
        return await _tenants(databases, callers)
    if name == "G1-grown":
        return await _grown(databases, callers)
    if name == "W1":
        return await _writes(databases, callers)
    if name == "R1":
        return await _one(databases, callers)
    return await _pages(name, databases, callers)


async def _one(databases: Databases, callers: Callers) -> Group:
    calls = callers.one_meeting()
    cases = _cases(await _at(await databases.standard(), databases, callers), calls, with_pgbench=True)

    async def check(servers: Sequence[Serving]) -> int:
        return await same_reads(servers, calls)

    return Group("R1", cases, _against_peers("R1"), check)


async def _pages(name: str, databases: Databases, callers: Callers) -> Group:
    calls = callers.pages_of_few() if name == "R2-sparse" else callers.pages_of_many()
    here = await _at(await databases.standard(), databases, callers)
    longer = await _at(await databases.longer(), databases, callers)
    cases = (*_cases(here, calls, with_pgbench=True), Case("ours 10x", "ours", longer, calls))
    pairs = (*_against_peers(name), Compared("ours 10x", "ours", LONGER_LEAST))

    async def check(servers: Sequence[Serving]) -> int:
        *alike, with_more = servers
        await same_shape(alike[0], calls, with_more, calls)
        return await same_reads(alike, calls)

    return Group(name, cases, pairs, check)


async def _writes(databases: Databases, callers: Callers) -> Group:
    name = await databases.writing()
    calls = callers.new_meetings()

    async def check(servers: Sequence[Serving]) -> int:
        return await same_writes(servers, calls, databases, name)

    cases = _cases(await _at(name, databases, callers), calls, with_pgbench=False)
    return Group("W1", cases, _against_peers("W1"), check)


async def _tenants(databases: Databases, callers: Callers) -> Group:
    """One tenant alone that is asked by many, and many tenants that are asked by one person each."""
    of_one, of_each = callers.one_meeting_of_one(), callers.one_meeting_of_each()
    cases = (
        Case("1 tenant", "ours", await _at(await databases.one(), databases, callers), of_one),
        Case("500 tenants", "ours", await _at(await databases.many(), databases, callers), of_each),
    )
    pairs = (
        Compared("500 tenants", "1 tenant", TENANTS_LEAST),
        Compared("500 tenants", "1 tenant", None, by_cpu=True),
    )

    async def check(servers: Sequence[Serving]) -> int:
        await same_shape(servers[0], of_one, servers[1], of_each)
        return await same_reads(servers, of_one)

    return Group("tenants", cases, pairs, check, piece=PIECE, anew=True)


async def _new_documents(databases: Databases, callers: Callers) -> Group:
    """G2 by documents that are known, and by documents that weren't met for so long that they are new each time."""
    dsn = await _at(await databases.standard(), databases, callers)
    known = calls_to("ours", callers.teams_of_units())
    asked = zip(range(NEW_DOCUMENTS), cycle(known), strict=False)
    new = [replace(call, body=renamed(call.body, number)) for number, call in asked]
    cases = (
        Case("known documents", "ours", dsn, known),
        Case("new documents", "ours", dsn, new, most_ms=NEW_MOST_MS, most_growth=NEW_MOST_GROWTH),
    )
    pairs = (
        Compared("new documents", "known documents", None),
        Compared("new documents", "known documents", None, by_cpu=True),
    )

    async def check(servers: Sequence[Serving]) -> int:
        return await same_reads(servers, new[:NEW_CHECKED])

    return Group("G2-new", cases, pairs, check, connections=dashboards.CONNECTIONS)


async def _grown(databases: Databases, callers: Callers) -> Group:
    """The dashboard of one tenant with a year of history, and of the same among 500 with ten years; both ways."""
    calls = calls_to("ours", callers.schools())
    young, old = "1 tenant, 1 year", "500 tenants, 10 years"
    cases, pairs = [], []
    for server, suffix in (("ours", ""), ("ours-live", ", live")):
        for name, dsn in ((young, await databases.one()), (old, await databases.grown())):
            cases.append(Case(name + suffix, server, await _at(dsn, databases, callers), calls))
        pairs.append(Compared(old + suffix, young + suffix, GROWN_LEAST))

    async def check(servers: Sequence[Serving]) -> int:
        await same_parts(servers, calls, "figures")
        for other in servers[1:]:
            await same_shape(servers[0], calls, other, calls)
        return await same_reads(servers[:1], calls)

    return Group("G1-grown", tuple(cases), tuple(pairs), check, connections=dashboards.CONNECTIONS)


async def _at(name: str, databases: Databases, callers: Callers) -> str:
    """Where the service connects to it, once it trusts this run's issuer."""
    await trust(databases, name, callers.issuer.jwks_uri)
    return databases.app(name)


def _cases(dsn: str, calls: Sequence[Call], *, with_pgbench: bool) -> tuple[Case, ...]:
    names = [name for name in PEERS if can_run(name)]
    if with_pgbench and program():
        names.append("pgbench")
    return tuple(Case(name, name, dsn, calls) for name in names)


def _against_peers(name: str) -> tuple[Compared, ...]:
    pairs = [Compared("ours", peer, least) for peer, least in zip(PEERS[1:], BARS[name], strict=True)]
    if name != "W1" and program():  # ids and keys of writes are made by a program, not by SQL
        pairs.append(Compared("ours", "pgbench", None))
    return tuple(pairs)

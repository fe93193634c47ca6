"""What is compared with what, and the bars that the project has set itself (they gate nothing)."""

from collections.abc import Awaitable, Callable, Sequence

from bench.check import same_reads, same_writes
from bench.databases import Databases, trust
from bench.operations import Call, Callers
from bench.pgbench import program
from bench.rounds import Case, Compared, Group
from bench.servers import Serving

Check = Callable[[Sequence[Serving]], Awaitable[int]]
NAMES = ("R1", "R2-sparse", "R2-wide", "W1", "tenants")
PEERS = ("ours", "bare", "idiomatic")
BARS = {"R1": (0.45, 6.0), "R2-sparse": (0.7, 8.0), "R2-wide": (0.7, 8.0), "W1": (0.35, 2.5)}
"""Of bare, and of the idiomatic version."""
LONGER_LEAST = 0.8
TENANTS_LEAST = 0.9


async def group(name: str, databases: Databases, callers: Callers) -> Group:
    """The group of this name, with its databases made."""
    if name == "tenants":
        return await _tenants(databases, callers)
    if name == "W1":
        return await _writes(databases, callers)
    if name == "R1":
        where = await _at(await databases.standard(), databases, callers)
        calls = callers.one_meeting(databases.sizes.small_ones)
        return Group(name, calls, _cases(where, with_pgbench=True), _against_peers(name), _reads(calls))
    return await _pages(name, databases, callers)


async def _pages(name: str, databases: Databases, callers: Callers) -> Group:
    calls = callers.pages_of_few() if name == "R2-sparse" else callers.pages_of_many()
    here = await _at(await databases.one(), databases, callers)
    longer = await _at(await databases.longer(), databases, callers)
    cases = (*_cases(here, with_pgbench=True), Case("ours 10x", "ours", longer))
    pairs = (*_against_peers(name), Compared("ours 10x", "ours", LONGER_LEAST))

    async def check(servers: Sequence[Serving]) -> int:
        return await same_reads(servers[:-1], calls)  # the last one has another history

    return Group(name, calls, cases, pairs, check)


async def _writes(databases: Databases, callers: Callers) -> Group:
    name = await databases.writing()
    calls = callers.new_meetings()

    async def check(servers: Sequence[Serving]) -> int:
        return await same_writes(servers, calls, databases, name)

    where = await _at(name, databases, callers)
    return Group("W1", calls, _cases(where, with_pgbench=False), _against_peers("W1"), check)


async def _tenants(databases: Databases, callers: Callers) -> Group:
    calls = callers.one_meeting(0)
    cases = (
        Case("1 tenant", "ours", await _at(await databases.one(), databases, callers)),
        Case("500 tenants", "ours", await _at(await databases.many(), databases, callers)),
    )
    pairs = (Compared("500 tenants", "1 tenant", TENANTS_LEAST),)
    return Group("tenants", calls, cases, pairs, _reads(calls), alone=True)


async def _at(name: str, databases: Databases, callers: Callers) -> str:
    """Where the service connects to it, once it trusts this run's issuer."""
    await trust(databases, name, callers.issuer.jwks_uri)
    return databases.app(name)


def _cases(dsn: str, *, with_pgbench: bool) -> tuple[Case, ...]:
    names = (*PEERS, "pgbench") if with_pgbench and program() else PEERS
    return tuple(Case(name, name, dsn) for name in names)


def _against_peers(name: str) -> tuple[Compared, ...]:
    of_bare, of_idiomatic = BARS[name]
    pairs = [Compared("ours", "bare", of_bare), Compared("ours", "idiomatic", of_idiomatic)]
    if name != "W1" and program():  # ids and keys of writes are made by a program, not by SQL
        pairs.append(Compared("ours", "pgbench", None))
    return tuple(pairs)


def _reads(calls: Sequence[Call]) -> Check:
    async def check(servers: Sequence[Serving]) -> int:
        return await same_reads(servers, calls)

    return check

"""Rounds: every case in turn, another one first each time, so that what disturbs the machine disturbs all alike."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from bench.load import Load, drive, write_calls
from bench.operations import Call
from bench.pgbench import pgbench
from bench.servers import Serving, serving

CONNECTIONS = 16
WARM_SECONDS = 1.0


@dataclass(frozen=True)
class Case:
    """One server on one database."""

    name: str
    server: str
    dsn: str


@dataclass(frozen=True)
class Compared:
    """Two cases of a group; `least` is the bar that the median of their ratio is measured against."""

    upper: str
    lower: str
    least: float | None


@dataclass(frozen=True)
class Group:
    """Cases that are driven with the same calls. `alone`: only the one that is driven runs at all."""

    name: str
    calls: Sequence[Call]
    cases: tuple[Case, ...]
    compared: tuple[Compared, ...]
    check: Callable[[Sequence[Serving]], Awaitable[int]]
    alone: bool = False


@dataclass
class Turn:
    """What one case did in one round: the load, and the server's processor time a request, microseconds."""

    load: Load
    cpu: float


@dataclass
class Measured:
    """A group's results: turns by case, in the order of the rounds."""

    group: Group
    turns: dict[str, list[Turn]] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    bytes: int = 0
    busy: list[float] = field(default_factory=list)

    def ratios(self, pair: Compared) -> list[float]:
        """Round by round."""
        above, below = self.turns.get(pair.upper, []), self.turns.get(pair.lower, [])
        return [a.load.rate / b.load.rate for a, b in zip(above, below, strict=False) if b.load.rate]


@dataclass(frozen=True)
class Length:
    """How many rounds, and how many seconds each turn takes."""

    rounds: int
    seconds: float


Hold: TypeAlias = Callable[[Case], AbstractAsyncContextManager[Serving | None]]
"""Gives the server of a case for one turn; None for what needs none."""


async def measure(group: Group, length: Length, stage: "Stage") -> Measured:
    """Check that all cases answer alike, then go round."""
    measured = Measured(group, {case.name: [] for case in group.cases})
    async with stage.all_of(group.cases) as running:
        measured.bytes = await group.check(list(running.values()))
        if not group.alone:
            await _rounds(measured, length, stage, lambda case: nullcontext(running.get(case.name)))
    if group.alone:
        await _rounds(measured, length, stage, stage.one)
    return measured


async def _rounds(measured: Measured, length: Length, stage: "Stage", hold: Hold) -> None:
    cases = measured.group.cases
    calls = write_calls(stage.folder / "calls.tsv", measured.group.calls)
    for number in range(length.rounds):
        measured.busy.append(os.getloadavg()[0])
        shift = number % len(cases)
        for case in (*cases[shift:], *cases[:shift]):
            async with hold(case) as server:
                warm = number == 0 or measured.group.alone
                turn = await _turn(case, server, measured.group, calls, length.seconds, stage, warm=warm)
                measured.turns[case.name].append(turn)
                if server is not None:
                    measured.memory[case.name] = max(measured.memory.get(case.name, 0.0), server.memory())


async def _turn(
    case: Case, server: Serving | None, group: Group, calls: Path, seconds: float, stage: "Stage", *, warm: bool
) -> Turn:
    if server is None:
        return Turn(await pgbench(case.dsn, group.calls, stage.folder, seconds), 0.0)
    if warm:
        await drive(server.port, calls, WARM_SECONDS, CONNECTIONS)
    before = server.cpu()
    load = await drive(server.port, calls, seconds, CONNECTIONS)
    return Turn(load, (server.cpu() - before) / max(1, load.requests) * 1e6)


@dataclass(frozen=True)
class Stage:
    """Where servers are started: `folder` takes their logs, `tokens` says who asks."""

    folder: Path
    tokens: Path

    @asynccontextmanager
    async def all_of(self, cases: Sequence[Case]) -> AsyncIterator[Mapping[str, Serving]]:
        """All servers of a group at once, by the name of their case."""
        async with AsyncExitStack() as stack:
            running = {case.name: await stack.enter_async_context(self.one(case)) for case in cases}
            yield {name: server for name, server in running.items() if server is not None}

    @asynccontextmanager
    async def one(self, case: Case) -> AsyncIterator[Serving | None]:
        """One server; nothing for pgbench, which is started for each turn."""
        if case.server == "pgbench":
            yield None
            return
        async with serving(case.server, case.dsn, self.tokens, self.folder / f"{case.server}.log") as server:
            yield server

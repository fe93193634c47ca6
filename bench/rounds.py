"""Rounds: every case in turn, another one first each time, so that what disturbs the machine disturbs all alike."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.load import Load, drive, joined, write_calls
from bench.operations import Call
from bench.others import Others
from bench.pgbench import pgbench
from bench.servers import Serving, serving

CONNECTIONS = 16
"""Unless a group says otherwise."""

WARM_SECONDS = 2.0
"""Before the first round: every call is sent, every token seen, every statement prepared on every connection."""


@dataclass(frozen=True)
class Case:
    """One server on one database, and what it is asked.

    Bars of its own: `most_ms` for its processor time a request, `most_growth` for its memory after the last round as
    a multiple of that after the second.
    """

    name: str
    server: str
    dsn: str
    calls: Sequence[Call]
    most_ms: float | None = None
    most_growth: float | None = None


@dataclass(frozen=True)
class Compared:
    """Two cases of a group; `least` is the bar that the median of their ratio is measured against.

    Compared are requests a second or, `by_cpu`, requests a second of the server's processor time.
    """

    upper: str
    lower: str
    least: float | None
    by_cpu: bool = False

    @property
    def title(self) -> str:
        return f"{self.upper} / {self.lower}{', by server CPU' if self.by_cpu else ''}"


@dataclass(frozen=True)
class Group:
    """Cases that are compared, with what must hold before anything is timed.

    `piece`: turns are cut into pieces of so many seconds, and the cases alternate. `anew`: each round has servers of
    its own, since even two processes of the same code differ by some per cent.
    """

    name: str
    cases: tuple[Case, ...]
    compared: tuple[Compared, ...]
    check: Callable[[Sequence[Serving]], Awaitable[int]]
    piece: float | None = None
    anew: bool = False
    connections: int = CONNECTIONS


@dataclass(frozen=True)
class Turn:
    """What one case did in one round: the load, and the server's processor time in seconds."""

    load: Load
    cpu: float

    def rate(self, *, by_cpu: bool = False) -> float:
        """Requests a second, or a second of the server's processor time."""
        return self.load.requests / self.cpu if by_cpu and self.cpu else self.load.rate

    @property
    def cpu_us(self) -> float:
        """Processor time a request, microseconds."""
        return self.cpu / max(1, self.load.requests) * 1e6


@dataclass
class Measured:
    """A group's results by case, in the order of the rounds: turns, and memory after them (MiB).

    `others`: how many processors others took.
    """

    group: Group
    turns: dict[str, list[Turn]] = field(default_factory=dict)
    memory: dict[str, list[float]] = field(default_factory=dict)
    bytes: int = 0
    others: list[float] = field(default_factory=list)

    def ratios(self, pair: Compared) -> list[float]:
        """Round by round."""
        above, below = self.turns.get(pair.upper, []), self.turns.get(pair.lower, [])
        paired = zip(above, below, strict=False)
        return [a.rate(by_cpu=pair.by_cpu) / b.rate(by_cpu=pair.by_cpu) for a, b in paired if b.load.requests]

    def missing(self) -> list[str]:
        """What has a bar but was not measured, because a peer is not installed."""
        return [pair.title for pair in self.group.compared if pair.least and not self.ratios(pair)]


@dataclass(frozen=True)
class Length:
    """How many rounds, and how many seconds each turn takes."""

    rounds: int
    seconds: float


@dataclass(frozen=True)
class Stage:
    """Where servers are started: `folder` takes their logs, `tokens` says who asks."""

    folder: Path
    tokens: Path

    @asynccontextmanager
    async def all_of(self, cases: Sequence[Case]) -> AsyncIterator[Mapping[str, Serving]]:
        """All servers of a group at once, by the name of their case; pgbench is none."""
        async with AsyncExitStack() as stack:
            served = [case for case in cases if case.server != "pgbench"]
            yield {case.name: await stack.enter_async_context(self._one(case)) for case in served}

    def _one(self, case: Case) -> AbstractAsyncContextManager[Serving]:
        return serving(case.server, case.dsn, self.tokens, self.folder / f"{case.server}.log")


async def measure(group: Group, length: Length, stage: Stage) -> Measured:
    """Check that all cases answer alike, warm them, then go round."""
    measured = Measured(group, {case.name: [] for case in group.cases})
    step = 1 if group.anew else length.rounds
    for first in range(0, length.rounds, step):
        async with stage.all_of(group.cases) as running:
            if first == 0:
                measured.bytes = await group.check(list(running.values()))
            players = [_Player(case, running.get(case.name), stage.folder, group.connections) for case in group.cases]
            await _rounds(range(first, first + step), players, length.seconds, measured)
    return measured


async def _rounds(numbers: range, players: Sequence["_Player"], seconds: float, measured: Measured) -> None:
    for player in players:
        await player.warm()
    for number in numbers:
        others = Others()
        await _round(number, players, seconds, measured)
        measured.others.append(others.cores())


async def _round(number: int, players: Sequence["_Player"], seconds: float, measured: Measured) -> None:
    """One turn for everybody, whole or in pieces."""
    pieces = max(1, round(seconds / measured.group.piece)) if measured.group.piece else 1
    played: dict[str, list[Turn]] = {player.case.name: [] for player in players}
    for piece in range(pieces):
        shift = (number + piece) % len(players)
        for player in (*players[shift:], *players[:shift]):
            played[player.case.name].append(await player.play(seconds / pieces))
    for player in players:
        turns = played[player.case.name]
        measured.turns[player.case.name].append(Turn(joined([t.load for t in turns]), sum(t.cpu for t in turns)))
        if player.server is not None:
            measured.memory.setdefault(player.case.name, []).append(player.server.memory())


class _Player:
    """A case that is ready to take its turn; `server` is None for pgbench."""

    def __init__(self, case: Case, server: Serving | None, folder: Path, connections: int) -> None:
        self.case = case
        self._connections = connections
        self.server = server
        self._folder = folder
        self._calls = write_calls(folder / f"{case.name}.tsv", case.calls)

    async def warm(self) -> None:
        if self.server is not None:
            await drive(self.server.port, self._calls, WARM_SECONDS, CONNECTIONS)

    async def play(self, seconds: float) -> Turn:
        if self.server is None:
            return Turn(await pgbench(self.case.dsn, self.case.calls, self._folder, seconds), 0.0)
        before = self.server.cpu()
        load = await drive(self.server.port, self._calls, seconds, self._connections)
        return Turn(load, self.server.cpu() - before)

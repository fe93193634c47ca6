"""The servers of a run as processes of their own: started, watched and stopped."""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.data.people import AUDIENCE, ISSUER
from bench.operations import Person
from bench.peers.install import HERE, node

MODULES = {
    "ours": "api.serving",
    "bare": "bench.peers.bare",
    "idiomatic": "bench.peers.idiomatic.app",
    "strawberry": "bench.peers.strawberry.app",
}
SCRIPTS = {
    "fastify": "fastify/server.mjs",
    "mercurius": "graphql/mercurius.mjs",
    "yoga": "graphql/yoga.mjs",
    "postgraphile": "postgraphile/server.mjs",
}
"""Of those that run on Node, where it is installed (peers/install.py)."""

VARIANTS = {
    "pipelined": {"BENCH_PIPELINE": "on"},
    "live": {"PLF_ROLLUP_STALENESS": "0"},
    "rollups": {"BENCH_ROLLUPS": "on"},
}
"""What a server is told beside, by what its name ends in: «fastify-pipelined» is fastify. Our service takes figures
from roll-ups by itself and is told not to; peers compute them and are told otherwise."""

READY_SECONDS = 60.0
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Serving:
    """A server that takes requests."""

    name: str
    port: int
    pid: int

    def memory(self) -> float:
        """Resident set, MiB; 0 where the system doesn't tell."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return 0.0
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024

    def cpu(self) -> float:
        """Processor seconds so far, of all threads; 0 where the system doesn't tell."""
        tasks = Path(f"/proc/{self.pid}/task")
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.glob("*")) / 1e9


def write_tokens(path: Path, people: Iterable[Person]) -> Path:
    """Who each token belongs to, for the peers that verify none."""
    known = {person.token: [person.tenant_id, ISSUER, person.subject] for person in people}
    path.write_text(json.dumps(known))
    return path


@asynccontextmanager
async def serving(name: str, dsn: str, tokens: Path, log: Path) -> AsyncIterator[Serving]:
    """A server on a free port of loopback, for as long as the block lasts. Raises RuntimeError if it won't start."""
    port, base = _free_port(), base_of(name)
    told = _as_shipped(dsn, port) if base == "ours" else _as_peers(dsn, port, tokens)
    told |= VARIANTS.get(name.removeprefix(base).removeprefix("-"), {})
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            *command(base), env={**os.environ, **told}, stdout=out, stderr=out, cwd=ROOT
        )
    try:
        await _ready(process, port, log)
        yield Serving(name, port, process.pid)
    finally:
        await _stop(process, name, log)


def base_of(name: str) -> str:
    """The server that a name is a variant of."""
    return name.partition("-")[0]


def can_run(name: str) -> bool:
    """Whether the server can run on this machine."""
    return base_of(name) in MODULES or node() is not None


def command(name: str) -> list[str]:
    """How the server is started."""
    if name in MODULES:
        return [sys.executable, "-m", MODULES[name]]
    return [str(node()), str(HERE / SCRIPTS[name])]


async def _stop(process: asyncio.subprocess.Process, name: str, log: Path) -> None:
    """Raises RuntimeError if it had ended by itself: then whatever went wrong in between comes from that."""
    if process.returncode is not None:
        raise RuntimeError(f"{name} ended by itself with {process.returncode}: {_last_words(log)}")
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), 10)
    except TimeoutError:
        process.kill()
        await process.wait()


def _as_shipped(dsn: str, port: int) -> dict[str, str]:
    """Settings of our service; all else as it ships: the worker beside it, every request logged, keys fetched."""
    return {
        "DATABASE_URL": dsn,
        "PLF_HOST": "127.0.0.1",
        "PLF_PORT": str(port),
        "PLF_PUBLIC_URL": AUDIENCE,
        "PLF_ALLOW_LOOPBACK_ISSUERS": "1",
    }


def _as_peers(dsn: str, port: int, tokens: Path) -> dict[str, str]:
    told = {"BENCH_DSN": dsn, "BENCH_PORT": str(port), "BENCH_TOKENS": str(tokens)}
    return told | {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _last_words(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


async def _ready(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if process.returncode is not None:
            raise RuntimeError(f"a server ended at its start: {_last_words(log)}")
        if await _answers(port):
            return
        await asyncio.sleep(0.05)
    raise RuntimeError(f"a server did not answer within {READY_SECONDS:.0f} s; see {log}")


async def _answers(port: int) -> bool:
    """Whether it answers anything: to listen is not enough, since a socket may be there long before the service."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /ready HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
        answered = await reader.read(64)
        writer.close()
    except OSError:
        return False
    return answered.startswith(b"HTTP/1.1")

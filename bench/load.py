"""Drives a server over loopback for some seconds: with wrk where it is installed, else with a client of our own."""

import asyncio
import json
import secrets
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httptools

from bench.operations import GRAPHQL, Call

SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True)
class Load:
    """What came of one turn; `refused` counts answers that are no success, `bytes` all that came, where it is known."""

    requests: int
    seconds: float
    errors: int = 0
    refused: int = 0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    bytes: int = 0

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def broken(self) -> bool:
        return bool(self.errors or self.refused)


def joined(loads: Sequence[Load]) -> Load:
    """Several pieces as one; quantiles are medians of theirs."""
    return Load(
        sum(each.requests for each in loads),
        sum(each.seconds for each in loads),
        sum(each.errors for each in loads),
        sum(each.refused for each in loads),
        statistics.median(each.p50_ms for each in loads),
        statistics.median(each.p99_ms for each in loads),
        sum(each.bytes for each in loads),
    )


def client_name() -> str:
    """What drives the servers on this machine."""
    return "wrk" if shutil.which("wrk") else "asyncio and httptools (wrk is not installed)"


def write_calls(path: Path, calls: Sequence[Call]) -> Path:
    """The calls as load.lua reads them."""
    lines = [f"{c.method}\t{c.path}\t{c.by.token}\t{c.body.decode()}" for c in calls]
    path.write_text("\n".join(lines) + "\n")
    return path


async def drive(port: int, calls: Path, seconds: float, connections: int) -> Load:
    """Send the calls of a file in turn over so many connections."""
    if shutil.which("wrk"):
        return await _wrk(port, calls, seconds, connections)
    return await _own(port, calls, seconds, connections)


async def _wrk(port: int, calls: Path, seconds: float, connections: int) -> Load:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s"]
    command += ["-s", str(SCRIPT), f"http://127.0.0.1:{port}/", "--", str(calls), secrets.token_hex(8)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    printed, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"wrk could not drive port {port}: {printed.decode()}")
    return Load(**json.loads(printed.decode().strip().splitlines()[-1]))


async def _own(port: int, calls: Path, seconds: float, connections: int) -> Load:
    ready = _read_calls(calls)
    numbers, salt, until = count(secrets.randbelow(len(ready))), secrets.token_hex(8), time.perf_counter() + seconds
    started = time.perf_counter()

    def following() -> bytes | None:
        if time.perf_counter() >= until:
            return None
        n = next(numbers)
        return ready[n % len(ready)].replace(b"KEY-STANDS-HERE", f"{salt}{n}".encode())

    ended = await asyncio.gather(*(_connection(port, following) for _ in range(connections)))
    took = sorted(ms for each, _ in ended for ms in each)
    if not took:
        raise RuntimeError(f"nothing answers on port {port}")
    refused = sum(bad for _, bad in ended)
    quantiles = took[len(took) // 2], took[min(len(took) - 1, len(took) * 99 // 100)]
    return Load(len(took), time.perf_counter() - started, 0, refused, *quantiles)


def _read_calls(path: Path) -> list[bytes]:
    return [_raw(*line.split("\t", 3)) for line in path.read_text().splitlines()]


def _raw(method: str, path: str, token: str, body: str) -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n"
    if body:
        length = len(body.encode())
        key = "" if path == GRAPHQL else "idempotency-key: KEY-STANDS-HERE\r\n"
        head += f"content-type: application/json\r\n{key}content-length: {length}\r\n"
    return f"{head}\r\n{body}".encode()


async def _connection(port: int, following: Callable[[], bytes | None]) -> tuple[list[float], int]:
    """Milliseconds of every answer on one connection, and how many were no success."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    took: list[float] = []
    bad = 0
    while (request := following()) is not None:
        began = time.perf_counter()
        writer.write(request)
        answer = _Answer()
        parser = httptools.HttpResponseParser(answer)
        while not answer.complete:
            parser.feed_data(await _more(reader, port))
        took.append((time.perf_counter() - began) * 1000)
        bad += parser.get_status_code() >= 400
    writer.close()
    return took, bad


async def _more(reader: asyncio.StreamReader, port: int) -> bytes:
    data = await reader.read(65536)
    if not data:
        raise RuntimeError(f"port {port} hung up in the middle of an answer")
    return data


class _Answer:
    complete = False

    def on_message_complete(self) -> None:
        self.complete = True

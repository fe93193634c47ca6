"""What a result depends on besides the code, and when the machine was too busy for it to mean anything."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import mean

from bench.load import client_name
from bench.peers.install import versions
from bench.rounds import Length, Measured

PACKAGES = (
    "fastapi",
    "starlette",
    "uvicorn",
    "uvloop",
    "httptools",
    "asyncpg",
    "sqlalchemy",
    "pydantic",
    "orjson",
    "strawberry-graphql",
    "graphql-core",
)
MOST_LOAD = 0.5
"""Load average for each processor before the run. Above it, or above MOST_OF_OTHERS, a run is invalid."""

MOST_OF_OTHERS = 0.25
"""Processors that others kept busy during the rounds of a group, on average."""


@dataclass(frozen=True)
class Conditions:
    """As they were before the first round."""

    at: str
    code: str
    cores: int
    load_before: float
    python: str
    postgres: str
    packages: dict[str, str]
    node_peers: dict[str, str]
    client: str
    scale: float
    length: Length


def conditions(postgres: str, scale: float, length: Length) -> Conditions:
    """As they are now."""
    gil = "" if getattr(sys, "_is_gil_enabled", lambda: True)() else " (gil off)"
    return Conditions(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        code=_code(),
        cores=os.cpu_count() or 1,
        load_before=round(os.getloadavg()[0], 2),
        python=platform.python_version() + gil,
        postgres=postgres,
        packages={name: version(name) for name in PACKAGES},
        node_peers=versions(),
        client=client_name(),
        scale=scale,
        length=length,
    )


def disturbances(here: Conditions, results: Sequence[Measured]) -> list[str]:
    """Why the run is invalid; nothing where the machine was ours."""
    found = []
    if here.load_before > here.cores * MOST_LOAD:
        found.append(f"the load average was {here.load_before:g} before it began")
    disturbed = [each for each in results if taken(each) > MOST_OF_OTHERS]
    return [*found, *(f"others took {taken(each):.2f} processors during {each.group.name}" for each in disturbed)]


def taken(measured: Measured) -> float:
    """How many processors others kept busy during a group's rounds."""
    return mean(measured.others or [0.0])


def _code() -> str:
    """The commit that is measured, `-dirty` where files differ from it."""
    if shutil.which("git") is None:
        return "unknown"
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"

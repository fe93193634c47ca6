"""Puts results into words: a table of ratios for people, everything for machines."""

import os
import platform
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from bench.load import client_name
from bench.rounds import Compared, Length, Measured

PACKAGES = ("fastapi", "starlette", "uvicorn", "uvloop", "httptools", "asyncpg", "sqlalchemy", "pydantic", "orjson")
MOST_MEMORY = 150.0
"""MiB of the serving process: a bar of the project."""


@dataclass(frozen=True)
class Conditions:
    """What a result depends on besides the code."""

    at: str
    cores: int
    load_before: float
    python: str
    postgres: str
    packages: dict[str, str]
    client: str
    scale: float
    length: Length

    @property
    def busy(self) -> bool:
        """Whether others were at work on the machine before the run began: half a core or more."""
        return self.load_before > self.cores / 2


def conditions(postgres: str, scale: float, length: Length) -> Conditions:
    """As they are now, before the first round."""
    return Conditions(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        cores=os.cpu_count() or 0,
        load_before=round(os.getloadavg()[0], 2),
        python=platform.python_version()
        + (" (gil off)" if not getattr(sys, "_is_gil_enabled", lambda: True)() else ""),
        postgres=postgres,
        packages={name: version(name) for name in PACKAGES},
        client=client_name(),
        scale=scale,
        length=length,
    )


def markdown(here: Conditions, results: Sequence[Measured]) -> str:
    """The whole report."""
    parts = [_heading(here), "## Ratios\n", _ratios(results), "## Rates of this run\n", _rates(results)]
    return "\n".join(parts)


def document(here: Conditions, results: Sequence[Measured]) -> dict[str, Any]:
    """Everything that was measured, turn by turn."""
    return {
        "conditions": asdict(here),
        "groups": [
            {
                "name": each.group.name,
                "bytes": each.bytes,
                "load_average": each.busy,
                "memory_mib": each.memory,
                "turns": {name: [asdict(turn) for turn in turns] for name, turns in each.turns.items()},
                "ratios": {f"{p.upper} / {p.lower}": each.ratios(p) for p in each.group.compared},
            }
            for each in results
        ],
    }


def _heading(here: Conditions) -> str:
    packages = ", ".join(f"{name} {number}" for name, number in here.packages.items())
    busy = "**Others were at work on the machine: read the spread, not only the medians.** " if here.busy else ""
    rounds = f"{here.length.rounds} rounds of {here.length.seconds:g} s a turn"
    return (
        "# Results\n\n"
        f"{here.at}, {here.cores} cores, load average before {here.load_before}. {busy}\n"
        f"PostgreSQL {here.postgres}; Python {here.python}; {packages}.\n"
        f"Scale {here.scale:g}; {rounds}, interleaved, another case first each round; driven by {here.client}.\n"
        "Ratios are of requests a second, paired round by round; above 1 the first is faster.\n"
        "Bars are measured against the median; they gate nothing.\n"
    )


def _ratios(results: Sequence[Measured]) -> str:
    lines = ["| operation | ratio | min | median | max | bar | |", "|---|---|---|---|---|---|---|"]
    lines += [_ratio(each, pair) for each in results for pair in each.group.compared]
    lines += [_memory(each) for each in results if "ours" in each.memory]
    return "\n".join(lines) + "\n"


def _ratio(measured: Measured, pair: Compared) -> str:
    name, found = f"| {measured.group.name} | {pair.upper} / {pair.lower} ", measured.ratios(pair)
    if not found:
        return f"{name}| | | | | not measured |"
    middle = statistics.median(found)
    bar = f"≥ {pair.least:g}" if pair.least else ""
    word = "" if pair.least is None else "met" if middle >= pair.least else "**missed**"
    broken = any(t.load.broken for n in (pair.upper, pair.lower) for t in measured.turns[n])
    word += " (some requests failed)" if broken else ""
    return f"{name}| {min(found):.2f} | {middle:.2f} | {max(found):.2f} | {bar} | {word} |"


def _memory(measured: Measured) -> str:
    taken = measured.memory["ours"]
    word = "met" if taken < MOST_MEMORY else "**missed**"
    return f"| {measured.group.name} | memory of ours, MiB | | {taken:.0f} | | < {MOST_MEMORY:.0f} | {word} |"


def _rates(results: Sequence[Measured]) -> str:
    lines = [
        "| operation | case | requests/s, median | p50 ms | p99 ms | server CPU µs/request | memory MiB | answer, bytes |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for each in results:
        for name, turns in each.turns.items():
            middle = [
                statistics.median(values)
                for values in zip(*((t.load.rate, t.load.p50_ms, t.load.p99_ms, t.cpu) for t in turns), strict=True)
            ]
            lines.append(
                f"| {each.group.name} | {name} | {middle[0]:.0f} | {middle[1]:.1f} | {middle[2]:.1f} "
                f"| {middle[3]:.0f} | {each.memory.get(name, 0):.0f} | {each.bytes} |"
            )
    return "\n".join(lines) + "\n"

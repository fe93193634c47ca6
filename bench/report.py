"""Puts results into words: a table of ratios for people, everything for machines."""

from collections.abc import Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from bench.conditions import MOST_LOAD, MOST_OF_OTHERS, Conditions, disturbances, taken
from bench.rounds import CONNECTIONS, Case, Compared, Measured, Turn

LEAST_OF_SIZE = 0.5
"""Of the answers that were compared beforehand: some calls have shorter answers, errors have much shorter ones."""

FILLING = 1
"""Rounds."""

MOST_MEMORY = 150.0
"""MiB of the serving process: a bar of the project."""


def markdown(here: Conditions, results: Sequence[Measured], seconds: float) -> str:
    """The whole report of a run that took so long."""
    parts = [_heading(here, results, seconds), "## Ratios\n", _ratios(results), "## Rates\n", _rates(results)]
    return "\n".join(parts)


def document(here: Conditions, results: Sequence[Measured]) -> dict[str, Any]:
    """Everything that was measured, turn by turn."""
    return {
        "conditions": asdict(here),
        "invalid": disturbances(here, results),
        "groups": [
            {
                "name": each.group.name,
                "bytes": each.bytes,
                "processors_of_others": each.others,
                "memory_mib": each.memory,
                "turns": {name: [asdict(turn) for turn in turns] for name, turns in each.turns.items()},
                "ratios": {pair.title: each.ratios(pair) for pair in each.group.compared},
            }
            for each in results
        ],
    }


def _heading(here: Conditions, results: Sequence[Measured], seconds: float) -> str:
    packages = ", ".join(f"{name} {number}" for name, number in here.packages.items())
    node = ", ".join(f"{name} {number}" for name, number in here.node_peers.items()) or "the Node peers not installed"
    others = ", ".join(f"{each.group.name} {taken(each):.2f}" for each in results)
    return (
        "# Results\n\n"
        f"Written by `python -m bench.run`: {here.at}, {seconds / 60:.0f} minutes, code {here.code}.\n"
        f"{_validity(here, results)}\n\n"
        f"{here.cores} processors; load average before {here.load_before:g}; processors that others kept busy: "
        f"{others}.\n"
        f"PostgreSQL {here.postgres}; Python {here.python}; {packages}; {node}.\n"
        f"Scale {here.scale:g}; {here.length.rounds} rounds of {here.length.seconds:g} s a turn, interleaved, another "
        f"case first each round; {_connections(results)}, driven by {here.client}.\n"
        "Ratios are of requests a second, paired round by round; above 1 the first is faster.\n"
        "Bars are measured against the median; they gate nothing.\n"
    )


def _connections(results: Sequence[Measured]) -> str:
    """How many there are, and which groups have others."""
    others = [
        f"{each.group.name} {each.group.connections}" for each in results if each.group.connections != CONNECTIONS
    ]
    return f"{CONNECTIONS} connections" + (f" ({', '.join(others)})" if others else "")


def _validity(here: Conditions, results: Sequence[Measured]) -> str:
    found = disturbances(here, results)
    if not found:
        return "The machine was quiet."
    return (
        f"**Invalid: {'; '.join(found)}.** What follows proves nothing. (A run counts with a load average of at most "
        f"{MOST_LOAD:g} a processor before it, and at most {MOST_OF_OTHERS:g} processors taken by others during it.)"
    )


def _ratios(results: Sequence[Measured]) -> str:
    lines = ["| operation | ratio | min | median | max | bar | met? |", "|---|---|---|---|---|---|---|"]
    lines += [_ratio(each, pair) for each in results for pair in each.group.compared]
    lines += [_processor(each, case) for each in results for case in each.group.cases if case.most_ms]
    lines += [_growth(each, case) for each in results for case in each.group.cases if case.most_growth]
    lines += [_memory(results)]
    return "\n".join(lines) + "\n"


def _ratio(measured: Measured, pair: Compared) -> str:
    name, found = f"| {measured.group.name} | {pair.title} ", measured.ratios(pair)
    if not found:
        return f"{name}| | | | | not measured |"
    bar = f"≥ {pair.least:g}" if pair.least else ""
    return f"{name}| {min(found):.2f} | {median(found):.2f} | {max(found):.2f} | {bar} | {_met(measured, pair)} |"


def _met(measured: Measured, pair: Compared) -> str:
    turns = [*measured.turns[pair.upper], *measured.turns[pair.lower]]
    failed = sum(turn.load.errors + turn.load.refused for turn in turns)
    if failed:
        return f"says nothing: {failed} requests failed"
    if any(_thin(turn, measured.bytes) for turn in turns):
        return "says nothing: answers were shorter than when they were compared"
    if taken(measured) > MOST_OF_OTHERS:
        return "says nothing: others were at work"
    if pair.least is None:
        return ""
    return "met" if median(measured.ratios(pair)) >= pair.least else "**missed**"


def _thin(turn: Turn, size: int) -> bool:
    """Whether answers can't have been what they should: GraphQL tells errors with success."""
    load = turn.load
    return bool(load.bytes) and load.bytes < load.requests * size * LEAST_OF_SIZE


def _processor(measured: Measured, case: Case) -> str:
    """What a request of a case costs the server."""
    took = [turn.cpu_us / 1000 for turn in measured.turns[case.name]]
    name = f"| {measured.group.name} | {case.name}, ms of server CPU "
    if not took:
        return f"{name}| | | | | not measured |"
    word = "met" if median(took) < (case.most_ms or 0) else "**missed**"
    return f"{name}| {min(took):.2f} | {median(took):.2f} | {max(took):.2f} | < {case.most_ms:g} | {word} |"


def _growth(measured: Measured, case: Case) -> str:
    """Whether the memory of a case's server stays as it is, once what it remembers has filled in the first round."""
    asked = [turn.load.requests for turn in measured.turns[case.name]]
    if len(asked) <= FILLING:
        return f"| {measured.group.name} | {case.name}, memory | | | | | not measured |"
    name = f"| {measured.group.name} | {case.name}, memory after {sum(asked)} / after {sum(asked[: FILLING + 1])} "
    growth = measured.memory[case.name][-1] / measured.memory[case.name][FILLING]
    word = "met" if growth <= (case.most_growth or 0) else "**missed**"
    return f"{name}| | {growth:.2f} | | ≤ {case.most_growth:g} | {word} |"


def _memory(results: Sequence[Measured]) -> str:
    """Of every process of ours, also those on other databases."""
    ours = ((each, case.name) for each in results for case in each.group.cases if case.server.startswith("ours"))
    sizes = [max(each.memory[name]) for each, name in ours]
    if not sizes:
        return "| all | memory of ours, MiB | | | | | not measured |"
    word = "met" if max(sizes) < MOST_MEMORY else "**missed**"
    figures = f"{min(sizes):.0f} | {median(sizes):.0f} | {max(sizes):.0f}"
    return f"| all | memory of ours, MiB | {figures} | < {MOST_MEMORY:.0f} | {word} |"


def _rates(results: Sequence[Measured]) -> str:
    lines = [
        "| operation | case | requests/s, median | p50 ms | p99 ms | server CPU µs/request | memory MiB | answer, bytes |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [_rate(each, name, turns) for each in results for name, turns in each.turns.items()]
    return "\n".join(lines) + "\n"


def _rate(measured: Measured, name: str, turns: Sequence[Turn]) -> str:
    rate, p50, p99, cpu = (
        median(values)
        for values in zip(*((t.load.rate, t.load.p50_ms, t.load.p99_ms, t.cpu_us) for t in turns), strict=True)
    )
    begin = f"| {measured.group.name} | {name} | {rate:.0f} | {p50:.1f} "
    if name not in measured.memory:  # pgbench is no server, and tells an average only
        return f"{begin}| | | | |"
    return f"{begin}| {p99:.1f} | {cpu:.0f} | {max(measured.memory[name]):.0f} | {measured.bytes} |"

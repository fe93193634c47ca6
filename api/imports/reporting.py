"""What became of a file, line by line: the same words for every kind of file."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from api.imports.reading import Line
from api.messages import text
from domain.errors import Fault, Pointer, json_pointer

MOST_FAULTS = 1000
OUTCOMES = ("created", "changed", "unchanged")


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """By line and column, as somebody reads the file."""
    return sorted(faults, key=lambda fault: [str(step).zfill(6) for step in fault.pointer])


def at(line: Line, column: str) -> Pointer:
    """Where a cell stands."""
    return ("lines", line.number, column)


def outcome_of(*, new: bool, changed: bool) -> str:
    """What is said of something that is new, or is changed, or neither."""
    return "created" if new else "changed" if changed else "unchanged"


def reported(
    numbers: Iterable[int],
    faults: Sequence[Fault],
    locale: str,
    say: Callable[[int], Mapping[str, Any]],
) -> tuple[list[dict[str, Any]], int]:
    """Every line and what is wrong with it, and how many are refused; `say` tells what a line led to, if nothing is."""
    wrong: dict[int, list[Fault]] = defaultdict(list)
    for fault in faults:
        wrong[_line_of(fault)].append(fault)
    lines = []
    for number in sorted({*numbers, *wrong}):
        said = dict(say(number))
        if number in wrong:
            said["outcome"] = "refused"
        lines.append({"line": number, **said, "faults": [_told(fault, locale) for fault in wrong.get(number, ())]})
    return lines, sum(1 for line in lines if line["outcome"] == "refused")


def counted(outcomes: Iterable[str]) -> dict[str, int]:
    """How many of each outcome there are."""
    found = list(outcomes)
    return {outcome: found.count(outcome) for outcome in OUTCOMES}


def _told(fault: Fault, locale: str) -> dict[str, Any]:
    return {
        "pointer": json_pointer(fault.pointer),
        "code": fault.code,
        "detail": text(locale, f"{fault.code}.detail", **fault.facts),
    }


def _line_of(fault: Fault) -> int:
    """The line that a fault stands in; 1, the header, for what concerns the whole file."""
    return fault.pointer[1] if len(fault.pointer) > 1 and isinstance(fault.pointer[1], int) else 1

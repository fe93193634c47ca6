"""Bytes of a CSV file as numbered lines of named cells, and everything that is wrong with its form."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from api.imports.national_ids import holds_national_id
from domain.errors import Fault

MOST_LINES = 20_000
LONGEST_CELL = 200
NUMBERS = frozenset({"latitude", "longitude"})
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Line:
    """One line with its cells by column, trimmed; `number` counts from 1 with the header, as an editor does."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Sheet:
    """A file as far as it could be read: its columns, its lines, and the faults at /lines/<number>/<column>."""

    columns: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    faults: tuple[Fault, ...] = field(default=())


def read(body: bytes, known: frozenset[str], needed: frozenset[str]) -> Sheet:
    """Read UTF-8 (with or without a mark), commas or semicolons, any line ends; `known`, `needed`: columns."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Sheet(faults=(Fault("not_utf8", ("lines", body.count(b"\n", 0, error.start) + 1)),))
    rows = list(_rows(text))
    if not rows or isinstance(rows[0], Fault):
        return Sheet(faults=(Fault("missing", ("lines", 1)),))
    columns = tuple(cell.lower() for cell in rows[0][1])
    faults = list(_header_faults(columns, known, needed))
    if len(rows) > MOST_LINES + 1:
        faults.append(Fault("too_long", ("lines",), {"max": MOST_LINES}))
    if faults:
        return Sheet(columns, (), tuple(faults))
    lines = []
    for row in rows[1:]:
        if isinstance(row, Fault):
            faults.append(row)
        else:
            wrong = list(_row_faults(row[0], row[1], columns))
            faults += wrong
            if len(row[1]) == len(columns):
                lines.append(Line(row[0], dict(zip(columns, row[1], strict=True))))
    return Sheet(columns, tuple(lines), tuple(faults))


def _rows(text: str) -> Iterator[tuple[int, list[str]] | Fault]:
    """(number of the line that a row begins on, its cells); empty rows are passed over."""
    head = text[: re.search(r"[\r\n]|$", text).start()]  # type: ignore[union-attr]  # $ always matches
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Fault("broken_line", ("lines", begins))
            return
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield begins, cells
        begins = reader.line_num + 1


def _header_faults(columns: Sequence[str], known: frozenset[str], needed: frozenset[str]) -> Iterator[Fault]:
    for i, column in enumerate(columns):
        shown = column[:50] if column.isprintable() else ""
        if column not in known:
            yield Fault("unknown_field", ("lines", 1, shown))
        elif column in columns[:i]:
            yield Fault("duplicate", ("lines", 1, shown))
    for column in sorted(needed - set(columns)):
        yield Fault("missing", ("lines", 1, column))


def _row_faults(number: int, cells: Sequence[str], columns: Sequence[str]) -> Iterator[Fault]:
    if len(cells) != len(columns):
        yield Fault("broken_line", ("lines", number))
    for column, cell in zip(columns, cells, strict=False):
        at = ("lines", number, column)
        if _INVISIBLE.search(cell):
            yield Fault("invalid_text", at)
        elif len(cell) > LONGEST_CELL:
            yield Fault("too_long", at, {"max": LONGEST_CELL})
        elif column not in NUMBERS and holds_national_id(cell):
            yield Fault("national_identity_number", at)

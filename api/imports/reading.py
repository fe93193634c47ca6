"""Bytes of a CSV file as numbered lines of named cells, and everything that is wrong with its form."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import dropwhile, islice
from typing import TypeAlias

from api.imports.national_ids import holds_national_id
from domain.errors import Fault
from domain.texts import is_readable

MOST_LINES = 20_000
MOST_COLUMNS = 50
LONGEST_CELL = 200
NUMBERS = frozenset({"latitude", "longitude"})

Row: TypeAlias = tuple[int, list[str]]
"""The number of the line that a row begins on, and its cells."""


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
    begun = list(islice(_rows(text), MOST_LINES + 2))  # one too many is enough to say so
    rows = list(dropwhile(_is_empty, begun))
    header = rows[0] if rows else None
    if header is None or isinstance(header, Fault):
        return Sheet(faults=(Fault("missing", ("lines", 1)),))
    if len(header[1]) > MOST_COLUMNS:
        return Sheet(faults=(Fault("too_long", ("lines", 1), {"max": MOST_COLUMNS}),))
    columns = tuple(cell.lower() for cell in header[1])
    faults = list(_header_faults(columns, known, needed))
    if len(begun) > MOST_LINES + 1:
        faults.append(Fault("too_long", ("lines",), {"max": MOST_LINES}))
    return Sheet(columns, (), tuple(faults)) if faults else _sheet(columns, rows[1:])


def _sheet(columns: tuple[str, ...], rows: Iterable[Row | Fault]) -> Sheet:
    lines: list[Line] = []
    faults: list[Fault] = []
    for row in rows:
        if isinstance(row, Fault):
            faults.append(row)
        elif not _is_empty(row):
            faults += _row_faults(row[0], row[1], columns)
            if len(row[1]) == len(columns):
                lines.append(Line(row[0], dict(zip(columns, row[1], strict=True))))
    return Sheet(columns, tuple(lines), tuple(faults))


def _rows(text: str) -> Iterator[Row | Fault]:
    """Rows as they come, empty ones among them: they too take time to read."""
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
        yield begins, [_cell(each) for each in row]
        begins = reader.line_num + 1


def _is_empty(row: Row | Fault) -> bool:
    return not isinstance(row, Fault) and not any(row[1])


def _cell(written: str) -> str:
    """Trimmed and in the normal form NFC; sorting the accents of what is far too long would take minutes."""
    trimmed = written.strip()
    return trimmed if len(trimmed) > 4 * LONGEST_CELL else unicodedata.normalize("NFC", trimmed)


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
        if len(cell) > LONGEST_CELL:
            yield Fault("too_long", at, {"max": LONGEST_CELL})
        elif cell and not is_readable(cell):
            yield Fault("invalid_text", at)
        elif column not in NUMBERS and holds_national_id(cell):
            yield Fault("national_identity_number", at)

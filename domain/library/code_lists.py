"""The labels of the library, read once and validated whole: one file a feature, one table a code list.

Labels are words, not methods: they are edited where they stand and have no versions. A table
[sectors.<sector>.<list>] holds what a sector calls differently.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from domain.code_lists import Code, CodeList
from domain.library.reading import LibraryError, in_all_locales, one_of
from domain.organisations import Sector

Table = Mapping[str, Any]


@cache
def code_lists() -> Mapping[str, CodeList]:
    """Every code list by its key; raises LibraryError where a label is missing."""
    folder = files(__package__) / "labels"
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".toml"))
    found: dict[str, CodeList] = {}
    for name in names:
        for each in code_lists_from(tomllib.loads((folder / name).read_text("utf-8"))):
            if each.key in found:
                raise LibraryError(f"{name}: {each.key} stands in another file too")
            found[each.key] = each
    return MappingProxyType(dict(sorted(found.items())))


def label(key: str, code: str, locale: str) -> str:
    """What people read instead of one code, in one of the five languages. Raises KeyError."""
    return _labels()[key, code][locale]


@cache
def _labels() -> Mapping[tuple[str, str], Mapping[str, str]]:
    return {(each.key, code.code): code.labels for each in code_lists().values() for code in each.codes}


def code_lists_from(table: Table) -> Iterator[CodeList]:
    """The code lists of one file. Raises LibraryError."""
    lists = {key: codes for key, codes in table.items() if key != "sectors"}
    sectors = {one_of(Sector, name): own for name, own in table.get("sectors", {}).items()}
    for sector, own in sectors.items():
        for key, codes in own.items():
            if unknown := codes.keys() - lists.get(key, {}).keys():
                raise LibraryError(f"{key}: {sorted(unknown)} of {sector} is no code of this list")
    for key, codes in lists.items():
        if not codes:
            raise LibraryError(f"{key} has no codes")
        yield CodeList(key, tuple(_code(key, code, labels, sectors) for code, labels in codes.items()))


def _code(key: str, code: str, labels: Table, sectors: Mapping[Sector, Table]) -> Code:
    called = {sector: own[key][code] for sector, own in sectors.items() if code in own.get(key, {})}
    try:
        by_sector = {sector: in_all_locales(its) for sector, its in called.items()}
        return Code(code, in_all_locales(labels), MappingProxyType(by_sector))
    except LibraryError as error:
        raise LibraryError(f"{key}.{code}: {error}") from None

"""Code lists: the codes of the contract with what people read instead of them, in five languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.organisations import Sector


@dataclass(frozen=True, slots=True)
class Code:
    """One code; its labels by language, and other labels in sectors that call it something else."""

    code: str
    labels: Mapping[str, str]
    by_sector: Mapping[Sector, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes of one enum, in its order; the key is the enum's name in the contract, in snake_case."""

    key: str
    codes: tuple[Code, ...]

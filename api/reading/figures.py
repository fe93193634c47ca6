"""Figures as data: what each says, from which sums, at which levels, and how many people must stand behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api.reading.paths import Path
from domain.figures import FEWEST_PEOPLE, Level, Measure, Period


@dataclass(frozen=True)
class Rule:
    """What holds for a figure at one level.

    `people`: how many different people must have published what it is computed from, in the period as in every
    bucket. `step`: it is told in steps of that size. `seen_by`: who sees the number, where those are fewer than see
    figures of that level at all (paths over the row that it is about).
    """

    people: int = 0
    step: int = 1
    seen_by: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Figure:
    """One figure: SQL expressions over a row `a` of sums (`figure_sums.SUMS`), and the levels where it is shown.

    `base` is what the value was computed from; without any there is no value, except for a `count`, which is 0 then.
    `sums` are all those that the two expressions name.
    """

    name: str
    doc: str
    measure: Measure
    value: str
    base: str
    sums: tuple[str, ...]
    levels: Mapping[Level, Rule]

    def needs(self, level: Level) -> frozenset[str]:
        """The sums that one row has to give for it."""
        return frozenset(self.sums) | ({"people"} if self.levels[level].people else frozenset())


FIGURES: dict[str, Figure] = {}
"""Every figure by its name."""

SEEN_BY: dict[Level, tuple[Path, ...]] = {}
"""Who sees figures of a level; a team's paths speak of the team's row."""


def declare(*figures: Figure) -> None:
    """Add figures to those that can be asked for. Raises ValueError for a threshold that sums could not tell."""
    for figure in figures:
        if any(rule.people > FEWEST_PEOPLE for rule in figure.levels.values()):
            raise ValueError(f"{figure.name}: roll-ups know of {FEWEST_PEOPLE} people at most")
    FIGURES.update({figure.name: figure for figure in figures})


def shown_at(level: Level) -> list[Figure]:
    """The figures of that level, in the order in which they are declared."""
    return [figure for figure in FIGURES.values() if level in figure.levels]


@dataclass(frozen=True)
class FigurePart:
    """What is asked for, as a tree: what the answer calls it, what it is, and what is wanted of it.

    At the top `name` is a figure's name, or one of `TOP`; within a figure one of `OF_FIGURE`, and within its
    `series` one of `OF_POINT`. `text` is what a `typename` says, the only word that we don't know ourselves.
    """

    key: str
    name: str
    parts: tuple["FigurePart", ...] = ()
    text: str = ""


TOP = ("since", "until", "as_of", "typename")
OF_POINT = ("since", "until", "value", "base", "withheld", "typename")
OF_FIGURE = ("value", "base", "withheld", "measure", "as_of", "tenant_mean", "quartile_band", "series", "typename")
COMPARING = frozenset({"tenant_mean", "quartile_band"})


@dataclass(frozen=True)
class Whose:
    """Whom figures are asked of, within a statement: SQL of the id (such as `r3.id`; for a tenant anything).

    `seen` tells whether the asker sees a row by any of some paths (`Compiler.seen`), and `once` gives the statement a
    table that all its figures share (`Compiler.once`). Two selections of one statement that have periods of their own
    have their own `suffix`, which ends the names of their parameters.
    """

    level: Level
    id: str
    seen: Callable[[tuple[Path, ...], str], str]
    once: Callable[[str, str], None]
    suffix: str = ""

    @property
    def edges(self) -> str:
        """When its buckets begin, and when the last of them ends."""
        return f":edges{self.suffix}::timestamptz[]"

    @property
    def days(self) -> str:
        """The same as days where the tenant is."""
        return f":days{self.suffix}::date[]"


def figure_values(period: Period, zone: str, staleness: float, suffix: str = "") -> dict[str, Any]:
    """The parameters of figures with that suffix; what uses them also needs `:now` and `:today`.

    `zone` is the tenant's, `staleness` how old roll-ups may be (seconds, PLF_ROLLUP_STALENESS).
    """
    return {
        f"edges{suffix}": list(period.moments(zone)),
        f"days{suffix}": list(period.days),
        f"grain{suffix}": period.grain.value,
        "staleness": float(staleness),
    }

"""Half-open periods of days, and how one is split without touching what lies before the split."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, Protocol, TypeVar


class Dated(Protocol):
    """Holds from `valid_from`, up to but not including `valid_to`; None means that no end is known."""

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_to(self) -> date | None: ...


P = TypeVar("P", bound=Dated)


@dataclass(frozen=True, slots=True)
class Change(Generic[P]):
    """What must happen to stored periods: some vanish, some end earlier (period, new end), some are added.

    Only periods that begin on or after the date of the change are ever removed: days before it keep their answers.
    """

    removed: tuple[P, ...] = ()
    ended: tuple[tuple[P, date], ...] = ()
    added: tuple[P, ...] = ()


FOREVER = date.max.toordinal() + 1
"""The day after the last, for periods whose end isn't known."""


def holds(period: Dated, day: date) -> bool:
    """Whether the period is in force on that day."""
    return period.valid_from <= day and (period.valid_to is None or day < period.valid_to)


def overlaps(one: Dated, other: Dated) -> bool:
    """Whether some day belongs to both."""
    return (other.valid_to is None or one.valid_from < other.valid_to) and (
        one.valid_to is None or other.valid_from < one.valid_to
    )


def days(period: Dated) -> tuple[int, int]:
    """The ordinals of its first day and of the first day after it."""
    return period.valid_from.toordinal(), FOREVER if period.valid_to is None else period.valid_to.toordinal()


def gaps(stretches: Iterable[tuple[int, int]], begins: int, ends: int) -> Iterator[int]:
    """The first day of each gap that stretches, oldest first, leave between two days."""
    for first, after in stretches:
        if begins < first:
            yield begins
        begins = after
    if begins < ends:
        yield begins


def begin_at(old: P, new: P) -> Change[P]:
    """`new` takes over from `old` on the day it begins; `old` vanishes if that is the very day it began."""
    if new.valid_from <= old.valid_from:
        return Change(removed=(old,), added=(new,))
    return Change(ended=((old, new.valid_from),), added=(new,))


def end_at(periods: Iterable[P], on: date) -> Change[P]:
    """Everything is over from `on`: what holds then ends, what would begin later vanishes."""
    known = tuple(periods)
    later = tuple(period for period in known if period.valid_from >= on)
    current = tuple((period, on) for period in known if period.valid_from < on and holds(period, on))
    return Change(removed=later, ended=current)


def earliest_end(period: Dated, on: date) -> date:
    """When a period ends that is to be over from `on`: never before it began, and what is over stays as it was."""
    ends = max(period.valid_from, on)
    return ends if period.valid_to is None else min(period.valid_to, ends)


def both(one: Change[P], other: Change[P]) -> Change[P]:
    """Two changes of different periods as one."""
    return Change(one.removed + other.removed, one.ended + other.ended, one.added + other.added)


def apply(periods: Sequence[P], change: Change[P]) -> tuple[P, ...]:
    """The periods after the change, oldest first."""
    ended = [shortened(period, day) for period, day in change.ended]
    gone = (*change.removed, *(period for period, _ in change.ended))
    kept = [period for period in periods if period not in gone]
    return tuple(sorted([*kept, *ended, *change.added], key=lambda period: period.valid_from))


def difference(before: Sequence[P], after: Sequence[P]) -> Change[P]:
    """What leads from the periods before to those after, in which those that stay are the same objects."""
    kept = {id(period) for period in before} & {id(period) for period in after}
    gone = [period for period in before if id(period) not in kept]
    new = [period for period in after if id(period) not in kept]
    ended = tuple(
        (old, left.valid_to) for old in gone for left in new if left.valid_to and left == shortened(old, left.valid_to)
    )
    ends, left = [old for old, _ in ended], [shortened(old, day) for old, day in ended]
    return Change(
        removed=tuple(period for period in gone if period not in ends),
        ended=ended,
        added=tuple(period for period in new if period not in left),
    )


def shortened(period: P, day: date) -> P:
    """The same period with another end."""
    dated: Any = period  # a Protocol can't say "and a dataclass"
    changed: P = replace(dated, valid_to=day)
    return changed

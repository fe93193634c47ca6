"""Teams: which kinds there are, and who stands in one with which duty at which time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.errors import Fault, Invalid, PeriodOverlap
from domain.periods import Change, begin_at, end_at, holds, overlaps


class TeamKind(StrEnum):
    """What holds the team together; Danish and Norwegian practice name the same eight."""

    CLASS = "class"
    GRADE = "grade"
    SUBJECT = "subject"
    DEPARTMENT = "department"
    LEADERSHIP = "leadership"
    RESOURCE = "resource"
    NETWORK = "network"
    PROJECT = "project"


class TeamState(StrEnum):
    """Paused keeps its members and waits; archived keeps its history and is over."""

    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"


class Duty(StrEnum):
    """What somebody does in a team; facilitators and leaders may call, change and publish its meetings."""

    MEMBER = "member"
    FACILITATOR = "facilitator"
    LEADER = "leader"
    OBSERVER = "observer"


@dataclass(frozen=True, slots=True)
class MembershipPeriod:
    """One person's stay in one team with one duty: from `valid_from`, up to but not including `valid_to`."""

    person_id: UUID
    duty: Duty
    valid_from: date
    valid_to: date | None = None


def join(
    periods: Sequence[MembershipPeriod],
    person_id: UUID,
    duty: Duty,
    on: date,
    *,
    until: date | None = None,
) -> Change[MembershipPeriod]:
    """Someone enters the team; raises PeriodOverlap where the person would stand in it twice at a time."""
    if until is not None and until <= on:
        raise Invalid([Fault("ends_before_start", ("valid_to",))])
    stay = MembershipPeriod(person_id, duty, on, until)
    if any(overlaps(stay, other) for other in _stays(periods, person_id)):
        raise PeriodOverlap(pointer=("person_id",), on=on.isoformat())
    return Change(added=(stay,))


def leave(periods: Sequence[MembershipPeriod], person_id: UUID, on: date) -> Change[MembershipPeriod]:
    """`on` is the first day outside the team; what was planned after it falls away, the past stays."""
    _stay_on(periods, person_id, on)
    return end_at(_stays(periods, person_id), on)


def change_duty(periods: Sequence[MembershipPeriod], person_id: UUID, duty: Duty, on: date) -> Change[MembershipPeriod]:
    """From `on` the person has another duty, to the end of the same stay; an equal duty changes nothing."""
    stay = _stay_on(periods, person_id, on)
    if stay.duty is duty:
        return Change()
    return begin_at(stay, replace(stay, duty=duty, valid_from=on))


def members_on(periods: Sequence[MembershipPeriod], day: date) -> tuple[MembershipPeriod, ...]:
    """Who stands in the team on that day, and how."""
    return tuple(period for period in periods if holds(period, day))


def _stays(periods: Sequence[MembershipPeriod], person_id: UUID) -> tuple[MembershipPeriod, ...]:
    return tuple(period for period in periods if period.person_id == person_id)


def _stay_on(periods: Sequence[MembershipPeriod], person_id: UUID, on: date) -> MembershipPeriod:
    for period in _stays(periods, person_id):
        if holds(period, on):
            return period
    raise Invalid([Fault("not_open_on", ("on",), {"on": on.isoformat()})])

"""Teams: which kinds there are, and who stands in one with which duty at which time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.errors import Fault, Invalid, PeriodOverlap, WrongState
from domain.periods import overlaps


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


def require_meets(state: TeamState) -> None:
    """Only an active team plans meetings. Raises WrongState."""
    _require(state, "meet", TeamState.ACTIVE)


def require_takes_members(state: TeamState) -> None:
    """Nobody joins, leaves or changes duty in a team that is over. Raises WrongState."""
    _require(state, "change_members", TeamState.ACTIVE, TeamState.PAUSED)


def _require(state: TeamState, verb: str, *allowed: TeamState) -> None:
    if state not in allowed:
        raise WrongState(state=state.value, verb=verb, allowed=[each.value for each in allowed])


class Duty(StrEnum):
    """What somebody does in a team; facilitators and leaders may call, change and publish its meetings."""

    MEMBER = "member"
    FACILITATOR = "facilitator"
    LEADER = "leader"
    OBSERVER = "observer"


RUNNING = (Duty.FACILITATOR, Duty.LEADER)
"""The duties of those who call, change and publish a team's meetings."""


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
) -> MembershipPeriod:
    """Someone enters the team; raises PeriodOverlap where the person would stand in it twice at a time."""
    if until is not None and until <= on:
        raise Invalid([Fault("ends_before_start", ("valid_to",))])
    stay = MembershipPeriod(person_id, duty, on, until)
    if any(overlaps(stay, other) for other in periods if other.person_id == person_id):
        raise PeriodOverlap(pointer=("person_id",), on=on.isoformat())
    return stay


def change_stay(
    stay: MembershipPeriod, duty: Duty, until: date | None, on: date
) -> tuple[MembershipPeriod] | tuple[MembershipPeriod, MembershipPeriod]:
    """From `on` the person has this duty, until then: the stay as it becomes, and the one that follows it if any.

    What lies before `on` keeps its duty. Raises WrongState for a stay that is over (who comes back begins a new
    one), Invalid for an end before the start, or another duty after the end.
    """
    _require_current(stay, on)
    if until is not None and until < stay.valid_from:
        raise Invalid([Fault("ends_before_start", ("valid_to",))])
    if duty is stay.duty or stay.valid_from >= on:
        return (replace(stay, duty=duty, valid_to=until),)
    if until is not None and until <= on:
        raise Invalid([Fault("not_open_on", ("duty",), {"on": on.isoformat()})])
    return replace(stay, valid_to=on), replace(stay, duty=duty, valid_from=on, valid_to=until)


def end_stay(stay: MembershipPeriod, on: date) -> MembershipPeriod:
    """The person is out of the team from `on`, or never was in it where the stay begins later. Raises WrongState."""
    _require_current(stay, on)
    return replace(stay, valid_to=max(stay.valid_from, on))


def _require_current(stay: MembershipPeriod, on: date) -> None:
    if stay.valid_to is not None and stay.valid_to <= on:
        raise WrongState(state="ended", verb="change_membership", allowed=["current", "planned"])

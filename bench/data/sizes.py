"""How large tenants are, and who works in which team: known by number, so that calls need not look anything up."""

from dataclasses import dataclass

MEMBERS = 6
"""People in a team, and participants of a meeting."""

ITEMS = 5
"""Agenda items of a meeting."""

WEEKS = 33
"""School weeks of a year: a team meets once in each, so that a year has as many meetings in every database."""

WIDE = 8
"""People who lead all units of a tenant: the last ones of it."""


@dataclass(frozen=True)
class Size:
    """How many of each a tenant has; every meeting has ITEMS items, one task and MEMBERS participants."""

    units: int
    teams: int
    people: int
    meetings: int

    def times(self, factor: float) -> "Size":
        """The same tenant, larger or smaller; small ones still have what every operation needs."""
        return Size(
            max(1, round(self.units * factor)),
            max(3, round(self.teams * factor)),
            max(40, round(self.people * factor)),
            max(12, round(self.meetings * factor)),
        )

    @property
    def people_in_teams(self) -> int:
        """The first people: half of them are in two teams, half in one."""
        return self.teams * 4

    def members(self, team: int) -> list[int]:
        """The people of a team by number, its facilitator first."""
        return [(team * MEMBERS + seat) % self.people_in_teams for seat in range(MEMBERS)]

    def in_two_teams(self) -> range:
        return range(self.teams * MEMBERS - self.people_in_teams)

    def leading_everything(self) -> range:
        return range(self.people - WIDE, self.people)


BIG = Size(units=60, teams=1200, people=15_000, meetings=40_000)
"""20 teams a unit: as many as G2 asks for."""

SMALL = 0.05
TINY = 0.0025

"""The access paths that views share: the SQL twins of the predicates in `domain.permissions`.

A property test compares the two on random worlds (tests/api/test_visibility.py).
"""

from api.postgres.validity import above, below, in_force
from api.reading.paths import Everyone, Keyed, Linked, Wide

_HELD = f"r.person_id = asker.id and {in_force('r')}"

everyone = Everyone()

participates = Linked("participates", "meeting_participant", "meeting_id", "person_id", ("starts_at", "meeting_id"))


def is_self(column: str) -> Keyed:
    """The row is about the person who asks."""
    return Keyed("is_self", "{row}." + column, "select asker.id as key", "{key} = asker.id", narrow=True)


def holds(role: str) -> Wide:
    """The asker holds the role for the whole tenant."""
    return Wide(
        f"holds_{role}",
        f"(select exists (select from role_assignment r where {_HELD} and r.role = '{role}' and r.scope = 'tenant'))",
    )


def works_in_team(column: str) -> Keyed:
    """The asker is a member of the team today, with whatever duty."""
    member = f"m.person_id = asker.id and {in_force('m')}"
    return Keyed(
        "works_in_team",
        "{row}." + column,
        f"select distinct m.team_id as key from team_membership m where {member}",
        f"exists (select from team_membership m where {member} and m.team_id = {{key}})",
    )


def leads_unit(column: str) -> Keyed:
    """The asker leads the unit, or one above it as the tree stands today."""
    leads = f"{_HELD} and r.role = 'unit_leader' and r.scope = 'unit'"
    led = below("led", f"select r.organisation_id from role_assignment r where {leads}")
    up = f"with recursive {above('up', '{key}')} select up.id from up"
    test = f"exists (select from role_assignment r where {leads} and r.organisation_id in ({up}))"
    return Keyed("leads_unit", "{row}." + column, f"with recursive {led} select led.id as key from led", test)

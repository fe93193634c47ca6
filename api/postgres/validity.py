"""SQL that statements share: what is in force on a day, and ways through the tree of units as it stands today.

`offset 0` keeps PostgreSQL at walking from unit to unit by index: planned for any tenant, a join would rather read the
whole tree.
"""

from domain.organisations import DEEPEST


def in_force(row: str, on: str = "today") -> str:
    """That a row with days is in force on the day which that parameter holds."""
    return f"{row}.valid_from <= :{on}::date and ({row}.valid_to is null or {row}.valid_to > :{on}::date)"


def below(name: str, units: str) -> str:
    """`name`(id) for a WITH RECURSIVE: the units that a SELECT gives, and everything under them."""
    return (
        f"{name}(id) as ({units} union select p.organisation_id from {name} cross join lateral ("
        f"select p.organisation_id from organisation_period p where p.parent_id = {name}.id and {in_force('p')} "
        "offset 0) p)"
    )


def above(name: str, unit: str) -> str:
    """`name`(id, depth) for a WITH RECURSIVE: the unit whose id that SQL gives (depth 0), and all units above it."""
    return (
        f"{name}(id, depth) as (select ({unit}), 0 union all select p.parent_id, {name}.depth + 1 "
        f"from {name} cross join lateral (select p.parent_id from organisation_period p "
        f"where p.organisation_id = {name}.id and p.parent_id is not null and {in_force('p')} offset 0) p "
        f"where {name}.depth < {DEEPEST})"
    )

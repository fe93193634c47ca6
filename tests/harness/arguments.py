"""Values for the arguments of generated operations, with names for ids that are filled in later."""

from typing import Any

from graphql import GraphQLArgument, GraphQLEnumType, get_named_type
from hypothesis import strategies as st

from harness.listed import ORDERS
from harness.plain import TABLES

DAYS = ("2026-03-03", "2026-01-15", "2024-02-01", "2022-01-01", "1990-01-01")
MOMENTS = ("2026-03-11T12:00:00Z", "2026-03-12T12:00:00+01:00", "1990-01-01T00:00:00Z")
NODES = tuple(sorted(set(TABLES) - {"Me", "Tenant"}))
OWNERS = {"teamId": "Team", "organisationId": "Organisation", "personId": "Person", "parentId": "Organisation"}


def values(name: str, argument: GraphQLArgument, kind: str, *, wrong: bool) -> Any:
    """What an argument may have; `wrong`: of the right type, and refused all the same."""
    inner = get_named_type(argument.type)
    if isinstance(inner, GraphQLEnumType):
        return st.sampled_from(sorted(inner.values))
    number = st.integers(0, 40)
    if name in {"first", "last"}:
        return st.sampled_from([-1, 101, 2_000_000]) if wrong else st.sampled_from([0, 1, 2, 3, 5, 100])
    if name in {"after", "before"}:
        others = st.sampled_from(["x", "WyJ4Il0", ""])
        return others if wrong else number.map(lambda n: f"<cursor {kind if kind in ORDERS else 'Team'} {n}>")
    if name == "matching":
        return (
            st.sampled_from(["\x00", "x" * 101])
            if wrong
            else st.sampled_from(["TEAM", "skole", "å", "", " nobody ", "meeting"])
        )
    match inner.name:
        case "Date":
            return st.sampled_from(DAYS)
        case "DateTime":
            return st.just("2026-03-11T12:00:00") if wrong else st.sampled_from(MOMENTS)
        case "Int":
            return st.sampled_from([2024, 2025, 2026])
        case "String":
            return number.map(lambda n: f"<number {n}>")
    if wrong:
        return st.sampled_from(["x", "", "<Team 0>x", "urn:uuid:<Team 0>"])
    own = OWNERS.get(name, kind)
    kinds = st.sampled_from(NODES) if own not in NODES else st.sampled_from([own] * 12 + ["Team", "Meeting", "nowhere"])
    return st.tuples(kinds, number).map(lambda found: f"<{found[0]} {found[1]}>")

"""One pass over published agendas: sums for a period and its buckets, live or from roll-ups.

A pass gives rows (n, sums…): n is 0 for the whole period and 1, 2 … for its buckets, of which only those are there
in which something was published. Both ways give the same numbers; which of them is taken is decided by what waits in
the outbox, in the statement itself, and the other one is then not executed at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from api.reading.figures import Whose
from domain.figures import FEWEST_PEOPLE, Level
from domain.meetings import Purpose

COUNTED = "published_at is not null and m.state <> 'cancelled'"
"""A meeting counts (as `m`) when its agenda has gone out and it wasn't called off."""

TOPICS = ("meeting.published", "meeting.cancelled", "organisation.succeeded")
"""The events that change what a meeting counts for. What else is changed in a published meeting leaves its sums alone:
its times, purpose and agenda are frozen, its team never changes, and its unit only when units merge or split; moves in
the tree change no unit's own sums, because units are put together when they are asked for."""

_TOPICS = ", ".join(f"'{topic}'" for topic in TOPICS)

WAITING = f"e.done_at is null and e.topic in ({_TOPICS})"
"""An event `e` that roll-ups don't show yet."""


@dataclass(frozen=True)
class Sum:
    """One number of a pass: an aggregate over meetings `m`, and the same from `columns` of roll-ups.

    `joined`: SQL that joins what of a meeting is not in its own row. `spread`: the lists of roll-ups that it is read
    from (leads `l`; publishers, of which a row of sums `s` has the longest), where it is no aggregate over rows `r`.
    """

    live: str
    rolled: str
    columns: tuple[str, ...]
    joined: str = ""
    spread: str = ""


def _added(live: str, column: str, joined: str = "") -> Sum:
    return Sum(live, f"coalesce(sum(r.{column}), 0)", (column,), joined)


_OVERRIDES = " cross join lateral (select count(*) as overrides from rule_override x where x.meeting_id = m.id) o"

_LEADS = ("lead_hours", "lead_meetings")

_PEOPLE = (
    f"case when s.most >= {FEWEST_PEOPLE} then s.most else (select count(distinct x.id) from r "
    "cross join lateral unnest(r.publishers) x(id) where s.n = 0 or r.n = s.n) end"
)
"""How many different people published; exact as far as five, which is all that is ever asked, and most often a single
roll-up has that many."""

SUMS: Mapping[str, Sum] = MappingProxyType(
    {
        "meetings": _added("count(*)", "meetings"),
        **{
            f"{purpose}_meetings": _added(f"count(*) filter (where m.purpose = '{purpose}')", f"{purpose}_meetings")
            for purpose in Purpose
        },
        "minutes": _added("coalesce(sum(m.planned_minutes), 0)", "minutes"),
        "development_minutes": _added("coalesce(sum(m.development_minutes), 0)", "development_minutes"),
        "overrides": _added("coalesce(sum(o.overrides), 0)", "overrides", _OVERRIDES),
        "led": Sum("count(m.lead_hours)", "coalesce(l.led, 0)", _LEADS, spread="leads"),
        "lead": Sum("percentile_disc(0.5) within group (order by m.lead_hours)", "l.lead", _LEADS, spread="leads"),
        "people": Sum("count(distinct m.published_by)", _PEOPLE, ("publishers",), spread="publishers"),
    }
)


FRESH = (
    "select w.since, :staleness::float8 > 0 "
    "and w.since >= :now::timestamptz - make_interval(secs => :staleness::float8) as rolled "
    "from (select coalesce(least(min(e.created_at), :now::timestamptz), :now::timestamptz) as since "
    f"from outbox_event e where {WAITING}) w"
)
"""One row: the moment that the roll-ups show, and whether they are young enough to be taken; `fresh` in a statement."""


def sums(whose: Whose, names: frozenset[str], *, series: bool) -> str:
    """SQL of a pass: rows (n, one column for each name). A unit's needs `below` beside it."""
    rolled = "(select f.rolled from fresh f)"
    return (
        f"select * from ({_live(whose, names, series=series)} offset 0) live where not {rolled} "
        f"union all select * from ({_ahead(whose, names, series=series)} offset 0) ahead where {rolled}"
    )


def _live(whose: Whose, names: frozenset[str], *, series: bool) -> str:
    """From the meetings themselves."""
    columns = ", ".join(f"{SUMS[name].live} as {name}" for name in sorted(names))
    joined = "".join(sorted({SUMS[name].joined for name in names}))
    edges = whose.edges
    inner = (
        "select m.id, m.purpose, m.lead_hours, m.published_by, m.planned_minutes, m.development_minutes, "
        f"width_bucket(m.starts_at, {edges}) as n "
        f"from meeting m where m.{COUNTED} and m.starts_at >= ({edges})[1] "
        f"and m.starts_at < ({edges})[cardinality({edges})]"
    )
    match whose.level:
        case Level.TENANT:
            source = f"({inner}) m"
        case Level.TEAM:
            source = f"({inner} and m.team_id = {whose.id}) m"
        case Level.UNIT:
            source = f"below cross join lateral ({inner} and m.organisation_id = below.id offset 0) m"
    return f"select {_number('m', series)} as n, {columns} from {source}{joined}{_grouped('m.n', series)}"


def _ahead(whose: Whose, names: frozenset[str], *, series: bool) -> str:
    """From roll-ups; lists are spread out only where something is read from them."""
    spread = {SUMS[name].spread for name in names}
    columns = ["s.n", *(SUMS[n].rolled if SUMS[n].spread else f"s.{n}" for n in sorted(names))]
    named = ", ".join(f"{sql} as {name}" for sql, name in zip(columns, ["n", *sorted(names)], strict=True))
    added = [
        f"{_number('r', series)} as n",
        *(f"{SUMS[n].rolled} as {n}" for n in sorted(names) if not SUMS[n].spread),
    ]
    if "publishers" in spread:
        added.append("max(cardinality(r.publishers)) as most")
    joined = f" left join ({_leads(series)}) l on l.n = s.n" if "leads" in spread else ""
    return (
        f"with r as materialized ({_rows(whose, names, series)}) select {named} "
        f"from (select {', '.join(added)} from r{_grouped('r.n', series)}) s{joined}"
    )


def _rows(whose: Whose, names: frozenset[str], series: bool) -> str:
    """What the sums need of the roll-ups, each with the number of its bucket."""
    days = whose.days
    columns = ["x." + column for column in sorted({column for name in names for column in SUMS[name].columns})]
    number = f"width_bucket(x.starts_on, {days})" if series else "0"
    inner = (
        f"select {', '.join([*columns, number])} as n from meeting_rollup x "
        f"where x.grain = :grain{whose.suffix}::text and x.starts_on >= ({days})[1] "
        f"and x.starts_on < ({days})[cardinality({days})]"
    )
    if whose.level is Level.TEAM:
        return f"{inner} and x.team_id = {whose.id}"
    units = "below" if whose.level is Level.UNIT else "organisation"
    inner += " and x.team_id is null and x.organisation_id = u.id offset 0"
    return f"select x.* from {units} u cross join lateral ({inner}) x"


def _leads(series: bool) -> str:
    """Median and number of leads from histograms: the first hour at which half of the meetings are reached."""
    number = _number("h", series)
    so_far = f"sum(sum(h.meetings)) over (partition by {number}"
    return (
        "select n, max(reached) as led, min(hours) filter (where 2 * reached >= led) as lead from ("
        f"select {number} as n, h.hours, {so_far} order by h.hours) as reached, {so_far}) as led from "
        "(select r.n, unnest(r.lead_hours) as hours, unnest(r.lead_meetings) as meetings from r) h "
        f"group by {'grouping sets ((h.n, h.hours), (h.hours))' if series else 'h.hours'}) x group by n"
    )


def _number(row: str, series: bool) -> str:
    return f"coalesce({row}.n, 0)" if series else "0"


def _grouped(number: str, series: bool) -> str:
    return f" group by grouping sets (({number}), ())" if series else " group by ()"

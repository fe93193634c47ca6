"""The SQL that keeps roll-ups: computed anew from meetings, never counted up or down, so that repeating is harmless.

Parameters: `:tenant`; `:now` where rows are written; `:subjects`, ids of meetings and of units, where it is about these
only. A key is (unit, team or null, grain, first day); once its agenda is out, the keys of a meeting change only when
units merge or split, and then all that these units had and have is computed anew.
"""

from api.postgres.statements import numbered
from api.reading.figure_sums import COUNTED, WAITING
from domain.figures import FEWEST_PEOPLE, Grain
from domain.meetings import Purpose

KEY = ("organisation_id", "team_id", "grain", "starts_on")
COLUMNS = (
    "meetings",
    *(f"{purpose}_meetings" for purpose in Purpose),
    "minutes",
    "development_minutes",
    "overrides",
    "lead_hours",
    "lead_meetings",
    "publishers",
)


def _keys(meeting: str, local: str) -> str:
    """SQL joins that give a meeting's four keys; `local` is when it starts by the wall clock of the tenant."""
    grains = ", ".join(f"('{grain}')" for grain in Grain)
    return (
        f"cross join (values {grains}) g(grain) cross join lateral (values (null::uuid), ({meeting}.team_id)) x(team) "
        f"cross join lateral (select date_trunc(g.grain, {local})::date as starts_on) d"
    )


def _same(one: str, other: str) -> str:
    scope = "coalesce({0}.team_id, {0}.organisation_id)"
    equal = " and ".join(f"{one}.{name} = {other}.{name}" for name in ("organisation_id", "grain", "starts_on"))
    return f"{scope.format(one)} = {scope.format(other)} and {equal}"


_TOUCHED = f"""
touched as materialized (
  select distinct m.organisation_id, x.team as team_id, g.grain, d.starts_on, t.zone
  from meeting m join tenant t on t.id = :tenant::uuid {_keys("m", "m.starts_at at time zone t.zone")}
  where m.id = any(:subjects::uuid[]) or m.organisation_id = any(:subjects::uuid[])
  union
  select r.organisation_id, r.team_id, r.grain, r.starts_on, t.zone
  from meeting_rollup r join tenant t on t.id = :tenant::uuid where r.organisation_id = any(:subjects::uuid[])),
near as materialized (
  select distinct m.id from touched k join meeting m on m.organisation_id = k.organisation_id
  and m.starts_at >= k.starts_on::timestamp at time zone k.zone
  and m.starts_at < (k.starts_on + ('1 ' || k.grain)::interval) at time zone k.zone
  where k.team_id is null)"""
"""The keys of some meetings and of all that units have, and the ids of all meetings that count for any of them."""


def _computed(near: str, touched: str) -> str:
    """What meetings count for; `near` narrows the meetings `m`, `touched` the keys `f`."""
    purposes = ", ".join(f"count(*) filter (where f.purpose = '{each}') as {each}_meetings" for each in Purpose)
    leads = "unnest(array_agg(f.lead_hours)) h where h is not null group by h"
    people = "unnest(array_agg(f.published_by)) p where p is not null"
    return f"""
facts as materialized (
  select m.organisation_id, x.team as team_id, g.grain, d.starts_on, m.purpose, m.lead_hours, m.published_by,
    m.planned_minutes, m.development_minutes, m.overrides
  from (
    select m.organisation_id, m.team_id, m.purpose, m.lead_hours, m.published_by, m.planned_minutes,
      m.development_minutes, o.overrides, m.starts_at at time zone t.zone as starts
    from meeting m join tenant t on t.id = :tenant::uuid
    cross join lateral (select count(*) as overrides from rule_override r where r.meeting_id = m.id) o
    where m.{COUNTED}{near} offset 0) m {_keys("m", "m.starts")}),
computed as (
  select f.organisation_id, f.team_id, f.grain, f.starts_on, count(*) as meetings, {purposes},
    sum(f.planned_minutes) as minutes, sum(f.development_minutes) as development_minutes,
    sum(f.overrides) as overrides,
    array(select x.h from (select h from {leads}) x order by x.h) as lead_hours,
    array(select x.n from (select h, count(*)::int as n from {leads}) x order by x.h) as lead_meetings,
    array(select distinct p from {people} order by p limit {FEWEST_PEOPLE}) as publishers
  from facts f{touched} group by f.organisation_id, f.team_id, f.grain, f.starts_on)"""


_SOME = (
    _TOUCHED
    + ","
    + _computed(
        " and m.id in (select near.id from near)",
        f" where exists (select from touched k where {_same('k', 'f')})",
    )
)
_ALL = _computed("", "")

_WRITTEN = ", ".join([*KEY, *COLUMNS])

_INSERT = f"""
insert into meeting_rollup (tenant_id, id, created_at, updated_at, revision, {_WRITTEN})
select :tenant::uuid, gen_random_uuid(), :now::timestamptz, :now::timestamptz, 1, {_WRITTEN} from computed"""

FORGET_SOME = numbered(f"with {_TOUCHED} delete from meeting_rollup r using touched k where {_same('k', 'r')}")
"""First: the roll-ups of these meetings go."""

COMPUTE_SOME = numbered(f"with {_SOME} {_INSERT}")
"""Then: they are there again, as the meetings have it now."""

FORGET_ALL = numbered("delete from meeting_rollup where tenant_id = :tenant::uuid")
COMPUTE_ALL = numbered(f"with {_ALL} {_INSERT}")

_STORED = ", ".join(f"r.{name}" for name in COLUMNS)
_NOW = ", ".join(f"c.{name}" for name in COLUMNS)

DIFFERENCES = numbered(f"""
with {_ALL},
waiting as materialized (
  select distinct m.organisation_id, x.team as team_id, g.grain, d.starts_on
  from outbox_event e join meeting m on m.id = e.subject_id or m.organisation_id = e.subject_id
  join tenant t on t.id = :tenant::uuid
  {_keys("m", "m.starts_at at time zone t.zone")}
  where {WAITING}
  union
  select r.organisation_id, r.team_id, r.grain, r.starts_on
  from outbox_event e join meeting_rollup r on r.organisation_id = e.subject_id where {WAITING}),
compared as (
  select {", ".join(f"coalesce(c.{name}, r.{name}) as {name}" for name in KEY)},
    case when r.id is not null then (select row_to_json(x)::text from (select {_STORED}) x) end as stored,
    case when c.grain is not null then (select row_to_json(x)::text from (select {_NOW}) x) end as computed
  from computed c full join meeting_rollup r on {_same("c", "r")}
  where ({_STORED}) is distinct from ({_NOW}))
select * from compared c where not exists (select from waiting w where {_same("w", "c")})
order by organisation_id, team_id nulls first, grain, starts_on""")
"""Roll-ups that are not what their meetings say; those that a waiting event will renew are left out."""

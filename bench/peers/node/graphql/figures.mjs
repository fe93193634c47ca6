/**
 * The figures of units over a period, for many units at once: published meetings and how many of each purpose, the
 * share of planned minutes that is development, the median lead of agendas where five or more people published them.
 * A unit is that unit with everything below it today. Computed live, or from the sums that are kept ahead.
 */
const KEPT = process.env.BENCH_ROLLUPS === 'on'
const FEWEST_PEOPLE = 5
const PURPOSES = ['development', 'operations', 'mixed', 'statutory', 'conversation']

const today = '(p.valid_from <= current_date and (p.valid_to is null or p.valid_to > current_date))'
const below = `below(root, id) as (select id, id from unnest($1::uuid[]) id
  union select b.root, p.organisation_id from below b join organisation_period p on p.parent_id = b.id and ${today})`
const day = (parameter) => `(${parameter}::date::timestamp at time zone 'Europe/Oslo')`
const share = (development, minutes) => `round(${development}::numeric / nullif(${minutes}, 0), 4)::float8`
const enough = (people, lead) => `case when ${people} >= ${FEWEST_PEOPLE} then ${lead} end`

const ofPurpose = (purpose) => `count(*) filter (where m.purpose = '${purpose}')::int as "${purpose}Meetings"`
const LIVE = `
  with recursive ${below}
  select b.root as id, count(*)::int as meetings, ${PURPOSES.map(ofPurpose).join(', ')},
    ${share('sum(m.development_minutes)', 'sum(m.planned_minutes)')} as "developmentShare",
    ${enough('count(distinct m.published_by)', 'percentile_disc(0.5) within group (order by m.lead_hours)')}
      as "agendaLead"
  from below b join meeting m on m.organisation_id = b.id
  where m.published_at is not null and m.state <> 'cancelled' and m.starts_at >= ${day('$2')}
    and m.starts_at < ${day('$3')}
  group by b.root`

const summed = (purpose) => `sum(r.${purpose}_meetings)::int as "${purpose}Meetings"`
const ROLLED = `
  with recursive ${below},
  r as materialized (
    select b.root, x.* from below b join meeting_rollup x on x.organisation_id = b.id
    where x.team_id is null and x.grain = 'month' and x.starts_on >= $2::date and x.starts_on < $3::date),
  leads as (
    select root, hours, sum(sum(met)) over (partition by root order by hours) as reached,
      sum(sum(met)) over (partition by root) as led
    from r cross join lateral unnest(r.lead_hours, r.lead_meetings) h(hours, met) group by root, hours),
  lead as (select root, min(hours) filter (where 2 * reached >= led) as hours from leads group by root),
  people as (
    select root, count(distinct p.id) as number from r cross join lateral unnest(r.publishers) p(id) group by root),
  added as (
    select r.root, sum(r.meetings)::int as meetings, ${PURPOSES.map(summed).join(', ')},
      ${share('sum(r.development_minutes)', 'sum(r.minutes)')} as "developmentShare"
    from r group by r.root)
  select a.root as id, a.*, ${enough('p.number', 'l.hours')} as "agendaLead"
  from added a left join lead l using (root) left join people p using (root)`

const FIGURES = { name: 'figures', text: KEPT ? ROLLED : LIVE }

/** For every unit its figures from one day to another (exclusive); whoever belongs to the tenant may see them. */
export async function figures(client, ids, since, until) {
  const { rows } = await client.query({ ...FIGURES, values: [ids, since, until] })
  const found = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => shown(found.get(id) ?? {}))
}

function shown(row) {
  const counts = ['meetings', ...PURPOSES.map((purpose) => `${purpose}Meetings`)]
  const told = counts.map((name) => [name, { value: row[name] ?? 0 }])
  const others = ['developmentShare', 'agendaLead'].map((name) => [name, { value: row[name] ?? null }])
  return Object.fromEntries([...told, ...others])
}

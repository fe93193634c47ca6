/** The figures of a unit over a period as one expression of its row; the twin of ../graphql/figures.mjs. */
import { TYPES } from 'postgraphile/@dataplan/pg'
import { access } from 'postgraphile/grafast'
import { sql } from 'postgraphile/pg-sql2'

const KEPT = process.env.BENCH_ROLLUPS === 'on'
const PURPOSES = ['development', 'operations', 'mixed', 'statutory', 'conversation']
const NAMES = ['meetings', ...PURPOSES.map((each) => `${each}Meetings`), 'developmentShare', 'agendaLead']

export const typeDefs = /* GraphQL */ `
  extend type Organisation {
    figures(since: Date!, until: Date!): Figures
  }
  type Figures {
    ${NAMES.map((name) => `${name}: Figure!`).join('\n')}
  }
  type Figure {
    value: Float
  }
`

export const plans = {
  Organisation: { plans: { figures } },
  Figures: { plans: Object.fromEntries(NAMES.map((name) => [name, ($figures) => access($figures, name)])) },
  Figure: { plans: { value: ($figure) => access($figure, 'value') } },
}

/** A JSON object, from meetings or from the sums that are kept ahead. */
function figures($organisation, { $since, $until }) {
  const $organisations = $organisation.getClassStep()
  const since = $organisations.placeholder($since, TYPES.date)
  const until = $organisations.placeholder($until, TYPES.date)
  const pass = KEPT ? kept : live
  return $organisation.select(pass($organisations.alias, since, until), TYPES.json)
}

const below = (unit) => sql`below(id) as (select ${unit}.id union
  select p.organisation_id from below b join organisation_period p on p.parent_id = b.id
  and p.valid_from <= current_date and (p.valid_to is null or p.valid_to > current_date))`
const day = (value) => sql`(${value}::timestamp at time zone 'Europe/Oslo')`
const enough = (people, lead) => sql`case when ${people} >= 5 then ${lead} end`

function shown(counts, development, minutes, lead) {
  const parts = [
    ...counts.map(([name, value]) => [name, sql`coalesce(${value}, 0)`]),
    ['developmentShare', sql`round(${development}::numeric / nullif(${minutes}, 0), 4)`],
    ['agendaLead', lead],
  ]
  const pairs = parts.map(([name, value]) => sql`${sql.literal(name)}::text, json_build_object('value', ${value})`)
  return sql`json_build_object(${sql.join(pairs, ', ')})`
}

/** Unit by unit («offset 0»): prepared for any dates, PostgreSQL would read far more meetings than there are. */
function live(unit, since, until) {
  const ofPurpose = (each) => [`${each}Meetings`, sql`count(*) filter (where m.purpose = ${sql.literal(each)})`]
  const counts = [['meetings', sql`count(*)`], ...PURPOSES.map(ofPurpose)]
  const lead = enough(sql`count(distinct m.published_by)`, sql`percentile_disc(0.5) within group (order by m.lead_hours)`)
  return sql`(with recursive ${below(unit)}
    select ${shown(counts, sql`sum(m.development_minutes)`, sql`sum(m.planned_minutes)`, lead)}
    from below b cross join lateral (
      select m.* from meeting m where m.organisation_id = b.id and m.published_at is not null
        and m.state <> 'cancelled' and m.starts_at >= ${day(since)} and m.starts_at < ${day(until)} offset 0) m)`
}

function kept(unit, since, until) {
  const summed = (each) => [`${each}Meetings`, sql`sum(r.${sql.identifier(`${each}_meetings`)})`]
  const counts = [['meetings', sql`sum(r.meetings)`], ...PURPOSES.map(summed)]
  const lead = enough(
    sql`(select count(distinct p.id) from r cross join lateral unnest(r.publishers) p(id))`,
    sql`(select min(hours) filter (where 2 * reached >= led) from (
      select hours, sum(sum(met)) over (order by hours) as reached, sum(sum(met)) over () as led
      from r cross join lateral unnest(r.lead_hours, r.lead_meetings) h(hours, met) group by hours) l)`,
  )
  return sql`(with recursive ${below(unit)}, r as materialized (
      select x.* from below b join meeting_rollup x on x.organisation_id = b.id
      where x.team_id is null and x.grain = 'month' and x.starts_on >= ${since} and x.starts_on < ${until})
    select ${shown(counts, sql`sum(r.development_minutes)`, sql`sum(r.minutes)`, lead)} from r)`
}

/**
 * Who may see a meeting, as part of every query that PostGraphile makes of meetings: row security fences tenants
 * only. Whoever asks is known to PostgreSQL by the settings of the transaction. Agendas are reached through meetings.
 */
import { sql } from 'postgraphile/pg-sql2'

const held = (p) => sql`${p}.valid_from <= current_date and (${p}.valid_to is null or ${p}.valid_to > current_date)`
const [i, p, r, m, o, d, l] = ['i', 'p', 'r', 'm', 'o', 'd', 'l'].map((name) => sql.identifier(Symbol(name)))

const asker = sql`(select ${i}.person_id from person_identity ${i} join person ${p} on ${p}.id = ${i}.person_id
  where ${i}.issuer = current_setting('app.issuer') and ${i}.subject = current_setting('app.subject')
  and ${p}.status = 'active')`
const leading = sql`${r}.person_id = ${asker} and ${r}.role = 'unit_leader' and ${held(r)}`
const leadsEverything = sql`(select exists (select from role_assignment ${r} where ${leading} and ${r}.scope = 'tenant'))`
const teams = sql`(select ${m}.team_id from team_membership ${m} where ${m}.person_id = ${asker} and ${held(m)})`
const units = sql`(with recursive ${l}(id) as (
  select ${r}.organisation_id from role_assignment ${r} where ${leading} and ${r}.scope = 'unit'
  union select ${o}.organisation_id from ${l} join organisation_period ${o} on ${o}.parent_id = ${l}.id and ${held(o)})
  select id from ${l})`

/** Whether the asker may see the meeting called by an alias. */
export const seen = (meeting) => sql`(${leadsEverything} or ${meeting}.team_id in ${teams}
  or ${meeting}.organisation_id in ${units} or exists (select from meeting_participant ${d}
    where ${d}.meeting_id = ${meeting}.id and ${d}.person_id = ${asker}))`

export const VisibilityPlugin = {
  name: 'VisibilityPlugin',
  version: '0.0.0',
  gather: {
    hooks: {
      pgTables_PgResourceOptions(_, event) {
        if (event.pgClass.relname === 'meeting') {
          event.resourceOptions.selectAuth = ($meetings) => $meetings.where(seen($meetings.alias))
        }
      },
    },
  },
}

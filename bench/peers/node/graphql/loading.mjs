/** What mercurius and yoga load: whole lists for many parents at once, visibility inside. */
import { seen, seenBy } from '../shared/asking.mjs'

const today = '(p.valid_from <= current_date and (p.valid_to is null or p.valid_to > current_date))'
const LATEST = 'order by m.starts_at desc, m.id desc'

const TEAMS = {
  name: 'teams',
  text: 'select id, name from team where organisation_id = $1 order by sort_name, id limit $2',
}
const ORGANISATIONS = {
  name: 'organisations',
  text: `select o.id, p.names from organisation o join organisation_period p on p.organisation_id = o.id and ${today}
    where o.kind = $1 order by p.sort_name, o.id limit $2`,
}
/** The latest meetings of many teams or units at once. */
const latestBy = (column) => ({
  name: `meetings-by-${column}`,
  text: `select parent, m.id, m.title, m.starts_at as "startsAt" from unnest($1::uuid[]) parent cross join lateral (
      select * from meeting m where m.${column} = parent and ${seen(3)} ${LATEST} limit $2) m
    order by parent, m.starts_at desc, m.id desc`,
})
const BY = { team: latestBy('team_id'), unit: latestBy('organisation_id') }
const AGENDAS = {
  name: 'agendas',
  text: `select meeting_id as parent, id, title, track, minutes from agenda_item
    where meeting_id = any($1::uuid[]) order by meeting_id, position, id`,
}

export async function teams(client, organisationId, first) {
  const { rows } = await client.query({ ...TEAMS, values: [organisationId, first] })
  return rows
}

export async function organisations(client, kind, first) {
  const { rows } = await client.query({ ...ORGANISATIONS, values: [kind, first] })
  return rows.map(({ id, names }) => ({ id, name: names.nb ?? Object.values(names).sort()[0] }))
}

/** For every team or unit (`by`) its latest meetings that the asker may see. */
export async function meetings(client, asker, by, ids, first) {
  const { rows } = await client.query({ ...BY[by], values: [ids, first, ...seenBy(asker)] })
  return grouped(ids, rows)
}

/** For every meeting its agenda; who sees the one sees the other. */
export async function agendas(client, ids) {
  const { rows } = await client.query({ ...AGENDAS, values: [ids] })
  return grouped(ids, rows)
}

/** The rows of each parent, in the order of `ids`. */
function grouped(ids, rows) {
  const found = new Map(ids.map((id) => [id, []]))
  for (const row of rows) found.get(row.parent).push(row)
  return ids.map((id) => found.get(id))
}

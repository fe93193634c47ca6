/** One meeting with its parts, and a page of meetings: rows from prepared statements, JSON by schema. */
import { findAsker, maySee, whoIs } from '../shared/asking.mjs'
import { inTenant, together } from '../shared/database.mjs'
import { columns } from './schemas.mjs'

const shown = columns.map((name) => `m.${name}`).join(', ')
const partsOf = (name, table, columns, order) => ({
  name,
  text: `select ${columns} from ${table} where meeting_id = $1 order by ${order}`,
})

const MEETING = { name: 'meeting', text: `select ${shown} from meeting m where m.id = $1` }
const AGENDA = partsOf(
  'agenda',
  'agenda_item',
  `id, position, kind, track, title, lang, question, background, proposal_text, mandate, decided_by, minutes,
   dialogue_structure`,
  'position',
)
const PHASES = {
  name: 'phases',
  text: `select item_id, kind, wanted, minutes from item_phase
    where item_id in (select id from agenda_item where meeting_id = $1) order by item_id, position`,
}
const TASKS = partsOf('tasks', 'preparation_task', 'id, position, text, lang, est_minutes, due_at', 'position')
const PARTICIPANTS = partsOf('participants', 'meeting_participant', 'id, person_id, duty', 'created_at, id')
const OVERRIDES = partsOf(
  'overrides',
  'rule_override',
  `id, evaluation_id, person_id, rule_code, rule_version, item_id, pointer, facts, reason_code, reason_text,
   created_at`,
  'created_at, id',
)

/** The meeting as it is answered, or undefined where it is not there or not to be seen. */
export function oneMeeting(connections, who, id) {
  return inTenant(connections, who.tenant, async (client) => {
    const parts = [MEETING, AGENDA, PHASES, TASKS, PARTICIPANTS, OVERRIDES]
    const asked = [whoIs(who), ...parts.map((each) => ({ ...each, values: [id] }))]
    const [askers, meetings, agenda, phases, tasks, participants, overrides] = await together(client, asked)
    const [asker, meeting] = [askers.rows[0], meetings.rows[0]]
    if (!asker || !meeting || !maySee(asker, meeting, participants.rows)) return undefined
    const phased = Map.groupBy(phases.rows, (phase) => phase.item_id)
    meeting.agenda = agenda.rows.map((item) => ({ ...item, phases: phased.get(item.id) ?? [] }))
    meeting.preparation_tasks = tasks.rows
    meeting.participants = participants.rows
    meeting.rule_overrides = overrides.rows
    return meeting
  })
}

const LATEST = 'order by m.starts_at desc, m.id desc'
const ALL = { name: 'page-of-all', text: `select ${shown} from meeting m ${LATEST} limit $1` }
/** Every way to see a meeting gives its own latest ones; a page is the latest of these. */
const MINE = {
  name: 'page-of-mine',
  text: `
    with mine as (
      (select m.meeting_id as id, m.starts_at from meeting_participant m where m.person_id = $2
        order by m.starts_at desc, m.meeting_id desc limit $1)
      union
      select k.id, k.starts_at from unnest($3::uuid[]) team cross join lateral (
        select m.id, m.starts_at from meeting m where m.team_id = team ${LATEST} limit $1) k
      union
      select k.id, k.starts_at from unnest($4::uuid[]) unit cross join lateral (
        select m.id, m.starts_at from meeting m where m.organisation_id = unit ${LATEST} limit $1) k)
    select ${shown} from (select m.id from mine m ${LATEST} limit $1) wanted join meeting m on m.id = wanted.id
    ${LATEST}`,
}

/** A page of what somebody may see, latest first; undefined for nobody. */
export function meetingsPage(connections, who, limit) {
  return inTenant(connections, who.tenant, async (client) => {
    const asker = await findAsker(client, who)
    if (!asker) return undefined
    const { rows } = asker.leads_everything
      ? await client.query({ ...ALL, values: [limit + 1] })
      : await client.query({ ...MINE, values: [limit + 1, asker.id, asker.teams, asker.units] })
    const items = rows.slice(0, limit)
    return { items, next_cursor: rows.length > limit ? cursor(items.at(-1)) : null }
  })
}

const cursor = (last) => Buffer.from(JSON.stringify([last.starts_at, last.id])).toString('base64url')

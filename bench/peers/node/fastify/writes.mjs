/** Creating a meeting: claim the key, check, write the rows, keep the answer; one transaction. */
import { createHash, randomUUID } from 'node:crypto'
import { v7 as newId } from 'uuid'
import { findAsker } from '../shared/asking.mjs'
import { inTenant, together } from '../shared/database.mjs'

const held = '(valid_from <= current_date and (valid_to is null or valid_to > current_date))'
const TEAM = { name: 'team', text: 'select id, organisation_id, state from team where id = $1 for share' }
const MEMBERS = {
  name: 'members',
  text: `select person_id, duty from team_membership where team_id = $1 and ${held} order by created_at, id`,
}
const LEADING = ['facilitator', 'leader']

/** Rows as JSON into a table of the same columns. */
const into = (table) => ({
  name: `into-${table}`,
  text: `insert into ${table} select * from json_populate_recordset(null::${table}, $1)`,
})
const MEETING = into('meeting')
const PARTICIPANTS = into('meeting_participant')
const ITEMS = into('agenda_item')
const PHASES = into('item_phase')
const AUDIT = into('audit_event')

const CLAIM = {
  name: 'claim-key',
  text: `insert into idempotency_key select * from json_populate_recordset(null::idempotency_key, $1)
    on conflict on constraint uq_idempotency_key_person_id_operation_key do nothing`,
}
const KEPT = {
  name: 'kept-answer',
  text: `select fingerprint, status, body, headers from idempotency_key
    where person_id = $1 and operation = 'create_meeting' and key = $2`,
}
const KEEP = {
  name: 'keep-answer',
  text: 'update idempotency_key set status = $2, headers = $3, body = $4, subject_id = $5 where id = $1',
}

/** {status, body, location}; the body of a success is text, because it is also kept under the key. */
export function createMeeting(connections, who, key, command, write) {
  return inTenant(connections, who.tenant, async (client) => {
    const asker = await findAsker(client, who)
    if (!asker) return { status: 403 }
    const stamp = stampOf(who.tenant, asker)
    const claim = claimOf(stamp(), asker, key, command)
    const [claimed, teams, members] = await together(client, [
      rows(CLAIM, [claim]),
      { ...TEAM, values: [command.team_id] },
      { ...MEMBERS, values: [command.team_id] },
    ])
    if (!claimed.rowCount) return replayed(client, asker, claim)
    const team = teams.rows[0]
    if (team?.state !== 'active' || command.ends_at <= command.starts_at) return { status: 422 }
    if (!mayPlan(asker, team)) return { status: 403 }
    const made = documents(stamp, team, members.rows, command)
    return written(client, asker, claim, made, write(answered(made)))
  })
}

/** The rows, and the answer under its key. */
async function written(client, asker, claim, { stamp, meeting, participants, items, phases }, body) {
  const location = `/v1/meetings/${meeting.id}`
  const headers = JSON.stringify([['location', location]])
  await together(client, [
    rows(MEETING, [meeting]),
    rows(PARTICIPANTS, participants),
    rows(ITEMS, items),
    ...(phases.length ? [rows(PHASES, phases)] : []),
    rows(AUDIT, [audit(stamp(), asker, meeting)]),
    { ...KEEP, values: [claim.id, 201, headers, body, meeting.id] },
  ])
  return { status: 201, body, location }
}

/** What was answered under this key before; 409 when it was about something else. */
async function replayed(client, asker, { key, fingerprint }) {
  const found = await client.query({ ...KEPT, values: [asker.id, key] })
  const kept = found.rows[0]
  if (!kept?.status || kept.fingerprint !== fingerprint) return { status: 409 }
  return { status: kept.status, body: kept.body, location: kept.headers[0][1] }
}

const rows = (statement, values) => ({ ...statement, values: [JSON.stringify(values)] })

function mayPlan(asker, team) {
  return asker.leads_everything || asker.teams_led.includes(team.id) || asker.units.includes(team.organisation_id)
}

function stampOf(tenant, asker) {
  const now = new Date().toISOString()
  const base = { created_at: now, created_by: asker.id, updated_at: now, revision: 1 }
  return () => ({ tenant_id: tenant, id: newId(), ...base })
}

function documents(stamp, team, members, { agenda, ...command }) {
  const meeting = {
    ...stamp(),
    ...command,
    organisation_id: team.organisation_id,
    zone: 'Europe/Oslo',
    state: agenda.length ? 'agenda_draft' : 'draft',
  }
  const of = { meeting_id: meeting.id }
  const participants = members.map(({ person_id, duty }) => ({
    ...stamp(),
    ...of,
    person_id,
    duty: LEADING.includes(duty) ? 'facilitator' : 'participant',
    starts_at: command.starts_at,
  }))
  const items = agenda.map((item, position) => ({ ...stamp(), ...of, ...item, position }))
  const phases = items.flatMap(({ id, phases }) =>
    phases.map((phase, position) => ({ ...stamp(), item_id: id, ...phase, position })),
  )
  return { stamp, meeting, participants, items, phases }
}

const nothing = { place: null, profile: null, published_at: null }
const noItem = { title: null, question: null, background: null, proposal_text: null, mandate: null, decided_by: null }

/** The meeting as its readers see it. */
function answered({ meeting, participants, items }) {
  const agenda = items.map((item) => ({ ...noItem, ...item }))
  return { ...nothing, ...meeting, agenda, preparation_tasks: [], participants, rule_overrides: [] }
}

function claimOf(stamp, asker, key, command) {
  return {
    ...stamp,
    person_id: asker.id,
    operation: 'create_meeting',
    key,
    fingerprint: createHash('sha256').update(JSON.stringify(command)).digest('hex').slice(0, 32),
  }
}

function audit(stamp, asker, meeting) {
  return {
    ...stamp,
    person_id: asker.id,
    action: 'meeting:create',
    outcome: 'done',
    subject_type: 'meeting',
    subject_id: meeting.id,
    trace_id: randomUUID().replaceAll('-', ''),
  }
}

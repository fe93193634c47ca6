/** What goes in and out, as JSON schemas: fastify validates by them and writes JSON by them. */

const text = { type: 'string' }
const maybe = { type: 'string', nullable: true }
const whole = { type: 'integer' }
const line = { type: 'string', minLength: 1, maxLength: 300 }
const long = { type: 'string', minLength: 1, maxLength: 10_000 }
const moment = { type: 'string', format: 'date-time' }
const of = (...words) => ({ type: 'string', enum: words })

const object = (properties) => ({ type: 'object', properties })
const every = (names, type) => Object.fromEntries(names.map((name) => [name, type]))
const list = (items) => ({ type: 'array', items })

const listed = {
  ...every(['id', 'team_id', 'organisation_id', 'title', 'lang', 'purpose', 'recurrence', 'state'], text),
  ...every(['starts_at', 'ends_at', 'zone'], text),
  ...every(['place', 'profile', 'published_at'], maybe),
  revision: whole,
  ...every(['created_at', 'updated_at'], text),
}

const phase = object({ kind: text, wanted: maybe, minutes: { ...whole, nullable: true } })
const item = object({
  id: text,
  position: whole,
  ...every(['kind', 'track'], text),
  ...every(['title', 'lang', 'question', 'background', 'proposal_text', 'mandate', 'decided_by'], maybe),
  minutes: whole,
  dialogue_structure: text,
  phases: list(phase),
})
const task = object({ id: text, position: whole, text, lang: text, est_minutes: whole, due_at: text })
const participant = object(every(['id', 'person_id', 'duty'], text))
const override = object({
  ...every(['id', 'evaluation_id', 'person_id', 'rule_code'], text),
  rule_version: whole,
  item_id: maybe,
  pointer: text,
  facts: { type: 'object', additionalProperties: true },
  reason_code: text,
  reason_text: maybe,
  created_at: text,
})

export const meeting = object({
  ...listed,
  agenda: list(item),
  preparation_tasks: list(task),
  participants: list(participant),
  rule_overrides: list(override),
})

export const page = object({ items: list(object(listed)), next_cursor: maybe })

export const columns = Object.keys(listed)

const phaseKinds = ['frame', 'experience_positive', 'experience_negative', 'idea', 'assess', 'prioritise', 'agree']
const phaseIn = {
  type: 'object',
  additionalProperties: false,
  required: ['kind'],
  properties: {
    kind: of(...phaseKinds),
    wanted: { ...line, nullable: true, default: null },
    minutes: { type: 'integer', minimum: 1, maximum: 1440, nullable: true, default: null },
  },
}

const itemIn = {
  type: 'object',
  additionalProperties: false,
  required: ['track', 'lang', 'minutes'],
  properties: {
    kind: { ...of('explore', 'decide', 'inform', 'follow_up', 'data_talk', 'child_talk'), default: 'explore' },
    track: of('development', 'operations', 'none'),
    ...every(['title', 'question', 'decided_by'], { ...line, nullable: true }),
    lang: line,
    ...every(['background', 'proposal_text'], { ...long, nullable: true }),
    mandate: { ...of('open', 'partly_decided', 'already_decided'), nullable: true },
    minutes: { type: 'integer', minimum: 1, maximum: 1440 },
    dialogue_structure: { ...of('igp', 'round', 'pairs', 'cafe', 'fishbowl', 'free'), default: 'free' },
    phases: { type: 'array', maxItems: 20, items: phaseIn, default: [] },
  },
}

export const meetingIn = {
  type: 'object',
  additionalProperties: false,
  required: ['team_id', 'title', 'lang', 'purpose', 'starts_at', 'ends_at'],
  properties: {
    team_id: { type: 'string', format: 'uuid' },
    title: line,
    lang: line,
    purpose: of('development', 'operations', 'mixed', 'statutory', 'conversation'),
    recurrence: { ...of('once', 'daily', 'weekly', 'fortnightly', 'monthly', 'termly'), default: 'once' },
    starts_at: moment,
    ends_at: moment,
    place: { ...line, nullable: true },
    agenda: { type: 'array', maxItems: 100, items: itemIn, default: [] },
  },
}

export const written = {
  type: 'object',
  required: ['idempotency-key'],
  properties: { 'idempotency-key': { type: 'string', minLength: 1, maxLength: 255 } },
}

/** fastify and pg: three routes, written by hand. */
import fastJson from 'fast-json-stringify'
import Fastify from 'fastify'
import { pool } from '../shared/database.mjs'
import { told } from '../shared/settings.mjs'
import { meetingsPage, oneMeeting } from './reads.mjs'
import { meeting, meetingIn, page, written } from './schemas.mjs'
import { createMeeting } from './writes.mjs'

const here = told()
const connections = pool(here.dsn, { pipeline: process.env.BENCH_PIPELINE === 'on' })
const app = Fastify({ logger: false })
const writeMeeting = fastJson(meeting)

app.decorateRequest('who', null)
app.addHook('onRequest', async (request, reply) => {
  request.who = here.people.get(request.headers.authorization)
  if (!request.who && request.url !== '/ready') return reply.code(401).send()
})

app.get('/ready', async () => ({}))

const limit = { type: 'integer', minimum: 1, maximum: 100, default: 50 }
const list = { querystring: { type: 'object', properties: { limit } }, response: { 200: page } }
app.get('/v1/meetings', { schema: list }, async (request, reply) => {
  const found = await meetingsPage(connections, request.who, request.query.limit)
  return found ?? reply.code(403).send()
})

const id = { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } }
app.get('/v1/meetings/:id', { schema: { params: id, response: { 200: meeting } } }, async (request, reply) => {
  const found = await oneMeeting(connections, request.who, request.params.id)
  return found ?? reply.code(404).send()
})

app.post('/v1/meetings', { schema: { body: meetingIn, headers: written } }, async (request, reply) => {
  const key = request.headers['idempotency-key']
  const { status, body, location } = await createMeeting(connections, request.who, key, request.body, writeMeeting)
  if (body) reply.header('location', location).type('application/json')
  return reply.code(status).send(body)
})

app.setErrorHandler((error, _, reply) => {
  const status = error.statusCode ?? 500
  if (status >= 500) console.error(error)
  return reply.code(status).send({ message: status < 500 ? error.message : 'internal error' })
})

await app.listen({ host: '127.0.0.1', port: here.port })

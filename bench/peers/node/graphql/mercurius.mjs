/** mercurius with its JIT and its loaders: one transaction a request, one query a level. */
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { findAsker } from '../shared/asking.mjs'
import { inTenant, pool } from '../shared/database.mjs'
import { told } from '../shared/settings.mjs'
import { figures } from './figures.mjs'
import { agendas, meetings, organisations, teams } from './loading.mjs'

const here = told()
const connections = pool(here.dsn, { pipeline: true })
const schema = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8')

const resolvers = {
  Query: {
    teams: async (_, { organisationId, first }, { client }) => ({ nodes: await teams(client, organisationId, first) }),
    organisations: async (_, { kind, first }, { client }) => ({ nodes: await organisations(client, kind, first) }),
  },
}

/** Every object of a list asks with the same arguments: those of the first are those of all. */
const ids = (queries) => queries.map(({ obj }) => obj.id)
const latest = (by) => ({
  async loader(queries, { client, asker }) {
    const lists = await meetings(client, asker, by, ids(queries), queries[0].params.first)
    return lists.map((nodes) => ({ nodes }))
  },
  opts: { cache: false },
})

const loaders = {
  Team: { meetings: latest('team') },
  Organisation: {
    meetings: latest('unit'),
    figures: {
      loader: (queries, { client }) =>
        figures(client, ids(queries), queries[0].params.since, queries[0].params.until),
      opts: { cache: false },
    },
  },
  Meeting: {
    agenda: { loader: (queries, { client }) => agendas(client, ids(queries)), opts: { cache: false } },
  },
}

const app = Fastify({ logger: false })
await app.register(mercurius, { schema, resolvers, loaders, jit: 1, routes: false })

app.get('/ready', async () => ({}))
app.post('/graphql', (request, reply) => {
  const who = here.people.get(request.headers.authorization)
  if (!who) return reply.code(401).send()
  const { query, variables } = request.body
  return inTenant(connections, who.tenant, async (client) => {
    const asker = await findAsker(client, who)
    if (!asker) return reply.code(403).send()
    return reply.graphql(query, { client, asker }, variables)
  })
})

await app.listen({ host: '127.0.0.1', port: here.port })

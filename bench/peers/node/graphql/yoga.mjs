/** graphql-yoga with DataLoaders: one transaction a request, one query a level. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import DataLoader from 'dataloader'
import { createSchema, createYoga } from 'graphql-yoga'
import { findAsker } from '../shared/asking.mjs'
import { inTenant, pool } from '../shared/database.mjs'
import { told } from '../shared/settings.mjs'
import { figures } from './figures.mjs'
import { agendas, meetings, organisations, teams } from './loading.mjs'

const here = told()
const connections = pool(here.dsn, { pipeline: true })
const typeDefs = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8')

const latest = (by) => async (parent, { first }, { load }) => ({ nodes: await load[by](first).load(parent.id) })

const resolvers = {
  Query: {
    teams: async (_, { organisationId, first }, { client }) => ({ nodes: await teams(client, organisationId, first) }),
    organisations: async (_, { kind, first }, { client }) => ({ nodes: await organisations(client, kind, first) }),
  },
  Team: { meetings: latest('team') },
  Organisation: {
    meetings: latest('unit'),
    figures: (parent, { since, until }, { load }) => load.figures(since, until).load(parent.id),
  },
  Meeting: { agenda: (parent, _, { load }) => load.agenda().load(parent.id) },
}

/** The loaders of one request: one for each list and its arguments. */
function loading(client, asker) {
  const made = new Map()
  const once = (key, batch) => {
    if (!made.has(key)) made.set(key, new DataLoader(batch))
    return made.get(key)
  }
  return {
    team: (first) => once(`team ${first}`, (ids) => meetings(client, asker, 'team', ids, first)),
    unit: (first) => once(`unit ${first}`, (ids) => meetings(client, asker, 'unit', ids, first)),
    agenda: () => once('agenda', (ids) => agendas(client, ids)),
    figures: (since, until) => once(`figures ${since} ${until}`, (ids) => figures(client, ids, since, until)),
  }
}

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  logging: false,
  graphiql: false,
  landingPage: false,
})

const server = createServer(async (request, response) => {
  if (request.url === '/ready') return response.end('{}')
  const who = here.people.get(request.headers.authorization)
  if (!who) return response.writeHead(401).end()
  return inTenant(connections, who.tenant, async (client) => {
    const asker = await findAsker(client, who)
    if (!asker) return response.writeHead(403).end()
    return yoga(request, response, { client, asker, load: loading(client, asker) })
  })
})

server.listen(here.port, '127.0.0.1')

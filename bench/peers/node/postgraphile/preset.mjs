/** PostGraphile as a project of its own would have it: Amber, lists beside connections, no mutations, no GraphiQL. */
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { makePgService } from 'postgraphile/adaptors/pg'
import { POOL } from '../shared/settings.mjs'
import { schools } from './schools.mjs'
import { VisibilityPlugin } from './visibility.mjs'

/** `people` says who a token belongs to; every query runs in a transaction with that person's settings. */
export function presetFor(dsn, people) {
  const poolConfig = { max: POOL, min: POOL, options: '-c timezone=UTC -c jit=off' }
  return {
    extends: [PostGraphileAmberPreset],
    plugins: [VisibilityPlugin, ...schools],
    pgServices: [makePgService({ connectionString: dsn, schemas: ['public'], poolConfig })],
    schema: { defaultBehavior: '-insert -update -delete +list +connection', dontSwallowErrors: true },
    grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false, maxRequestLength: 100_000 },
    grafast: {
      explain: false,
      context({ node }) {
        const { tenant, issuer, subject } = people.get(node.req.headers.authorization)
        return { pgSettings: { 'app.tenant': tenant, 'app.issuer': issuer, 'app.subject': subject } }
      },
    },
  }
}

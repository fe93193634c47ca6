/** A pool of pg, and transactions that know their tenant. */
import pg from 'pg'
import { POOL } from './settings.mjs'

const TIMESTAMPTZ = 1184
const SET_TENANT = { name: 'set-tenant', text: "select set_config('app.tenant', $1, true)" }

// Moments stay text: a Date would cost more and lose microseconds. Sessions are in UTC.
pg.types.setTypeParser(TIMESTAMPTZ, (text) => `${text.replace(' ', 'T').slice(0, -3)}Z`)

/**
 * Connections as the service has them: as many, in UTC, without JIT. By itself pg sends one query at a time; with
 * `pipeline` those that are not awaited one by one go out together.
 */
export function pool(dsn, { pipeline }) {
  const options = '-c timezone=UTC -c jit=off'
  return new pg.Pool({ connectionString: dsn, max: POOL, min: POOL, options, pipeline })
}

/** The results of queries that don't need each other. */
export async function together(client, queries) {
  if (client.pipeline) return Promise.all(queries.map((each) => client.query(each)))
  const results = []
  for (const each of queries) results.push(await client.query(each))
  return results
}

/** Calls `work` with a client inside a transaction of the tenant; commits what it leaves, or rolls back. */
export async function inTenant(connections, tenant, work) {
  const client = await connections.connect()
  let broken
  try {
    const opened = together(client, [{ text: 'begin' }, { ...SET_TENANT, values: [tenant] }])
    if (!client.pipeline) await opened
    const [answer] = await Promise.all([work(client), opened])
    await client.query('commit')
    return answer
  } catch (error) {
    await client.query('rollback').catch((lost) => {
      broken = lost
    })
    throw error
  } finally {
    client.release(broken)
  }
}

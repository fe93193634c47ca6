/** What every server of a run is told, by its environment: the twin of ../../settings.py. */
import { readFileSync } from 'node:fs'

export const POOL = 10

/** Where the database is, where to listen, and who each token belongs to: {tenant, issuer, subject}. */
export function told() {
  const tokens = JSON.parse(readFileSync(process.env.BENCH_TOKENS, 'utf8'))
  const people = new Map()
  for (const [token, [tenant, issuer, subject]] of Object.entries(tokens)) {
    people.set(`Bearer ${token}`, { tenant, issuer, subject })
  }
  return { dsn: process.env.BENCH_DSN, port: Number(process.env.BENCH_PORT), people }
}

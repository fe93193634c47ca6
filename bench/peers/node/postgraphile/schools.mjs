/**
 * What PostGraphile can't know of tables alone: names in one language, which periods hold today, and figures, as
 * expressions of the rows that they belong to.
 */
import { TYPES } from 'postgraphile/@dataplan/pg'
import { addPgTableCondition, extendSchema } from 'postgraphile/utils'
import { sql } from 'postgraphile/pg-sql2'
import * as figures from './figures.mjs'

const periods = { schemaName: 'public', tableName: 'organisation_period' }
const flag = (description) => (build) => ({ description, type: build.graphql.GraphQLBoolean })
const word = (description) => (build) => ({ description, type: build.graphql.GraphQLString })

const TodayPlugin = addPgTableCondition(
  periods,
  'holdsToday',
  flag('Only the names and places of today.'),
  (_, { sqlTableAlias: p }) =>
    sql`${p}.valid_from <= current_date and (${p}.valid_to is null or ${p}.valid_to > current_date)`,
)

const KindPlugin = addPgTableCondition(
  periods,
  'kind',
  word('Only those of units of a kind.'),
  (value, { sqlTableAlias: p, sqlValueWithCodec }) =>
    sql`exists (select from organisation o where o.id = ${p}.organisation_id
      and o.kind = ${sqlValueWithCodec(value, TYPES.text)})`,
)

const name = ($period) => {
  const { alias } = $period.getClassStep()
  const shown = sql`coalesce(${alias}.names ->> 'nb', (select min(value) from jsonb_each_text(${alias}.names)))`
  return $period.select(shown, TYPES.text)
}

const NamesPlugin = extendSchema({
  typeDefs: /* GraphQL */ `
    extend type OrganisationPeriod {
      name: String
    }
  `,
  objects: { OrganisationPeriod: { plans: { name } } },
})

const FiguresPlugin = extendSchema({ typeDefs: figures.typeDefs, objects: figures.plans })

export const schools = [TodayPlugin, KindPlugin, NamesPlugin, FiguresPlugin]

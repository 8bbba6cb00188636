// graphql-js, the reference implementation, on the language and the type system; then Relay's rules.

import { buildASTSchema, parse, Source, validateSchema } from 'graphql'
import { validateSDL } from 'graphql/validation/validate.js'
import { oneByOne, read } from './text.mjs'
import { relayRules } from './relay.mjs'

export function askGraphQL(jobs) {
  return oneByOne(jobs, async job => {
    const { errors } = await schemaOf(job)
    return errors.map(fromGraphQLError)
  })
}

/** Relay's rules speak of a valid schema only: on an invalid one graphql-js has already spoken. */
export function askRelay(jobs) {
  return oneByOne(jobs, async job => {
    const { schema, errors } = await schemaOf(job)
    if (errors.length > 0) return []
    return relayRules.flatMap(({ id, check }) => [...check(schema)].map(({ place, message }) => (
      { rule: id, severity: 'error', message, place }
    )))
  })
}

async function schemaOf(job) {
  let document
  try {
    document = parse(new Source(await read(job), job.path))
  } catch (error) {
    return { errors: [error] }
  }
  const errors = validateSDL(document)
  if (errors.length > 0) return { errors }
  const schema = buildASTSchema(document, { assumeValidSDL: true })
  return { schema, errors: validateSchema(schema) }
}

function fromGraphQLError({ message, locations = [] }) {
  return { rule: 'graphql', severity: 'error', message, place: locations.map(({ line, column }) => `${line}:${column}`).join(', ') }
}

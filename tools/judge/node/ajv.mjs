// Ajv on JSON Schemas (draft 2020-12): a schema against its meta-schema, and examples against a schema.

import { oneByOne, readValue } from './text.mjs'

/** Strict on keywords and formats nobody knows; a style of writing types is not its business. */
async function validator(warnings) {
  const { default: { Ajv2020 } } = await import('ajv/dist/2020.js')
  const { default: formats } = await import('ajv-formats')
  const heard = message => { warnings.push(message) }
  const ajv = new Ajv2020({
    allErrors: true, strict: true, strictTypes: false, strictTuples: false, allowUnionTypes: true,
    logger: { log: heard, warn: heard, error: heard },
  })
  formats.default(ajv)
  return ajv
}

export function askAjvMeta(jobs) {
  return oneByOne(jobs, async job => {
    const warnings = []
    const ajv = await validator(warnings)
    const schema = await readValue(job.path)
    if (!ajv.validateSchema(schema)) return ajv.errors.map(fromAjvError)
    try {
      ajv.compile(schema)
    } catch (error) {
      warnings.push(error.message)
    }
    return warnings.map(message => ({ rule: 'strict', severity: 'error', message }))
  })
}

export function askAjvExample(jobs) {
  const compiled = new Map()
  return oneByOne(jobs, async job => {
    if (!compiled.has(job.schema)) {
      const ajv = await validator([])
      compiled.set(job.schema, ajv.compile(await readValue(job.schema)))
    }
    const validate = compiled.get(job.schema)
    return validate(await readValue(job.path)) ? [] : validate.errors.map(fromAjvError)
  })
}

function fromAjvError({ keyword, message, instancePath, params }) {
  return { rule: keyword, severity: 'error', message: `${message} ${JSON.stringify(params)}`, place: instancePath }
}

// What the field's own tools say of a contract that changed. Standard input holds a JSON array of pairs
// { kind, from, to } of paths, standard output an array with the findings { rule, level, place } of each pair.
//
// buf compares directories, in its categories FILE and WIRE_JSON (the level is the category); graphql-js finds
// breaking and dangerous changes; @asyncapi/diff classes changes of a dereferenced document.

import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { buildSchema, findBreakingChanges, findDangerousChanges } from 'graphql'
import { readValue } from './text.mjs'
import { run } from './run.mjs'

const judges = { protobuf: buf, graphql, asyncapi }

async function buf({ from, to }) {
  const findings = []
  for (const category of ['FILE', 'WIRE_JSON']) {
    const config = JSON.stringify({ version: 'v2', modules: [{ path: '.' }], breaking: { use: [category] } })
    const args = ['breaking', to, '--against', from, '--config', config, '--against-config', config, '--error-format=json']
    const { status, output, errors } = await run('buf', args, { BUF_CACHE_DIR: join(tmpdir(), 'plumb-judge-buf') })
    const lines = output.split('\n').filter(Boolean)
    if (status !== 0 && lines.length === 0) throw new Error(`buf breaking exits with ${status}: ${errors}`)
    for (const line of lines) {
      const { type, path, message } = JSON.parse(line)
      findings.push({ rule: type, level: category, place: `${path ?? ''} ${message}` })
    }
  }
  return findings
}

async function graphql({ from, to }) {
  const [old, now] = await Promise.all([from, to].map(async path => buildSchema(await readFile(path, 'utf8'))))
  const told = (level, changes) => changes.map(({ type, description }) => ({ rule: type, level, place: description }))
  return [...told('breaking', findBreakingChanges(old, now)), ...told('dangerous', findDangerousChanges(old, now))]
}

async function asyncapi({ from, to }) {
  const { diff } = await import('@asyncapi/diff')
  const [old, now] = await Promise.all([from, to].map(async path => dereferenced(await readValue(path))))
  return diff(old, now).getOutput().changes.map(({ action, path, type }) => ({ rule: action, level: type, place: path }))
}

/** The document with every reference in it replaced by what it refers to, as @asyncapi/diff asks for. */
function dereferenced(document) {
  const resolve = (node, depth) => {
    if (depth > 40 || node === null || typeof node !== 'object') return node
    if (typeof node.$ref === 'string' && node.$ref.startsWith('#/')) {
      const keys = node.$ref.slice(2).split('/').map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'))
      return resolve(keys.reduce((at, key) => at?.[key], document), depth + 1)
    }
    if (Array.isArray(node)) return node.map(item => resolve(item, depth + 1))
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolve(value, depth + 1)]))
  }
  return resolve(document, 0)
}

const answers = []
for (const pair of JSON.parse(await text(process.stdin))) {
  try {
    answers.push({ findings: await judges[pair.kind](pair) })
  } catch (error) {
    answers.push({ findings: [], error: String(error?.message ?? error) })
  }
}
process.stdout.write(JSON.stringify(answers) + '\n')

// Buf on a directory of Protocol Buffers: does it compile, does it keep the rules, is it formatted.
//
// The configuration is the judge's own, so that an artefact cannot excuse itself; from a buf.yaml in the
// directory only the place of its modules is taken.

import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { oneByOne, readValue } from './text.mjs'
import { run } from './run.mjs'

const environment = { BUF_CACHE_DIR: join(tmpdir(), 'plumb-judge-buf') }

export function askBufBuild(jobs) {
  return oneByOne(jobs, job => diagnose(job, 'build'))
}

export function askBufLint(jobs) {
  return oneByOne(jobs, job => diagnose(job, 'lint'))
}

export function askBufFormat(jobs) {
  return oneByOne(jobs, async job => {
    const { status, output, errors } = await buf('format', job, '--diff', '--exit-code')
    return status === 0 ? [] : [failure('FORMAT', output.trim() || errors.trim())]
  })
}

async function diagnose(job, command) {
  const { status, output, errors } = await buf(command, job, '--error-format=json')
  const findings = `${output}\n${errors}`.split('\n').filter(Boolean).map(fromLine)
  return status === 0 || findings.length > 0 ? findings : [failure('FAILURE', `buf ${command} exits with ${status}`)]
}

async function buf(command, job, ...options) {
  return run('buf', [command, job.path, '--config', await configOf(job.path), ...options], environment)
}

async function configOf(directory) {
  const own = join(directory, 'buf.yaml')
  const modules = existsSync(own) ? (await readValue(own)).modules : undefined
  return JSON.stringify({
    version: 'v2',
    modules: (modules ?? [{ path: '.' }]).map(({ path }) => ({ path })),
    lint: { use: ['STANDARD', 'COMMENTS'], disallow_comment_ignores: true },
  })
}

/** A line of buf's findings is JSON; whatever else it says is about its own failure. */
function fromLine(line) {
  try {
    const { path, start_line, start_column, type, message } = JSON.parse(line)
    return { rule: type, severity: 'error', message, place: `${path}:${start_line}:${start_column}` }
  } catch {
    return failure('FAILURE', line)
  }
}

function failure(rule, message) {
  return { rule, severity: 'error', message }
}

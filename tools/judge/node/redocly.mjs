// Redocly's recommended ruleset, by its command: one process for the whole batch.

import { oneByOne, read } from './text.mjs'
import { run } from './run.mjs'

const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', NO_COLOR: '1' }

/**
 * Lints a batch. The command refuses a batch with a missing file as a whole. Else it prints one JSON document
 * per description and stops at the first that it cannot parse; that one is reported and the rest are asked
 * about again.
 */
export async function askRedocly(jobs) {
  const findings = await oneByOne(jobs, async job => { await read(job); return [] })
  for (let rest = jobs.filter(job => !findings.some(finding => finding.job === job)); rest.length > 0;) {
    const paths = rest.map(job => job.path)
    const { output, errors } = await run(
      'redocly', ['lint', ...paths, '--extends=recommended', '--format=json', '--max-problems=1000'], quiet)
    const reports = splitDocuments(output)
    reports.forEach((report, i) => findings.push(...problemsOf(rest[i], report)))
    if (reports.length < rest.length) {
      findings.push({ job: rest[reports.length], rule: 'unreadable', severity: 'error', message: reasonIn(errors) })
    }
    rest = rest.slice(reports.length + 1)
  }
  return findings
}

function problemsOf(job, report) {
  return report.problems.map(({ ruleId, severity, message, location }) => ({
    job, rule: ruleId, severity, message, place: location.map(placeOf).join(', '),
  }))
}

function placeOf({ start, pointer }) {
  return [start && `${start.line}:${start.col}`, pointer].filter(Boolean).join(' ')
}

/** The command prints indented JSON objects one after another: each ends at a brace that opens a line. */
function splitDocuments(output) {
  return output.split(/^\}/m).slice(0, -1).map(text => JSON.parse(`${text}}`))
}

/** What the command says under its banner. */
function reasonIn(errors) {
  const lines = errors.split('\n').map(line => line.trim())
  return lines.filter(line => line !== '' && !/[║╔╚]/.test(line)).slice(-3).join(' ')
}

// Reading what is judged, job by job.

import { readFile } from 'node:fs/promises'
import { parseDocument } from 'yaml'

/** The text of a job's file. */
export function read(job) {
  return readFile(job.path, 'utf8')
}

/** The value that a YAML or JSON file holds; it throws on any syntax error or warning. */
export async function readValue(path) {
  const document = parseDocument(await readFile(path, 'utf8'), { prettyErrors: true })
  const problem = document.errors[0] ?? document.warnings[0]
  if (problem) throw problem
  return document.toJS()
}

/** Judges job after job; what makes the judge fail on one job is a finding about that job alone. */
export async function oneByOne(jobs, judge) {
  const findings = []
  for (const job of jobs) {
    try {
      for (const finding of await judge(job)) findings.push({ job, ...finding })
    } catch (error) {
      findings.push({ job, rule: 'unreadable', severity: 'error', message: error.message })
    }
  }
  return findings
}

const severities = ['error', 'warn', 'info', 'hint']

/** A finding from a diagnostic of spectral or of the AsyncAPI parser, which share one form. */
export function fromDiagnostic({ code, severity, message, range, path = [] }) {
  const line = range ? `${range.start.line + 1}:${range.start.character + 1}` : ''
  return { rule: code, severity: severities[severity], message, place: [line, path.join('.')].filter(Boolean).join(' ') }
}

// judge.mjs asks foreign validators about artefacts.
//
//   node judge.mjs            each line of standard input is a JSON array of jobs
//                             {"kind","path","schema"?}; each line of standard output answers
//                             {"findings":[...],"judged":[{"tool","jobs"}]}. It ends when input ends,
//                             so that loading the libraries is paid once for any number of batches.
//   node judge.mjs --panel    prints who judges what, with versions.
//
// A finding is {"job","tool","rule","severity","message","place"}; job is the index in the batch.
// Everything a validator says is a finding, whatever its severity: accepted means silence.

import { createInterface } from 'node:readline'
import { panel, describe } from './panel.mjs'

// Some libraries print to the console; standard output carries answers only.
console.log = console.info = console.warn = console.error

/** Asks every judge of the panel about its share of the batch; the judges run side by side. */
async function judge(jobs) {
  jobs.forEach((job, index) => { job.index = index })
  const sessions = panel
    .map(({ tool, kinds, ask }) => ({ tool, ask, share: jobs.filter(job => kinds.includes(job.kind)) }))
    .filter(({ share }) => share.length > 0)
  const answers = await Promise.all(sessions.map(hear))
  return {
    findings: answers.flat(),
    judged: sessions.map(({ tool, share }) => ({ tool, jobs: share.map(job => job.index) })),
  }
}

/** One judge's findings. A judge that breaks down has not accepted anything: that is a finding too. */
async function hear({ tool, ask, share }) {
  try {
    const findings = await ask(share)
    return findings.map(({ job, rule, severity, message, place }) => ({
      job: job.index, tool, rule: String(rule), severity, message: String(message), place: place ?? '',
    }))
  } catch (error) {
    return share.map(job => ({
      job: job.index, tool, rule: 'breakdown', severity: 'error', message: String(error?.stack ?? error), place: '',
    }))
  }
}

if (process.argv.includes('--panel')) {
  process.stdout.write(JSON.stringify(describe(), null, 2) + '\n')
} else {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() !== '') process.stdout.write(JSON.stringify(await judge(JSON.parse(line))) + '\n')
  }
}

// Running a validator that is a program of its own.

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The folder the programs run in: it holds no configuration of theirs, so that none is picked up by chance. */
const here = fileURLToPath(new URL('.', import.meta.url))

/** Runs a program of node_modules to its end and returns its exit status and what it printed. */
export function run(program, args, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(`${here}node_modules/.bin/${program}`, args, {
      cwd: here,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let errors = ''
    child.stdout.setEncoding('utf8').on('data', text => { output += text })
    child.stderr.setEncoding('utf8').on('data', text => { errors += text })
    child.on('error', reject)
    child.on('close', status => resolve({ status, output, errors }))
  })
}

// The AsyncAPI initiative's own parser, which also resolves references and checks them.

import { fromDiagnostic, oneByOne, read } from './text.mjs'

export async function askAsyncAPIParser(jobs) {
  const { default: { Parser } } = await import('@asyncapi/parser')
  const parser = new Parser()
  return oneByOne(jobs, async job => {
    const { diagnostics } = await parser.parse(await read(job), { source: job.path })
    return diagnostics.map(fromDiagnostic)
  })
}

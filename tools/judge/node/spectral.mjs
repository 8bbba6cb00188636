// Spectral's OpenAPI and AsyncAPI rulesets, as a library.

import { fromDiagnostic, oneByOne, read } from './text.mjs'

export async function askSpectral(jobs) {
  const { default: { Spectral, Document } } = await import('@stoplight/spectral-core')
  const { default: { Yaml } } = await import('@stoplight/spectral-parsers')
  const { default: { oas, asyncapi } } = await import('@stoplight/spectral-rulesets')
  const spectral = new Spectral()
  spectral.setRuleset({ extends: [oas, asyncapi] })
  return oneByOne(jobs, async job => {
    const results = await spectral.run(new Document(await read(job), Yaml, job.path))
    return results.map(fromDiagnostic)
  })
}

// The panel: one line per judge, with what it judges. A judge takes its share of a batch and returns
// findings; it loads its library when first asked, so that a batch pays only for what it needs.

import { readFileSync } from 'node:fs'
import { askRedocly } from './redocly.mjs'
import { askSpectral } from './spectral.mjs'
import { askAsyncAPIParser } from './asyncapi.mjs'
import { askGraphQL, askRelay } from './graphql.mjs'
import { relayRules } from './relay.mjs'
import { askBufBuild, askBufFormat, askBufLint } from './buf.mjs'
import { askMermaid } from './mermaid.mjs'
import { askAjvExample, askAjvMeta } from './ajv.mjs'

export const panel = [
  { tool: 'redocly', kinds: ['openapi', 'asyncapi'], module: '@redocly/cli', ask: askRedocly },
  { tool: 'spectral', kinds: ['openapi', 'asyncapi'], module: '@stoplight/spectral-rulesets', ask: askSpectral },
  { tool: 'asyncapi-parser', kinds: ['asyncapi'], module: '@asyncapi/parser', ask: askAsyncAPIParser },
  { tool: 'graphql-js', kinds: ['graphql'], module: 'graphql', ask: askGraphQL },
  { tool: 'relay', kinds: ['graphql'], module: 'graphql', rules: relayRules.map(rule => rule.id), ask: askRelay },
  { tool: 'buf-build', kinds: ['protobuf'], module: '@bufbuild/buf', ask: askBufBuild },
  { tool: 'buf-lint', kinds: ['protobuf'], module: '@bufbuild/buf', ask: askBufLint },
  { tool: 'buf-format', kinds: ['protobuf'], module: '@bufbuild/buf', ask: askBufFormat },
  { tool: 'mermaid', kinds: ['mermaid'], module: 'mermaid', ask: askMermaid },
  { tool: 'ajv', kinds: ['jsonschema'], module: 'ajv', ask: askAjvMeta },
  { tool: 'ajv-example', kinds: ['example'], module: 'ajv', ask: askAjvExample },
]

/** Who judges what, with the versions that package.json pins. */
export function describe() {
  const pins = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')).dependencies
  return panel.map(({ tool, kinds, module, rules }) => ({ tool, kinds, module, version: pins[module], rules }))
}

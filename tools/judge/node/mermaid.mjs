// Mermaid's own parser, on diagram files and on the fenced diagrams of Markdown files.

import { extname } from 'node:path'
import { oneByOne, read } from './text.mjs'

export async function askMermaid(jobs) {
  const mermaid = await load()
  return oneByOne(jobs, async job => {
    const text = await read(job)
    const diagrams = extname(job.path) === '.md' ? fences(text) : [{ line: 1, text }]
    if (diagrams.length === 0) {
      return [{ rule: 'no-diagram', severity: 'error', message: 'the file holds no mermaid diagram' }]
    }
    const findings = []
    for (const diagram of diagrams) {
      try {
        await mermaid.parse(diagram.text)
      } catch (error) {
        findings.push({ rule: 'parse', severity: 'error', message: error.message, place: `diagram at line ${diagram.line}` })
      }
    }
    return findings
  })
}

/** Mermaid wants a browser's document, for the sanitising of labels; jsdom's is enough to parse. */
async function load() {
  const { JSDOM } = await import('jsdom')
  const { window } = new JSDOM('<!DOCTYPE html><body></body>')
  globalThis.window ??= window
  globalThis.document ??= window.document
  const { default: mermaid } = await import('mermaid')
  mermaid.initialize({ startOnLoad: false })
  return mermaid
}

/** The mermaid diagrams of a Markdown text, each with the line that its fence opens on. */
export function fences(text) {
  const found = []
  let open
  text.split('\n').forEach((line, index) => {
    const fence = /^\s{0,3}(`{3,}|~{3,})\s*(\S*)/.exec(line)
    if (open && fence && fence[2] === '' && fence[1][0] === open.fence[0] && fence[1].length >= open.fence.length) {
      if (open.language === 'mermaid') found.push({ line: open.line, text: open.lines.join('\n') })
      open = undefined
    } else if (open) {
      open.lines.push(line)
    } else if (fence) {
      open = { fence: fence[1], language: fence[2], line: index + 1, lines: [] }
    }
  })
  if (open?.language === 'mermaid') found.push({ line: open.line, text: open.lines.join('\n') })
  return found
}

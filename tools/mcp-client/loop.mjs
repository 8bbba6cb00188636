// Drives plumb's server for agents as a foreign client would: from a prose brief to
// written files, with scripted choices of tools, through the official TypeScript SDK.
//
//   node loop.mjs GENERATION PLUMB WORKSPACE
//
// GENERATION is handshake (SDK 1, protocols up to 2025-11-25) or stateless (SDK 2,
// protocol 2026-07-28). WORKSPACE holds brief.md. The SDKs check every structured
// answer against the tool's published schema. One JSON value is printed: what each
// step answered. The exit code is 1 and a message says why when a step fails.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

const [generation, plumb, workspace] = process.argv.slice(2);

// said is what the person answers when the server asks through the client.
const said = { action: 'accept', content: { value: '40%' } };

async function handshake() {
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
  const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
  const { ElicitRequestSchema } = await import('@modelcontextprotocol/sdk/types.js');
  const client = new Client({ name: 'loop', version: '1' }, { capabilities: { elicitation: {} } });
  const asked = [];
  client.setRequestHandler(ElicitRequestSchema, (request) => (asked.push(request.params.message), said));
  return { client, asked, transport: new StdioClientTransport(command()) };
}

async function stateless() {
  const { Client } = await import('@modelcontextprotocol/client');
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  const client = new Client(
    { name: 'loop', version: '1' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  const asked = [];
  client.setRequestHandler('elicitation/create', (request) => (asked.push(request.params.message), said));
  return { client, asked, transport: new StdioClientTransport(command()) };
}

function command() {
  return { command: plumb, args: ['mcp', '--dir', workspace], stderr: 'inherit' };
}

const steps = [];

function demand(what, holds) {
  if (!holds) {
    throw new Error(`${what}; the last step was ${JSON.stringify(steps.at(-1))?.slice(0, 2000)}`);
  }
}

async function main() {
  const { client, asked, transport } = await { handshake, stateless }[generation]();
  await client.connect(transport);
  const call = async (name, args = {}) => {
    const result = await client.callTool({ name, arguments: args });
    const text = result.content.filter((c) => c.type === 'text').map((c) => c.text).join('');
    steps.push({ tool: name, with: args, refused: result.isError === true, text, data: result.structuredContent });
    return steps.at(-1);
  };
  const { tools } = await client.listTools();
  demand('every tool has both schemas', tools.every((t) => t.inputSchema && t.outputSchema && t.annotations));

  // 1. read the language, then the brief; an invented number is refused
  const language = await client.readResource({ uri: 'plumb://language' });
  demand('the language can be read', language.contents[0].text.includes('use_cases'));
  const input = readFileSync(join(workspace, 'model.yaml'), 'utf8');
  const invented = await call('intake', { text: input.replace('peak: 30/min', 'peak: 300/min'), brief: 'brief.md', save_as: 'plumb.yaml' });
  demand('an invented number is not kept', invented.data.wrote.length === 0 && invented.text.includes('300/min'));
  const kept = await call('intake', { text: input, brief: 'brief.md', save_as: 'plumb.yaml' });
  demand('the input is kept', isDeepStrictEqual(kept.data.wrote, ['plumb.yaml']));

  // 2. design, and answer what it asks
  const first = await call('design');
  demand('there is a design', first.data.decisions.length > 5 && !first.refused);
  const lie = await call('answer', { path: 'Return.peak', value: '50/min', quote: 'fifty books come back per minute' });
  demand('an invented quote is refused', lie.refused && lie.text.includes('word for word'));
  const quoted = await call('answer', { path: 'use_cases.Return.peak', value: '20/min', quote: 'about 20 come back per minute' });
  demand('a quoted fact is written', quoted.data.source === 'quoted from brief.md:5');
  const person = await call('answer', { path: 'context.growth' });
  demand('the person was asked and answered', asked.length === 1 && person.data.source === 'said by the person');

  // 3. look closer, and decide otherwise
  const significant = (await call('design')).data.decisions.filter((d) => d.significant && d.over);
  const id = significant[0].id;
  demand('a decision is explained', (await call('explain', { name: id })).data.kind === 'decision');
  demand('the runner-up is explained', (await call('explain', { name: id, why_not: significant[0].over })).data.kind === 'why-not');
  demand('a what-if is answered', Array.isArray((await call('whatif', { set: ['peak=10x'] })).data.changes));
  demand('impact is found', (await call('query', { kind: 'impact', name: 'use_cases.Borrow.peak' })).data.reached.length > 0);
  const decided = await call('decide', { decision: id, choose: significant[0].over, because: 'the town runs it already', accept: true });
  demand('a pin has its regret', decided.data.regret >= 0 && decided.data.wrote.length === 2);

  // 4. write, and hold it
  const dry = await call('emit');
  demand('a dry run writes nothing', dry.data.wrote === false && dry.data.files.every((f) => f.status === 'created'));
  const written = await call('emit', { write: true });
  demand('the design is written', written.data.wrote === true);
  demand('what is written is up to date', (await call('check', { out: 'design' })).data.fine);
  const design = await client.readResource({ uri: 'plumb://design' });
  demand('the resource is the file', design.contents[0].text === readFileSync(join(workspace, 'design', 'DESIGN.md'), 'utf8'));
  const prompt = await client.getPrompt({ name: 'defend', arguments: { decision: id } });
  demand('a prompt names the decision', prompt.messages[0].content.text.includes(id));

  const protocol = client.getNegotiatedProtocolVersion?.() ?? 'handshake';
  await client.close();
  console.log(JSON.stringify({ steps, protocol }));
}

main().catch((err) => {
  console.error(err.message);
  process.exit(1);
});

// node run.mjs --browser chromium --scenario media --mode single --servers http://127.0.0.1:7880[,http://…] [--verbose]
// Runs one scenario with real browser pages against running servers (--dev: they mint tokens at /try/token).
// Ends 0 and prints the scenario's figures as JSON, or 1 with what went wrong and the pages' last words.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { launch } from './browsers.mjs';
import { scenarios } from './scenarios.mjs';

const { values: options } = parseArgs({
  options: {
    browser: { type: 'string', default: 'chromium' }, scenario: { type: 'string' }, mode: { type: 'string', default: 'single' },
    servers: { type: 'string', default: 'http://127.0.0.1:7880' }, verbose: { type: 'boolean', default: false },
  },
});

const servers = options.servers.split(',');
const said = [];
const log = (who) => (text) => {
  said.push(`${who}: ${text}`);
  if (options.verbose) console.error(`${who}: ${text}`);
};
const inpage = await readFile(new URL('./inpage.js', import.meta.url), 'utf8');
const roomName = `${options.scenario}-${Math.random().toString(36).slice(2, 8)}`;
const scenario = scenarios[options.scenario];
if (!scenario) throw new Error(`no scenario ${options.scenario}; there are ${Object.keys(scenarios).join(', ')}`);

const browser = await launch(options.browser);
let count = 0;

/** A page of its own, on the n-th server (round robin), with `call(function, argument)` run inside it. */
async function page(name = `p${count + 1}`, index = count) {
  count += 1;
  const base = servers[index % servers.length];
  const opened = await browser.open(`${base}/try`, log(name));
  await opened.evaluate(inpage);
  const token = async (grants = {}) => {
    const answer = await fetch(`${base}/try/token?${new URLSearchParams({ room: roomName, identity: name, ...grants })}`);
    if (!answer.ok) throw new Error(`no token from ${base}: ${answer.status}`);
    return answer.text();
  };
  return {
    name, base, token, page: opened, room: roomName,
    call: (inside, argument) => opened.evaluate(inside, argument),
    async join(settings = {}) {
      const { grants, ...rest } = settings;
      const argument = { url: base.replace(/^http/, 'ws'), token: await token(grants), single: options.mode === 'single', ...rest };
      return opened.evaluate((given) => window.t.connect(given), argument);
    },
  };
}

let status = 0;
const limit = setTimeout(() => {
  console.error('scenario took longer than 90 s');
  console.error(said.slice(-40).join('\n'));
  process.exit(1);
}, 90_000);
try {
  const figures = await scenario({ page, mode: options.mode, browser: options.browser, servers, roomName });
  console.log(JSON.stringify({ scenario: options.scenario, mode: options.mode, browser: options.browser, ...figures }));
} catch (error) {
  status = 1;
  console.error(`${options.scenario} (${options.mode}, ${options.browser}) failed: ${error.stack ?? error}`);
  console.error(said.slice(-60).join('\n'));
} finally {
  clearTimeout(limit);
  await browser.close().catch(() => {});
}
process.exit(status);

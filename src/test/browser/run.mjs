// node run.mjs --scenarios media,data --modes single,dual --browser chromium --servers http://127.0.0.1:7880[,http://…] [--pids 1,2,…] [--verbose]
// Runs scenarios with real browser pages against running servers (--dev: they mint tokens at /try/token), all in one browser.
// Prints one line of JSON for each: {"scenario","mode","browser","ok","ms", the scenario's figures} or, with "ok":false, the error and the
// pages' last words. `--scenarios all` runs whatever the browser can. Ends 0 if all went well.
import { parseArgs } from 'node:util';
import { launch } from './browsers.mjs';
import { destructive, scenarios } from './scenarios.mjs';
import { World } from './world.mjs';

const { values: options } = parseArgs({
  options: {
    browser: { type: 'string', default: 'chromium' }, scenarios: { type: 'string', default: 'all' }, modes: { type: 'string', default: 'single' },
    servers: { type: 'string', default: 'http://127.0.0.1:7880' }, key: { type: 'string', default: 'devkey' }, secret: { type: 'string', default: 'secret' },
    pids: { type: 'string', default: '' }, limit: { type: 'string', default: '60' }, verbose: { type: 'boolean', default: false },
  },
});

const names = options.scenarios === 'all' ? Object.keys(scenarios).filter((name) => !destructive[name]) : options.scenarios.split(',');
const unknown = names.filter((name) => !scenarios[name]);
if (unknown.length > 0) throw new Error(`no scenario ${unknown}; there are ${Object.keys(scenarios)}`);

function within(seconds, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function run(browser, scenario, mode) {
  const world = new World(browser, { ...options, servers: options.servers.split(','), pids: options.pids.split(','), scenario, mode });
  const begun = Date.now();
  const result = { scenario, mode, browser: options.browser };
  try {
    Object.assign(result, { ok: true }, await within(Number(options.limit), scenarios[scenario](world)));
  } catch (error) {
    Object.assign(result, { ok: false, error: String(error.stack ?? error), said: world.said.slice(-60) });
  }
  await world.close();
  return { ...result, ms: Date.now() - begun };
}

const browser = await launch(options.browser);
let failures = 0;
for (const mode of options.modes.split(',')) {
  for (const scenario of names) {
    const result = await run(browser, scenario, mode);
    failures += result.ok ? 0 : 1;
    console.log(JSON.stringify(result));
  }
}
await within(10, browser.close()).catch(() => {});
process.exit(failures === 0 ? 0 : 1);

// Starts the system's Chromium or Firefox, headless, with fake camera and microphone, and opens pages that may use them.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHROMIUM_FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--autoplay-policy=no-user-gesture-required',
  '--auto-select-desktop-capture-source=Entire screen',
];

const FIREFOX_PREFERENCES = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'dom.min_background_timeout_value': 4,
  'dom.timeout.enable_budget_timer_throttling': false,
  'datareporting.policy.dataSubmissionEnabled': false,
};

function executable(...candidates) {
  const found = candidates.flatMap((name) => ['/usr/bin', '/usr/local/bin'].map((dir) => join(dir, name))).find(existsSync);
  if (!found) throw new Error(`none of ${candidates.join(', ')} is installed: \`make test\` installs what the tests need`);
  return found;
}

async function chromium() {
  const { chromium: driver } = await import('playwright-core');
  const browser = await driver.launch({
    executablePath: executable('chromium', 'chromium-browser', 'google-chrome'), headless: true, args: CHROMIUM_FLAGS,
  });
  const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
  return {
    async open(url, log) {
      const page = await context.newPage();
      page.on('console', (message) => log(message.text()));
      page.on('pageerror', (error) => log(`page error: ${error.message}`));
      await page.goto(url);
      return page;
    },
    close: () => browser.close(),
  };
}

async function firefox() {
  const { default: puppeteer } = await import('puppeteer-core');
  const profile = await mkdtemp(join(tmpdir(), 'parley-firefox-'));
  const browser = await puppeteer.launch({
    browser: 'firefox', executablePath: executable('firefox-esr', 'firefox'), headless: true, userDataDir: profile,
    extraPrefsFirefox: FIREFOX_PREFERENCES,
  });
  return {
    async open(url, log) {
      // A window of its own: Firefox draws a page behind another one once a second.
      const page = await browser.newPage({ type: 'window' });
      page.on('console', (message) => log(message.text()));
      page.on('pageerror', (error) => log(`page error: ${error.message}`));
      await page.goto(url);
      return page;
    },
    async close() {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** A started browser: `open(url, log)` gives a page with `evaluate`, `close()` ends it. */
export function launch(name) {
  return name === 'firefox' ? firefox() : chromium();
}

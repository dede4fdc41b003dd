// What a scenario has: pages in a room of its own, the room API, and a cable to pull.
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';

const inpage = await readFile(new URL('./inpage.js', import.meta.url), 'utf8');
const encoded = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Passes TCP on to the first server of several that takes it. `cut(ms)` resets what is open and takes nobody in for that long. */
class Cable {
  #sockets = new Set();
  #closedUntil = 0;

  constructor(bases) {
    this.targets = bases.map((base) => new URL(base));
    this.server = createServer((near) => this.#pass(near));
  }

  async open() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `ws://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  #pass(near) {
    if (Date.now() < this.#closedUntil) {
      near.resetAndDestroy();
      return;
    }
    this.#reach(near, 0);
  }

  #reach(near, index) {
    const target = this.targets[index];
    if (!target) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    const refused = () => this.#reach(near, index + 1);
    far.once('error', refused);
    far.once('connect', () => {
      far.off('error', refused);
      this.#join(near, far);
    });
  }

  #join(near, far) {
    for (const [from, to] of [[near, far], [far, near]]) {
      this.#sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }

  cut(ms) {
    this.#closedUntil = Date.now() + ms;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  close() {
    this.cut(60_000);
    this.server.close();
  }
}

export class World {
  #browser;
  #options;
  #closing = [];
  #pages = 0;
  said = [];

  constructor(browser, options) {
    this.#browser = browser;
    this.#options = options;
    this.mode = options.mode;
    this.browser = options.browser;
    this.servers = options.servers;
    this.room = `${options.scenario}-${options.mode}-${Math.random().toString(36).slice(2, 8)}`;
  }

  #log(who) {
    return (text) => {
      this.said.push(`${who}: ${text}`);
      if (this.#options.verbose) console.error(`${who}: ${text}`);
    };
  }

  /** A page of its own on the n-th server (round robin), with `call(function, argument)` run inside it. */
  async page(name, index = this.#pages) {
    this.#pages += 1;
    const base = this.servers[index % this.servers.length];
    const opened = await this.#browser.open(`${base}/try`, this.#log(name));
    this.#closing.push(() => opened.close());
    await this.equip({ page: opened });
    const token = (grants = {}) => this.token(base, { room: this.room, identity: name, ...grants });
    return {
      name, base, token, page: opened,
      call: (inside, argument) => opened.evaluate(inside, argument),
      join: async (settings = {}) => {
        const { grants, ...rest } = settings;
        const argument = { url: base.replace(/^http/, 'ws'), token: await token(grants), single: this.mode === 'single', ...rest };
        return opened.evaluate((given) => window.t.connect(given), argument);
      },
    };
  }

  /** Gives the page `window.t`; again after it was loaded anew. */
  equip(who) {
    return who.page.evaluate(inpage);
  }

  async token(base, grants) {
    const answer = await fetch(`${base}/try/token?${new URLSearchParams(grants)}`);
    if (!answer.ok) throw new Error(`no token from ${base}: ${answer.status}`);
    return answer.text();
  }

  /** A call of the room API at the last of the servers. */
  async api(method, body = {}) {
    const now = Math.floor(Date.now() / 1000);
    const video = { roomAdmin: true, roomCreate: true, roomList: true, room: this.room };
    const claims = { iss: this.#options.key, nbf: now - 10, exp: now + 600, video };
    const content = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`;
    const signature = createHmac('sha256', this.#options.secret).update(content).digest('base64url');
    const answer = await fetch(`${this.servers.at(-1)}/twirp/livekit.RoomService/${method}`, {
      method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${content}.${signature}` },
      body: JSON.stringify({ room: this.room, ...body }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  async cable(...bases) {
    const cable = await new Cable(bases).open();
    this.#closing.push(() => cable.close());
    return cable;
  }

  /** Which of the servers has the room. */
  async owner() {
    for (const [index, base] of this.servers.entries()) {
      const answer = await fetch(`${base}/debug/rooms`).catch(() => undefined); // It may be one that has just gone.
      if ((await answer?.text())?.includes(this.room)) return index;
    }
    throw new Error('no server has the room');
  }

  kill(index, signal) {
    process.kill(Number(this.#options.pids[index]), signal);
  }

  async close() {
    for (const close of this.#closing) {
      try {
        await close();
      } catch {
        // A page that is gone already.
      }
    }
  }
}

// Connections that break, change or are odd.
import { assert, pair, publishBoth, seeAndHear, sees, sidOf } from './common.mjs';

export const network = {
  /** The websocket is cut: the same participant goes on, media never stops for long. */
  async resume(world) {
    const [a, b] = await pair(world);
    await Promise.all([publishBoth(a), publishBoth(b)]);
    await seeAndHear(a, b);
    const before = await b.call((id) => window.t.room().remoteParticipants.get(id).sid, a.name);
    const ms = await a.call(async () => {
      window.t.clear();
      const begun = performance.now();
      await window.t.room().simulateScenario('signal-reconnect');
      await window.t.happened('Reconnected');
      return performance.now() - begun;
    });
    const after = await b.call((id) => window.t.room().remoteParticipants.get(id).sid, a.name);
    assert(before === after, `sid changed from ${before} to ${after}`);
    const left = await b.call(() => window.t.events().filter((event) => event.name === 'ParticipantDisconnected').length);
    assert(left === 0, 'the others saw a departure');
    await seeAndHear(a, b);
    await a.call(() => window.t.room().localParticipant.publishData(new TextEncoder().encode('after'), { reliable: true }));
    await b.call(() => window.t.received('after'));
    return { reconnectedAfterMs: ms };
  },

  /** Everything is given up and made again under the same name. */
  async fullReconnect(world) {
    const [a, b] = await pair(world);
    await Promise.all([publishBoth(a), publishBoth(b)]);
    await seeAndHear(a, b);
    const ms = await a.call(async () => {
      window.t.clear();
      const begun = performance.now();
      await window.t.room().simulateScenario('full-reconnect');
      await window.t.happened('Reconnected');
      return performance.now() - begun;
    });
    await seeAndHear(a, b);
    return { reconnectedAfterMs: ms };
  },

  /** The websocket is reset and nobody answers for a second: the picture goes on meanwhile, then the session is resumed. */
  async cutSignal(world) {
    const [a, b] = [await world.page('ann', 0), await world.page('ben', 1)];
    const cable = await world.cable(a.base);
    await a.join({ url: cable.url });
    await b.join();
    await Promise.all([publishBoth(a), publishBoth(b)]);
    await seeAndHear(a, b);
    const before = await sidOf(b, a);
    await a.call(() => window.t.clear());
    cable.cut(1000);
    await a.call(() => window.t.happened('SignalReconnecting'));
    await Promise.all([sees(b, a), sees(a, b)]);
    await b.call(() => window.t.me().setCameraEnabled(false));
    const reconnectedAfterMs = await a.call(() => window.t.timed(() => window.t.happened('Reconnected')));
    assert(await sidOf(b, a) === before, 'another sid after the resume');
    // What happened meanwhile is told with the resume.
    await a.call((id) => window.t.until('ben muted his camera', () => window.t.publicationOf(id, 'camera').isMuted), b.name);
    await b.call(() => window.t.me().setCameraEnabled(true));
    await seeAndHear(a, b);
    return { reconnectedAfterMs };
  },

  /** What clients and operators can simulate, one after the other in the same call. */
  async simulated(world) {
    const [a, b] = await pair(world);
    await Promise.all([publishBoth(a), publishBoth(b)]);
    await seeAndHear(a, b);
    const took = {};
    for (const scenario of ['resume-reconnect', 'migration', 'node-failure', 'leave-full-reconnect', 'force-tcp']) {
      took[scenario] = await a.call(async (name) => {
        window.t.clear();
        return window.t.timed(async () => {
          await window.t.room().simulateScenario(name);
          await window.t.happened('Reconnected');
        });
      }, scenario);
      await Promise.all([sees(b, a), sees(a, b)]);
    }
    await a.call(() => window.t.room().simulateScenario('server-leave'));
    await a.call(() => window.t.happened('Ended'));
    await b.call(() => window.t.happened('ParticipantDisconnected', 'ann'));
    return took;
  },

  /** No UDP at all on one side. */
  async tcpOnly(world) {
    const [a, b] = await Promise.all([world.page('ann', 0), world.page('ben', 1)]);
    await a.call(() => window.t.forbidUdp());
    await a.join();
    await b.join();
    await Promise.all([publishBoth(a), publishBoth(b)]);
    const { pictures } = await seeAndHear(a, b);
    const protocols = await Promise.all([a, b].map((who) => who.call(() => window.t.protocols())));
    assert(protocols.join() === 'tcp,udp', `connected by ${protocols}`);
    return { frames: pictures.map((picture) => picture.frames) };
  },
};

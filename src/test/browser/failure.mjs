// Nodes that die under real pages. `--pids` names the process behind each of `--servers`: a scenario ends one of them.
import { assert, pairThroughBalancers, publishBoth, seeAndHear, sees, sidOf, trackSidsOf } from './common.mjs';

/** Moving pictures both ways again, as milliseconds since `begun` on each page. */
async function recovered(pages, begun) {
  const [a, b] = pages;
  const back = (who, other) => who.call(({ id }) => window.t.recovered(id), { id: other.name }).then(() => Date.now() - begun);
  return Promise.all([back(a, b), back(b, a)]);
}

/** The node that owns the room goes, as `signal` makes it: both pages see each other's moving pictures again by themselves. */
async function ownerGoes(world, signal) {
  const [a, b] = await pairThroughBalancers(world);
  await Promise.all([publishBoth(a), publishBoth(b)]);
  await seeAndHear(a, b);
  await Promise.all([a, b].map((who) => who.call(() => window.t.room().localParticipant.publishData(new TextEncoder().encode('before'), { reliable: true }))));
  await Promise.all([a, b].map((who) => who.call(() => window.t.received('before'))));
  const before = [await sidOf(b, a), await sidOf(a, b), await trackSidsOf(b, a), await trackSidsOf(a, b)];
  const owner = await world.owner();
  await Promise.all([a, b].map((who) => who.call(() => window.t.clear())));
  await Promise.all([[a, b], [b, a]].map(([who, other]) => who.call((id) => window.t.watch(id), other.name)));

  const begun = Date.now();
  world.kill(owner, signal);
  if (process.env.DUMP) {
    for (let i = 0; i < 4; i++) {
      await new Promise((r) => setTimeout(r, 2000));
      for (const [who, other] of [[a, b], [b, a]]) console.error('DUMP', who.name, JSON.stringify(await who.call(async (id) => { const t = window.t.publicationOf(id, 'camera')?.track; const m = window.t.publicationOf(id, 'microphone')?.track; const r = [...(await t.getRTCStatsReport()).values()].filter((e) => e.type === 'inbound-rtp').map((e) => ({ ssrc: e.ssrc, frames: e.framesDecoded, recv: e.framesReceived, pk: e.packetsReceived, pli: e.pliCount, nack: e.nackCount, keys: e.keyFramesDecoded })); const x = [...(await m.getRTCStatsReport()).values()].filter((e) => e.type === 'inbound-rtp').map((e) => ({ ssrc: e.ssrc, pk: e.packetsReceived })); const out = [...(await window.t.me().getTrackPublication('camera').track.sender.getStats()).values()].filter((e) => e.type === 'outbound-rtp').map((e) => ({ rid: e.rid, f: e.framesSent, pk: e.packetsSent, active: e.active, pli: e.pliCount })); return { r, x, out }; }, other.name)));
    }
  }
  const pictureBackMs = await recovered([a, b], begun);

  await Promise.all([sees(a, b), sees(b, a)]);
  await seeAndHear(a, b);
  const after = [await sidOf(b, a), await sidOf(a, b), await trackSidsOf(b, a), await trackSidsOf(a, b)];
  assert(JSON.stringify(before) === JSON.stringify(after), `sids were ${JSON.stringify(before)} and are ${JSON.stringify(after)}`);
  for (const who of [a, b]) {
    const names = await who.call(() => window.t.events().map((event) => event.name));
    const wrong = names.filter((name) => ['ParticipantDisconnected', 'ParticipantConnected', 'Ended', 'TrackUnpublished', 'TrackPublished'].includes(name));
    assert(wrong.length === 0, `${who.name} noticed ${names}`);
  }
  await a.call(() => window.t.room().localParticipant.publishData(new TextEncoder().encode('after a'), { reliable: true }));
  await b.call(() => window.t.room().localParticipant.publishData(new TextEncoder().encode('after b'), { reliable: true }));
  await Promise.all([a.call(() => window.t.received('after b')), b.call(() => window.t.received('after a'))]);
  const gapsMs = await Promise.all([[a, b], [b, a]].map(([who, other]) => who.call((id) => window.t.longestGap(id), other.name)));
  const reconnects = await Promise.all([a, b].map((who) => who.call(() => window.t.events().filter((event) => event.name === 'Reconnected').length)));
  return { pictureBackMs, gapsMs, reconnects };
}

export const failure = {
  /** It dies without a word. */
  ownerKilled: (world) => ownerGoes(world, 'SIGKILL'),

  /** It is asked to end, and hands its room over first. */
  ownerDrained: (world) => ownerGoes(world, 'SIGTERM'),
};

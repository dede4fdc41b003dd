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

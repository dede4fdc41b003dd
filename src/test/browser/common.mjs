// What several scenarios do.

/** Two people in the room, on one server each if there are two. */
export async function pair(world, settings = {}) {
  const [a, b] = await Promise.all([world.page('ann', 0), world.page('ben', 1)]);
  await a.join(settings);
  await b.join(settings);
  return [a, b];
}

export const publishBoth = (who) => who.call(() => window.t.publishBoth());

export const unpublishCamera = (who) => who.call(() => window.t.unpublishCamera());

export const sees = (who, other, source) => who.call(({ id, from }) => window.t.moving(id, from), { id: other.name, from: source });

export const hears = (who, other) => who.call((id) => window.t.sounding(id), other.name);

/** Everybody's picture and sound, at everybody else's. */
export async function seeAndHear(...people) {
  const pairs = people.flatMap((who) => people.filter((other) => other !== who).map((other) => [who, other]));
  const pictures = await Promise.all(pairs.map(([who, other]) => sees(who, other)));
  const sounds = await Promise.all(pairs.map(([who, other]) => hears(who, other)));
  return { pictures, sounds };
}

export const sidOf = (who, other) => who.call((id) => window.t.room().remoteParticipants.get(id).sid, other.name);

export const trackSidsOf = (who, other) => who.call((id) => [...window.t.room().remoteParticipants.get(id).trackPublications.keys()].sort(), other.name);

/** Two people on two nodes, each behind a cable that leads to another node when theirs is gone. */
export async function pairThroughBalancers(world) {
  const pages = [await world.page('ann', 0), await world.page('ben', 1)];
  for (const [index, who] of pages.entries()) {
    const cable = await world.cable(...world.servers.slice(index), ...world.servers.slice(0, index));
    await who.join({ url: cable.url });
  }
  return pages;
}

export function assert(condition, text) {
  if (!condition) throw new Error(text);
}

// Calls between real pages: media, tracks, layers, codecs. Each scenario gets a World and returns figures; throwing is failing.
import { assert, pair, publishBoth, seeAndHear, sees, unpublishCamera } from './common.mjs';

export const calls = {
  /** Audio and simulcast video both ways. */
  async media(world) {
    const [a, b] = await pair(world);
    await Promise.all([publishBoth(a), publishBoth(b)]);
    const seen = await seeAndHear(a, b);
    const roster = await a.call(() => [...window.t.room().remoteParticipants.keys()]);
    assert(roster.join() === 'ben', `roster is ${roster}`);
    return seen;
  },

  /** The newcomer's way: the page itself (adaptive stream, dynacast), filled in and clicked. */
  async tryPage(world) {
    const [a, b] = await Promise.all([world.page('ann', 0), world.page('ben', 1)]);
    const begun = Date.now();
    for (const who of [a, b]) {
      await who.page.goto(`${who.base}/try?room=${world.room}&name=${who.name}&join=1&single=${world.mode === 'single' ? 1 : 0}`);
      await world.equip(who);
    }
    const playing = (who, other) => who.call((name) => window.t.until(`tile of ${name} plays`, () => {
      const tile = [...document.querySelectorAll('.tile')].find((each) => each.dataset.key === name);
      const video = tile?.querySelector('video');
      return tile?.classList.contains('has-video') && video.videoWidth > 0 && video.currentTime > 0;
    }), other.name);
    await Promise.all([playing(a, b), playing(b, a)]);
    const visibleAfterMs = Date.now() - begun;
    await a.call(() => {
      const chat = document.getElementById('chat');
      chat.text.value = 'hello there';
      chat.requestSubmit();
    });
    await b.call(() => window.t.until('the chat line', () => document.getElementById('messages').textContent.includes('hello there')));
    await a.call(() => document.getElementById('leave').click());
    await b.call(() => window.t.until('one tile', () => document.querySelectorAll('.tile').length === 1));
    return { visibleAfterMs };
  },

  /** A subscriber picks layers; each choice shows within a second once warm. */
  async layers(world) {
    const [a, b] = await pair(world);
    await a.call(async () => {
      await window.t.room().localParticipant.setCameraEnabled(true, { resolution: { width: 1280, height: 720, frameRate: 30 } });
    });
    await sees(b, a);
    const choose = (quality, width) => b.call(async ({ id, quality: wanted, width: expected }) => {
      const publication = await window.t.until('publication', () => window.t.publicationOf(id, 'camera'));
      publication.setVideoQuality(window.t.VideoQuality[wanted]);
      return window.t.widthBecomes(id, expected, 10000);
    }, { id: a.name, quality, width });
    const firstHighMs = await choose('HIGH', 1280);
    const lowMs = await choose('LOW', 320);
    const mediumMs = await choose('MEDIUM', 640);
    const low2Ms = await choose('LOW', 320);
    const highMs = await choose('HIGH', 1280);
    return { firstHighMs, lowMs, mediumMs, low2Ms, highMs };
  },

  /** Mute, unmute, unpublish, publish again, screen share, each as the other side sees it. */
  async tracks(world) {
    const [a, b] = await pair(world);
    await publishBoth(a);
    await sees(b, a);
    await a.call(() => window.t.room().localParticipant.setMicrophoneEnabled(false));
    await b.call((id) => window.t.happened('TrackMuted'), a.name);
    await a.call(() => window.t.room().localParticipant.setMicrophoneEnabled(true));
    await b.call((id) => window.t.happened('TrackUnmuted'), a.name);
    await b.call((id) => window.t.sounding(id), a.name);
    await a.call(() => window.t.room().localParticipant.setCameraEnabled(false));
    await a.call(() => window.t.room().localParticipant.setCameraEnabled(true));
    await sees(b, a);
    await unpublishCamera(a);
    await b.call((id) => window.t.happened('TrackUnpublished'), a.name);
    await b.call((id) => window.t.until('no camera', () => !window.t.publicationOf(id, 'camera')), a.name);
    await a.call(() => window.t.room().localParticipant.setCameraEnabled(true));
    await sees(b, a);
    await a.call(() => window.t.publishScreen());
    const screen = await sees(b, a, 'screen_share');
    return { screen };
  },

  /** Leaving is seen at once; the name can come back. */
  async leave(world) {
    const [a, b] = await pair(world);
    await publishBoth(a);
    await sees(b, a);
    const begun = Date.now();
    await a.call(() => window.t.room().disconnect());
    await b.call(() => window.t.happened('ParticipantDisconnected', 'ann'));
    const ms = Date.now() - begun;
    await a.join({ key: 'again' });
    await b.call(() => window.t.happened('ParticipantConnected', 'ann'));
    return { seenAfterMs: ms };
  },

  /** A third one comes into a running call: sees both, and both see it. */
  async latecomer(world) {
    const [a, b] = await pair(world);
    await Promise.all([publishBoth(a), publishBoth(b)]);
    await seeAndHear(a, b);
    const c = await world.page('cid', 0);
    const begun = Date.now();
    await c.join();
    await Promise.all([c.call((id) => window.t.firstFrame(id), a.name), c.call((id) => window.t.firstFrame(id), b.name)]);
    const ms = Date.now() - begun;
    await publishBoth(c);
    await Promise.all([a, b].map((who) => sees(who, c)));
    return { seesBothAfterMs: ms };
  },

  /** VP9 and AV1 as scalable streams, H264 as simulcast. */
  async codecs(world) {
    const [a, b] = await pair(world);
    const result = {};
    for (const codec of ['vp8', 'vp9', 'av1', 'h264']) {
      await a.call(async (name) => {
        await window.t.room().localParticipant.setCameraEnabled(true, { resolution: { width: 640, height: 360, frameRate: 20 } }, { videoCodec: name, backupCodec: false });
      }, codec);
      result[codec] = await sees(b, a);
      await unpublishCamera(a);
      await b.call((id) => window.t.until('gone', () => !window.t.publicationOf(id, 'camera')), a.name);
    }
    return result;
  },

  /** From publish to the first decoded frame elsewhere, warm; and how long a join takes. */
  async speed(world) {
    const [a, b] = await pair(world);
    const firstFrames = [];
    const joins = [];
    for (let i = 0; i < 4; i++) {
      const begun = Date.now();
      const shown = b.call((id) => window.t.firstFrame(id), a.name);
      await a.call(() => window.t.room().localParticipant.setCameraEnabled(true));
      firstFrames.push(await shown - begun);
      await unpublishCamera(a);
      await b.call((id) => window.t.until('gone', () => !window.t.publicationOf(id, 'camera')), a.name);
      joins.push((await b.join({ key: `join${i}`, grants: { identity: `joiner${i}` } })).ms);
    }
    return { publishToFirstFrameMs: firstFrames.slice(1), joinMs: joins };
  },

  /** Four people, everybody sees and hears everybody. */
  async four(world) {
    const people = await Promise.all(['ann', 'ben', 'cid', 'dot'].map((name, i) => world.page(name, i)));
    await Promise.all(people.map((who) => who.join()));
    await Promise.all(people.map(publishBoth));
    const { pictures } = await seeAndHear(...people);
    return { frames: pictures.map((picture) => picture.frames) };
  },

  /** One page in two rooms at once; neither hears of the other. */
  async twoRooms(world) {
    const [a, b] = await pair(world);
    const c = await world.page('cid', 0);
    await c.join({ grants: { room: `${world.room}-2` } });
    await a.join({ key: 'second', grants: { room: `${world.room}-2` } });
    await Promise.all([publishBoth(b), publishBoth(c)]);
    await sees(a, b);
    await a.call((id) => window.t.moving(id, 'camera', 'second'), c.name);
    const people = await a.call(() => ['main', 'second'].map((key) => [...window.t.room(key).remoteParticipants.keys()].join()));
    assert(people.join('/') === 'ben/cid', people.join('/'));
    return {};
  },

  /** Adaptive stream and dynacast: a small tile gets the low layer, a hidden one pauses, unwanted layers are not sent. */
  async adaptive(world) {
    const [a, b] = await pair(world, { options: { adaptiveStream: true, dynacast: true } });
    await a.call(() => window.t.publishBoth({ width: 1280, height: 720, frameRate: 20 }));
    await b.call((id) => window.t.sizeTile(id, 200, 112), a.name);
    await sees(b, a);
    const smallMs = await b.call((id) => window.t.widthBecomes(id, 320, 15000), a.name);
    // Dynacast: nobody wants the upper layers, so the publisher ends them.
    const quietMs = await a.call(() => window.t.sentLayersBecome('320', 15000));
    await b.call((id) => window.t.sizeTile(id, 1280, 720), a.name);
    const largeMs = await b.call((id) => window.t.widthBecomes(id, 1280, 15000), a.name);
    return { smallMs, quietMs, largeMs };
  },
};

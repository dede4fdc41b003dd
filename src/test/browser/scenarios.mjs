// What real pages do with each other. Each scenario gets `page(name, serverIndex)` and returns figures; throwing is failing.

/** Two people in the room, both publishing camera and microphone. */
async function pair({ page }, settings = {}) {
  const [a, b] = [await page('ann', 0), await page('ben', 1)];
  await a.join(settings);
  await b.join(settings);
  return [a, b];
}

const publishBoth = (who) => who.call(async () => {
  await window.t.room().localParticipant.enableCameraAndMicrophone();
});

async function seeAndHear(a, b) {
  const pictures = await Promise.all([a.call((id) => window.t.moving(id), b.name), b.call((id) => window.t.moving(id), a.name)]);
  const sounds = await Promise.all([a.call((id) => window.t.sounding(id), b.name), b.call((id) => window.t.sounding(id), a.name)]);
  return { pictures, sounds };
}

function assert(condition, text) {
  if (!condition) throw new Error(text);
}

export const scenarios = {
  /** Audio and simulcast video both ways. */
  async media(world) {
    const [a, b] = await pair(world);
    await Promise.all([publishBoth(a), publishBoth(b)]);
    const seen = await seeAndHear(a, b);
    const roster = await a.call(() => [...window.t.room().remoteParticipants.keys()]);
    assert(roster.join() === 'ben', `roster is ${roster}`);
    return seen;
  },

  /** The newcomer's way: the page itself, filled in and clicked. */
  async tryPage({ page, servers }) {
    const a = await page('ann', 0);
    const b = await page('ben', 1);
    const begun = Date.now();
    for (const who of [a, b]) {
      await who.page.goto(`${who.base}/try?room=${who.room}&name=${who.name}&join=1`);
    }
    const check = async (who, other) => {
      const end = Date.now() + 15000;
      for (;;) {
        const playing = await who.call((name) => {
          const tile = [...document.querySelectorAll('.tile')].find((each) => each.dataset.key === name);
          const video = tile?.querySelector('video');
          return Boolean(tile?.classList.contains('has-video') && video && video.videoWidth > 0 && video.currentTime > 0);
        }, other.name);
        if (playing) return Date.now() - begun;
        if (Date.now() > end) throw new Error(`${who.name} does not see ${other.name}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const ms = await Promise.all([check(a, b), check(b, a)]);
    await a.page.fill('#chat input', 'hello there');
    await a.page.press('#chat input', 'Enter');
    await b.page.waitForFunction(() => document.getElementById('messages').textContent.includes('hello there'));
    await a.page.click('#leave');
    await b.page.waitForFunction(() => document.querySelectorAll('.tile').length === 1);
    return { visibleAfterMs: ms, servers };
  },

  /** A subscriber picks layers; each choice shows within a second once warm. */
  async layers(world) {
    const [a, b] = await pair(world);
    await a.call(async () => {
      await window.t.room().localParticipant.setCameraEnabled(true, { resolution: { width: 1280, height: 720, frameRate: 30 } });
    });
    await b.call((id) => window.t.moving(id), a.name);
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
    await b.call((id) => window.t.moving(id), a.name);
    await a.call(() => window.t.room().localParticipant.setMicrophoneEnabled(false));
    await b.call((id) => window.t.happened('TrackMuted'), a.name);
    await a.call(() => window.t.room().localParticipant.setMicrophoneEnabled(true));
    await b.call((id) => window.t.happened('TrackUnmuted'), a.name);
    await b.call((id) => window.t.sounding(id), a.name);
    await a.call(() => window.t.room().localParticipant.setCameraEnabled(false));
    await a.call(() => window.t.room().localParticipant.setCameraEnabled(true));
    await b.call((id) => window.t.moving(id), a.name);
    await a.call(async () => {
      const me = window.t.room().localParticipant;
      await me.unpublishTrack(me.getTrackPublication('camera').track);
    });
    await b.call((id) => window.t.happened('TrackUnpublished'), a.name);
    await b.call((id) => window.t.until('no camera', () => !window.t.publicationOf(id, 'camera')), a.name);
    await a.call(() => window.t.room().localParticipant.setCameraEnabled(true));
    await b.call((id) => window.t.moving(id), a.name);
    // A canvas stands in for the screen: headless browsers have none to pick.
    await a.call(async () => {
      const canvas = document.createElement('canvas');
      canvas.width = 1280;
      canvas.height = 720;
      const context = canvas.getContext('2d');
      setInterval(() => {
        context.fillStyle = `hsl(${performance.now() / 20 % 360} 60% 50%)`;
        context.fillRect(0, 0, 1280, 720);
      }, 100);
      const [track] = canvas.captureStream(15).getVideoTracks();
      await window.t.room().localParticipant.publishTrack(track, { source: 'screen_share', name: 'screen' });
    });
    const screen = await b.call((id) => window.t.moving(id, 'screen_share'), a.name);
    return { screen };
  },

  /** Data packets, text streams, byte streams, RPC, attributes and metadata. */
  async data(world) {
    const [a, b] = await pair(world, { grants: { canUpdateOwnMetadata: '1' } });
    const send = (who, text, options) => who.call(async ({ text: words, options: how }) => {
      await window.t.room().localParticipant.publishData(new TextEncoder().encode(words), how);
    }, { text, options });
    await a.call((id) => window.t.until('ben is there', () => window.t.room().remoteParticipants.has(id)), b.name);
    await send(a, 'reliable one', { reliable: true, topic: 'x' });
    const got = await b.call(() => window.t.received('reliable one'));
    assert(got.from === 'ann' && got.topic === 'x', JSON.stringify(got));
    await send(b, 'lossy one', { reliable: false });
    await a.call(() => window.t.received('lossy one'));
    await send(a, 'for nobody', { reliable: true, destinationIdentities: ['nobody'] });
    await send(a, 'for ben', { reliable: true, destinationIdentities: ['ben'] });
    await b.call(() => window.t.received('for ben'));
    const texts = await b.call(() => window.t.seen.main.data.map((message) => message.text));
    assert(!texts.includes('for nobody'), 'a message for somebody else arrived');
    await b.call(() => {
      const room = window.t.room();
      room.localParticipant.registerRpcMethod('add', async ({ payload, callerIdentity }) => {
        const { x, y } = JSON.parse(payload);
        return JSON.stringify({ sum: x + y, callerIdentity });
      });
      window.t.streamed = new Promise((resolve) => room.registerTextStreamHandler('essay', async (reader) => resolve((await reader.readAll()).length)));
      window.t.file = new Promise((resolve) => room.registerByteStreamHandler('file', async (reader) => {
        const parts = await reader.readAll();
        resolve(parts.reduce((sum, part) => sum + part.length, 0));
      }));
    });
    const answer = await a.call((id) => window.t.room().localParticipant.performRpc({ destinationIdentity: id, method: 'add', payload: '{"x":2,"y":3}' }), b.name);
    assert(JSON.parse(answer).sum === 5 && JSON.parse(answer).callerIdentity === 'ann', answer);
    const unsupported = await a.call(async (id) => {
      try {
        await window.t.room().localParticipant.performRpc({ destinationIdentity: id, method: 'nothing', payload: '' });
        return 'no error';
      } catch (error) {
        return error.code;
      }
    }, b.name);
    assert(unsupported === 1400, `unsupported method gave ${unsupported}`);
    await a.call(() => window.t.room().localParticipant.sendText('word '.repeat(60000), { topic: 'essay' }));
    assert(await b.call(() => window.t.streamed) === 300000, 'text stream length');
    await a.call(async () => {
      const file = new File([new Uint8Array(1_000_000)], 'big.bin');
      await window.t.room().localParticipant.sendFile(file, { topic: 'file' });
    });
    assert(await b.call(() => window.t.file) === 1_000_000, 'byte stream length');
    await a.call(async () => {
      await window.t.room().localParticipant.setMetadata('about me');
      await window.t.room().localParticipant.setAttributes({ mood: 'good' });
      await window.t.room().localParticipant.setName('Ann A.');
    });
    await b.call((id) => window.t.until('attributes', () => {
      const who = window.t.room().remoteParticipants.get(id);
      return who.metadata === 'about me' && who.attributes.mood === 'good' && who.name === 'Ann A.';
    }), a.name);
    return {};
  },

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

  /** Leaving is seen at once; the name can come back. */
  async leave(world) {
    const [a, b] = await pair(world);
    await publishBoth(a);
    await b.call((id) => window.t.moving(id), a.name);
    const begun = Date.now();
    await a.call(() => window.t.room().disconnect());
    await b.call(() => window.t.happened('ParticipantDisconnected', 'ann'));
    const ms = Date.now() - begun;
    await a.join({ key: 'again' });
    await b.call(() => window.t.happened('ParticipantConnected', 'ann'));
    return { seenAfterMs: ms };
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
      await a.call(async () => {
        const me = window.t.room().localParticipant;
        await me.unpublishTrack(me.getTrackPublication('camera').track);
      });
      await b.call((id) => window.t.until('gone', () => !window.t.publicationOf(id, 'camera')), a.name);
      joins.push((await b.join({ key: `join${i}`, token: await (await world.page(`joiner${i}`)).token() })).ms);
    }
    return { publishToFirstFrameMs: firstFrames.slice(1), joinMs: joins };
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
    await Promise.all([a, b].map((who) => who.call((id) => window.t.moving(id), 'cid')));
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
      result[codec] = await b.call((id) => window.t.moving(id), a.name);
      await a.call(async () => {
        const me = window.t.room().localParticipant;
        await me.unpublishTrack(me.getTrackPublication('camera').track);
      });
      await b.call((id) => window.t.until('gone', () => !window.t.publicationOf(id, 'camera')), a.name);
    }
    return result;
  },
};


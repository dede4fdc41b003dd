// Runs inside the page, beside livekit-client: what scenarios ask of a participant. Set up as window.t by run.mjs.
window.t = (() => {
  const { Room, RoomEvent, Track, VideoQuality, DataPacket_Kind } = window.parley.LivekitClient;
  const rooms = {};
  const seen = {};
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  async function until(what, check, limitMs = 15000) {
    const end = performance.now() + limitMs;
    for (;;) {
      const result = await check();
      if (result) return result;
      if (performance.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
      await sleep(20);
    }
  }

  async function connect({ key = 'main', url, token, single = true, options = {}, connectOptions = {} }) {
    const room = new Room({ singlePeerConnection: single, dynacast: false, adaptiveStream: false, ...options });
    const events = [];
    seen[key] = { events, data: [], texts: [], chat: [] };
    const note = (name) => (...args) => events.push({ name, at: performance.now(), detail: String(args[0]?.identity ?? args[0]?.sid ?? args[0] ?? '') });
    for (const name of ['Connected', 'Reconnecting', 'Reconnected', 'SignalReconnecting', 'Disconnected', 'ParticipantConnected', 'ParticipantDisconnected',
      'TrackPublished', 'TrackUnpublished', 'TrackMuted', 'TrackUnmuted', 'ParticipantMetadataChanged', 'ParticipantAttributesChanged',
      'ParticipantPermissionsChanged', 'RoomMetadataChanged', 'ParticipantNameChanged', 'TrackSubscriptionFailed']) {
      room.on(RoomEvent[name], note(name));
    }
    room.on(RoomEvent.TrackSubscribed, (track, publication, participant) => {
      const element = track.attach();
      document.body.append(element);
      events.push({ name: 'TrackSubscribed', at: performance.now(), detail: `${participant.identity} ${publication.source}` });
    });
    room.on(RoomEvent.TrackUnsubscribed, (track, publication, participant) => {
      track.detach().forEach((element) => element.remove());
      events.push({ name: 'TrackUnsubscribed', at: performance.now(), detail: `${participant.identity} ${publication.source}` });
    });
    room.on(RoomEvent.DataReceived, (payload, participant, kind, topic) => seen[key].data.push({ text: new TextDecoder().decode(payload), from: participant?.identity, topic, reliable: kind === DataPacket_Kind.RELIABLE }));
    rooms[key] = room;
    const begun = performance.now();
    await room.connect(url, token, connectOptions);
    return { ms: performance.now() - begun, sid: room.localParticipant.sid, identity: room.localParticipant.identity };
  }

  const room = (key = 'main') => rooms[key];

  function publicationOf(identity, source, key) {
    return room(key).remoteParticipants.get(identity)?.getTrackPublication(source);
  }

  /** The inbound RTP figures of one received track. */
  async function inbound(identity, source, key = 'main') {
    const track = publicationOf(identity, source, key)?.track;
    if (!track) return undefined;
    const report = await track.getRTCStatsReport();
    if (!report) return undefined;
    for (const entry of report.values()) {
      if (entry.type === 'inbound-rtp') return entry;
    }
    return undefined;
  }

  /** Decoded pictures go on growing; gives size and how many came in that second. */
  async function moving(identity, source = Track.Source.Camera, key = 'main') {
    const first = await until(`picture of ${identity} ${source}`, async () => {
      const entry = await inbound(identity, source, key);
      return entry && (entry.framesDecoded ?? 0) > 2 ? entry : undefined;
    });
    await sleep(1000);
    const second = await inbound(identity, source, key);
    if (!(second.framesDecoded > first.framesDecoded)) throw new Error(`picture of ${identity} ${source} stands still at ${second.framesDecoded}`);
    return { frames: second.framesDecoded - first.framesDecoded, width: second.frameWidth, height: second.frameHeight, freezes: second.freezeCount ?? 0, codec: second.codecId ?? '' };
  }

  /** Received sound has energy and goes on growing (Firefox has no energy figure: packets then). */
  async function sounding(identity, source = Track.Source.Microphone, key = 'main') {
    const figure = (entry) => entry?.totalAudioEnergy ?? entry?.packetsReceived ?? 0;
    const first = await until(`sound of ${identity}`, async () => {
      const entry = await inbound(identity, source, key);
      return entry && figure(entry) > 0 ? entry : undefined;
    });
    await sleep(1200);
    const second = await inbound(identity, source, key);
    if (!(figure(second) > figure(first))) throw new Error(`sound of ${identity} does not grow: ${figure(first)} → ${figure(second)}`);
    return { energy: figure(second) };
  }

  async function widthBecomes(identity, wanted, limitMs = 5000, key = 'main') {
    const begun = performance.now();
    await until(`width ${wanted} of ${identity}`, async () => {
      const entry = await inbound(identity, Track.Source.Camera, key);
      return entry?.frameWidth === wanted;
    }, limitMs);
    return performance.now() - begun;
  }

  const happened = (name, detail = '', key = 'main') => until(`${name} ${detail}`, () => seen[key].events.find((event) => event.name === name && event.detail.includes(detail)));
  const events = (key = 'main') => seen[key].events;
  const clear = (key = 'main') => { seen[key].events.length = 0; };
  const received = (text, key = 'main') => until(`data ${text}`, () => seen[key].data.find((message) => message.text === text));
  const state = (key = 'main') => room(key).state;

  /** Bytes of decoded picture: the time of the first frame at a subscriber, by the page's clock. */
  async function firstFrame(identity, source = Track.Source.Camera, key = 'main') {
    return until(`first frame of ${identity}`, async () => {
      const entry = await inbound(identity, source, key);
      return (entry?.framesDecoded ?? 0) > 0 ? Date.now() : undefined;
    });
  }

  return { connect, room, publicationOf, inbound, moving, sounding, widthBecomes, happened, events, clear, received, state, until, sleep, firstFrame, Track, VideoQuality, seen };
})();

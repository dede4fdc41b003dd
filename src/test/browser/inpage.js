// Runs inside the page, beside livekit-client: what scenarios ask of a participant. Set up as window.t by run.mjs.
window.t = (() => {
  const { Room, RoomEvent, Track, VideoQuality, DataPacket_Kind, DisconnectReason, ExternalE2EEKeyProvider } = window.parley.LivekitClient;
  const rooms = {};
  const seen = {};
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  async function until(what, check, limitMs = 15000) {
    const end = performance.now() + limitMs;
    for (;;) {
      const result = await check();
      if (result) return result;
      if (performance.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
      await sleep(25);
    }
  }

  /** The options that make `secret` everybody's key; `workerCode` is livekit-client's encryption worker. */
  async function encryption({ secret, workerCode }) {
    const keyProvider = new ExternalE2EEKeyProvider();
    await keyProvider.setKey(secret);
    return { encryption: { keyProvider, worker: new Worker(URL.createObjectURL(new Blob([workerCode], { type: 'text/javascript' }))) } };
  }

  async function connect({ key = 'main', url, token, single = true, options = {}, connectOptions = {}, e2ee }) {
    const sealed = e2ee ? await encryption(e2ee) : {};
    const room = new Room({ singlePeerConnection: single, dynacast: false, adaptiveStream: false, ...options, ...sealed });
    if (e2ee) await room.setE2EEEnabled(true);
    const events = [];
    seen[key] = { events, data: [], texts: [], chat: [] };
    const note = (name) => (...args) => events.push({ name, at: performance.now(), detail: String(args[0]?.identity ?? args[0]?.sid ?? args[0] ?? '') });
    for (const name of ['Connected', 'Reconnecting', 'Reconnected', 'SignalReconnecting', 'Disconnected', 'ParticipantConnected', 'ParticipantDisconnected',
      'TrackPublished', 'TrackUnpublished', 'TrackMuted', 'TrackUnmuted', 'ParticipantMetadataChanged', 'ParticipantAttributesChanged',
      'ParticipantPermissionsChanged', 'RoomMetadataChanged', 'ParticipantNameChanged', 'TrackSubscriptionFailed', 'TrackSubscriptionPermissionChanged']) {
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
    room.on(RoomEvent.Disconnected, (reason) => events.push({ name: 'Ended', at: performance.now(), detail: DisconnectReason[reason] ?? String(reason) }));
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
    return [...report.values()].find((entry) => entry.type === 'inbound-rtp');
  }

  /** Decoded pictures go on growing; gives size and how many came a second. Firefox shows a track's predecessor for a while: start again then. */
  async function moving(identity, source = Track.Source.Camera, key = 'main') {
    let first;
    let last;
    await until(`picture of ${identity} ${source} moves`, async () => {
      last = await inbound(identity, source, key);
      if (!last || (last.framesDecoded ?? 0) <= 2) return false;
      if (first?.ssrc !== last.ssrc) first = last;
      return last.framesDecoded > first.framesDecoded + 4 && last.timestamp > first.timestamp + 500;
    }, 30000);
    const frames = Math.round((last.framesDecoded - first.framesDecoded) / (last.timestamp - first.timestamp) * 1000);
    return { frames, width: last.frameWidth, height: last.frameHeight, freezes: last.freezeCount ?? 0 };
  }

  /** Received sound has energy and goes on growing. */
  async function sounding(identity, source = Track.Source.Microphone, key = 'main') {
    let first;
    let last;
    await until(`sound of ${identity}`, async () => {
      last = await inbound(identity, source, key);
      if (!(last?.totalAudioEnergy > 0)) return false;
      if (first?.ssrc !== last.ssrc) first = last;
      return last.totalAudioEnergy > first.totalAudioEnergy;
    });
    return { energy: last.totalAudioEnergy };
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

  const me = (key = 'main') => room(key).localParticipant;

  async function publishBoth(resolution = { width: 640, height: 360, frameRate: 20 }, key = 'main') {
    await Promise.all([me(key).setMicrophoneEnabled(true), me(key).setCameraEnabled(true, { resolution })]);
  }

  const unpublishCamera = () => me().unpublishTrack(me().getTrackPublication('camera').track);

  /** A voice that never pauses for breath: the fake microphone's beeps are too short to count as speech each time. */
  async function publishTone() {
    const context = new AudioContext();
    await context.resume();
    const oscillator = new OscillatorNode(context, { frequency: 300 });
    const destination = context.createMediaStreamDestination();
    oscillator.connect(destination);
    oscillator.start();
    await me().publishTrack(destination.stream.getAudioTracks()[0], { source: 'microphone', name: 'tone' });
  }

  /** A canvas stands in for the screen: headless browsers have none to pick. */
  async function publishScreen() {
    const canvas = document.createElement('canvas');
    canvas.width = 1280;
    canvas.height = 720;
    document.body.append(canvas);
    const context = canvas.getContext('2d');
    setInterval(() => {
      context.fillStyle = `hsl(${performance.now() / 20 % 360} 60% 50%)`;
      context.fillRect(0, 0, 1280, 720);
    }, 100);
    const [track] = canvas.captureStream(15).getVideoTracks();
    await me().publishTrack(track, { source: 'screen_share', name: 'screen' });
  }

  /** The element that shows somebody's camera, this large. */
  async function sizeTile(identity, width, height) {
    const track = await until(`track of ${identity}`, () => publicationOf(identity, 'camera')?.track);
    const [element] = track.attachedElements;
    Object.assign(element.style, { position: 'fixed', left: 0, top: 0, width: `${width}px`, height: `${height}px` });
  }

  /** The widths of the layers that the camera really sends, such as "320,640"; by frames within half a second. */
  async function sentLayers() {
    const read = async () => {
      const report = await me().getTrackPublication('camera').track.sender.getStats();
      return [...report.values()].filter((entry) => entry.type === 'outbound-rtp');
    };
    const before = new Map((await read()).map((entry) => [entry.id, entry.framesSent]));
    await sleep(500);
    return (await read()).filter((entry) => entry.framesSent > (before.get(entry.id) ?? 0)).map((entry) => entry.frameWidth).sort((x, y) => x - y).join();
  }

  async function sentLayersBecome(wanted, limitMs) {
    const begun = performance.now();
    let last;
    try {
      await until(`sent layers ${wanted}`, async () => (last = await sentLayers()) === wanted, limitMs);
    } catch (error) {
      throw new Error(`${error.message}, but ${last}`);
    }
    return performance.now() - begun;
  }

  async function timed(work) {
    const begun = performance.now();
    await work();
    return Math.round(performance.now() - begun);
  }

  /** No more packets of this picture. */
  async function standsStill(identity, source = 'camera') {
    let last = -1;
    await until(`${source} of ${identity} stands still`, async () => {
      await sleep(500);
      const { packetsReceived } = await inbound(identity, source);
      const still = packetsReceived === last;
      last = packetsReceived;
      return still;
    });
  }

  const connections = (key = 'main') => {
    const { publisher, subscriber } = room(key).engine.pcManager;
    return [publisher, subscriber].filter(Boolean).map((transport) => transport._pc ?? transport.pc);
  };

  /** The transport protocols of the candidate pairs in use: "udp", "tcp" or both. */
  async function protocols(key = 'main') {
    const used = new Set();
    for (const connection of connections(key)) {
      const report = await connection.getStats();
      for (const entry of report.values()) {
        if (entry.type === 'candidate-pair' && entry.state === 'succeeded' && entry.nominated && entry.bytesSent > 0) {
          used.add(report.get(entry.localCandidateId).protocol);
        }
      }
    }
    return [...used].sort().join();
  }

  /** From now on no UDP candidate gets into or out of this page. */
  function forbidUdp() {
    const withoutUdp = (sdp) => sdp.split('\r\n').filter((line) => !/^a=candidate:\S+ \d udp /i.test(line)).join('\r\n');
    const isUdp = (candidate) => / udp /i.test(candidate ?? '');
    const prototype = RTCPeerConnection.prototype;
    const { setRemoteDescription, addIceCandidate } = prototype;
    prototype.setRemoteDescription = function (description) {
      return setRemoteDescription.call(this, { type: description.type, sdp: withoutUdp(description.sdp) });
    };
    prototype.addIceCandidate = function (candidate) {
      return isUdp(candidate?.candidate) ? Promise.resolve() : addIceCandidate.call(this, candidate);
    };
    for (const name of ['createOffer', 'createAnswer']) {
      const create = prototype[name];
      prototype[name] = async function (options) {
        const { type, sdp } = await create.call(this, options);
        return { type, sdp: withoutUdp(sdp) };
      };
    }
    Object.defineProperty(prototype, 'onicecandidate', {
      set(handler) {
        this.addEventListener('icecandidate', (event) => {
          if (!isUdp(event.candidate?.candidate)) handler?.call(this, event);
        });
      },
    });
  }

  /** Bytes of decoded picture: the time of the first frame at a subscriber, by the page's clock. */
  async function firstFrame(identity, source = Track.Source.Camera, key = 'main') {
    return until(`first frame of ${identity}`, async () => {
      const entry = await inbound(identity, source, key);
      return (entry?.framesDecoded ?? 0) > 0 ? Date.now() : undefined;
    });
  }

  const watched = {};

  /** Keeps an eye on a picture from now on: when it comes from another node, and the longest it stood still. */
  async function watch(identity, key = 'main') {
    const state = { ssrc: (await inbound(identity, Track.Source.Camera, key)).ssrc, longest: 0, last: performance.now(), frames: 0 };
    watched[identity] = state;
    state.timer = setInterval(async () => {
      const entry = await inbound(identity, Track.Source.Camera, key);
      const frames = entry?.framesDecoded ?? 0;
      state.moved = state.moved || (entry && entry.ssrc !== state.ssrc && frames > 2);
      if (frames === 0 || frames === state.frames) return;
      state.longest = Math.max(state.longest, performance.now() - state.last);
      state.last = performance.now();
      state.frames = frames;
    }, 20);
  }

  /** The watched picture comes from another node than before, and moves. */
  const recovered = (identity) => until(`picture of ${identity} from another node`, () => watched[identity].moved, 30000);

  function longestGap(identity) {
    clearInterval(watched[identity].timer);
    return Math.round(watched[identity].longest);
  }

  return { watch, recovered, longestGap, connect, room, publicationOf, inbound, moving, sounding, widthBecomes, happened, events, clear, received, state, until, sleep, firstFrame, timed, standsStill, protocols, forbidUdp, me, publishBoth, unpublishCamera, publishScreen, publishTone, sizeTile, sentLayers, sentLayersBecome, Track, VideoQuality, seen };
})();

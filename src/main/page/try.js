// The page behind /try: one room, everybody in it, chat. No framework; `window.parley` is for those who drive it from outside.
const { Room, RoomEvent, Track, ConnectionState, VideoPresets } = window.LivekitClient;

const byId = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const form = byId('join');
form.room.value = query.get('room') ?? 'lobby';
form.name.value = query.get('name') ?? `guest-${Math.random().toString(36).slice(2, 6)}`;
form.single.checked = query.get('single') !== '0';
form.audio.checked = query.get('audio') !== '0';
form.video.checked = query.get('video') !== '0';

let room;

/** A token for this room, from the development server that served the page, unless the address brings one. */
async function token(roomName, name) {
  if (query.get('token')) return query.get('token');
  const answer = await fetch(`try/token?${new URLSearchParams({ room: roomName, identity: name })}`);
  if (!answer.ok) throw new Error(`no token: ${await answer.text()}`);
  return answer.text();
}

function serverUrl() {
  return query.get('url') ?? location.origin.replace(/^http/, 'ws');
}

async function join() {
  room = new Room({
    adaptiveStream: query.get('adaptive') !== '0',
    dynacast: true,
    singlePeerConnection: form.single.checked,
    videoCaptureDefaults: { resolution: VideoPresets.h720.resolution },
  });
  window.parley.room = room;
  listen();
  await room.connect(serverUrl(), await token(form.room.value, form.name.value));
  byId('room-name').textContent = form.room.value;
  byId('lobby').hidden = true;
  byId('call').hidden = false;
  document.title = `${form.room.value} · Parley`;
  showEverybody();
  const wanted = [];
  if (form.audio.checked) wanted.push(['microphone', room.localParticipant.setMicrophoneEnabled(true)]);
  if (form.video.checked) wanted.push(['camera', room.localParticipant.setCameraEnabled(true)]);
  for (const [what, done] of wanted) done.catch((error) => note(`no ${what}: ${error.message}`));
}

function listen() {
  const redraw = [
    RoomEvent.ParticipantConnected, RoomEvent.ParticipantDisconnected, RoomEvent.TrackSubscribed, RoomEvent.TrackUnsubscribed,
    RoomEvent.TrackPublished, RoomEvent.TrackUnpublished, RoomEvent.LocalTrackPublished, RoomEvent.LocalTrackUnpublished,
    RoomEvent.TrackMuted, RoomEvent.TrackUnmuted, RoomEvent.ActiveSpeakersChanged, RoomEvent.ConnectionQualityChanged,
    RoomEvent.ParticipantNameChanged,
  ];
  for (const event of redraw) room.on(event, showEverybody);
  room.on(RoomEvent.ParticipantConnected, (who) => note(`${nameOf(who)} came in`));
  room.on(RoomEvent.ParticipantDisconnected, (who) => note(`${nameOf(who)} left`));
  room.on(RoomEvent.ConnectionStateChanged, showState);
  room.on(RoomEvent.Disconnected, onDisconnected);
  room.on(RoomEvent.ChatMessage, (message, who) => say(nameOf(who ?? room.localParticipant), message.message));
  room.registerTextStreamHandler('lk.chat', async (reader, who) => {
    const from = room.remoteParticipants.get(who.identity);
    say(from ? nameOf(from) : who.identity, await reader.readAll());
  });
  room.on(RoomEvent.MediaDevicesError, (error) => note(error.message));
}

function showState(state) {
  const status = byId('status');
  status.textContent = state === ConnectionState.Connected ? '' : `${state} …`;
  status.classList.toggle('warn', state !== ConnectionState.Connected && state !== ConnectionState.Connecting);
}

function onDisconnected(reason) {
  byId('call').hidden = true;
  byId('lobby').hidden = false;
  byId('stage').replaceChildren();
  byId('lobby-error').textContent = reason ? `The call ended (${window.LivekitClient.DisconnectReason[reason] ?? reason}).` : '';
}

const nameOf = (participant) => participant.name || participant.identity;

/** One tile for each participant, and one for each shared screen. */
function showEverybody() {
  const wanted = new Map();
  for (const participant of [room.localParticipant, ...room.remoteParticipants.values()]) {
    wanted.set(participant.identity, () => draw(participant, participant.identity, Track.Source.Camera));
    if (participant.getTrackPublication(Track.Source.ScreenShare)) {
      wanted.set(`${participant.identity} screen`, () => draw(participant, `${participant.identity} screen`, Track.Source.ScreenShare));
    }
  }
  for (const tile of [...byId('stage').children]) if (!wanted.has(tile.dataset.key)) tile.remove();
  for (const drawTile of wanted.values()) drawTile();
  playAudio();
  showButtons();
}

function draw(participant, key, source) {
  const tile = tileOf(key);
  const isScreen = source === Track.Source.ScreenShare;
  const publication = participant.getTrackPublication(source);
  const track = publication && !publication.isMuted ? publication.track : undefined;
  const video = tile.querySelector('video');
  if (track && !track.attachedElements.includes(video)) track.attach(video);
  if (!track && video.srcObject) video.srcObject = null;
  tile.classList.toggle('has-video', Boolean(track));
  tile.classList.toggle('self', participant.isLocal);
  tile.classList.toggle('screen', isScreen);
  tile.classList.toggle('speaking', participant.isSpeaking && !isScreen);
  tile.classList.toggle('mic-off', !participant.isMicrophoneEnabled && !isScreen);
  tile.dataset.quality = participant.connectionQuality;
  tile.querySelector('.initials').textContent = nameOf(participant).slice(0, 2).toUpperCase();
  tile.querySelector('.who').textContent = nameOf(participant) + (participant.isLocal ? ' (you)' : '') + (isScreen ? ', screen' : '');
}

function tileOf(key) {
  for (const tile of byId('stage').children) if (tile.dataset.key === key) return tile;
  const tile = byId('tile').content.firstElementChild.cloneNode(true);
  tile.dataset.key = key;
  byId('stage').append(tile);
  return tile;
}

function playAudio() {
  for (const participant of room.remoteParticipants.values()) {
    for (const publication of participant.audioTrackPublications.values()) {
      if (publication.track && publication.track.attachedElements.length === 0) {
        const element = publication.track.attach();
        element.hidden = true;
        document.body.append(element);
        publication.track.once('ended', () => element.remove());
      }
    }
  }
}

function showButtons() {
  const me = room.localParticipant;
  byId('mic').ariaPressed = String(me.isMicrophoneEnabled);
  byId('camera').ariaPressed = String(me.isCameraEnabled);
  byId('screen').ariaPressed = String(me.isScreenShareEnabled);
}

function say(who, text) {
  const line = document.createElement('li');
  const name = document.createElement('b');
  name.textContent = `${who} `;
  line.append(name, text);
  append(line);
}

function note(text) {
  const line = document.createElement('li');
  line.className = 'note';
  line.textContent = text;
  append(line);
}

function append(line) {
  byId('messages').append(line);
  line.scrollIntoView({ block: 'end' });
}

const toggle = (what) => async () => {
  try {
    await what(room.localParticipant);
  } catch (error) {
    note(error.message);
  }
  showEverybody();
};
byId('mic').onclick = toggle((me) => me.setMicrophoneEnabled(!me.isMicrophoneEnabled));
byId('camera').onclick = toggle((me) => me.setCameraEnabled(!me.isCameraEnabled));
byId('screen').onclick = toggle((me) => me.setScreenShareEnabled(!me.isScreenShareEnabled));
byId('leave').onclick = () => room.disconnect();
byId('chat').onsubmit = async (event) => {
  event.preventDefault();
  const input = event.target.text;
  const text = input.value.trim();
  if (!text) return;
  input.value = '';
  say(nameOf(room.localParticipant), text);
  await room.localParticipant.sendText(text, { topic: 'lk.chat' });
};
form.onsubmit = async (event) => {
  event.preventDefault();
  const error = byId('lobby-error');
  error.textContent = '';
  try {
    await join();
  } catch (failure) {
    error.textContent = failure.message;
  }
};

window.parley = { join, room: undefined, LivekitClient: window.LivekitClient };
if (query.get('join') === '1') form.requestSubmit();

// What is said and allowed beside the media: data, permissions, the room API, speakers, quality.
import { readFile } from 'node:fs/promises';
import { assert, hears, pair, publishBoth, sees } from './common.mjs';

export const control = {
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

  /** A publisher says who may subscribe, and changes its mind. */
  async permissions(world) {
    const [a, b] = await pair(world);
    await a.call(() => window.t.me().setTrackSubscriptionPermissions(false, []));
    await publishBoth(a);
    await b.call((id) => window.t.until('refused publication', () => window.t.publicationOf(id, 'camera')?.permissionStatus === 'not_allowed'), a.name);
    const track = await b.call((id) => Boolean(window.t.publicationOf(id, 'camera').track), a.name);
    assert(!track, 'a refused track arrived');
    await a.call((id) => window.t.me().setTrackSubscriptionPermissions(false, [{ participantIdentity: id, allowAll: true }]), b.name);
    await sees(b, a);
    await hears(b, a);
    await a.call(() => window.t.me().setTrackSubscriptionPermissions(false, []));
    await b.call(() => window.t.happened('TrackUnsubscribed', 'ann camera'));
    await a.call(() => window.t.me().setTrackSubscriptionPermissions(true));
    await sees(b, a);
    return {};
  },

  /** A subscriber unsubscribes by itself and comes back; disabling stops the packets. */
  async subscriptions(world) {
    const [a, b] = await pair(world);
    await publishBoth(a);
    await sees(b, a);
    await b.call((id) => window.t.publicationOf(id, 'camera').setSubscribed(false), a.name);
    await b.call(() => window.t.happened('TrackUnsubscribed', 'ann camera'));
    await b.call((id) => window.t.publicationOf(id, 'camera').setSubscribed(true), a.name);
    await sees(b, a);
    await b.call((id) => window.t.publicationOf(id, 'camera').setEnabled(false), a.name);
    await b.call((id) => window.t.standsStill(id), a.name);
    await b.call((id) => window.t.publicationOf(id, 'camera').setEnabled(true), a.name);
    await sees(b, a);
    return {};
  },

  /** The room API mutes, changes grants, sends data, renames, and removes; the page hears of each. */
  async api(world) {
    const [a, b] = await pair(world);
    await publishBoth(a);
    await sees(b, a);
    const { participants } = await world.api('ListParticipants');
    assert(participants.map((who) => who.identity).sort().join() === 'ann,ben', JSON.stringify(participants));
    const microphone = participants.find((who) => who.identity === 'ann').tracks.find((track) => track.source === 'MICROPHONE');
    await world.api('MutePublishedTrack', { identity: 'ann', track_sid: microphone.sid, muted: true });
    await b.call(() => window.t.happened('TrackMuted'));
    await a.call(() => window.t.until('told to be silent', () => window.t.me().getTrackPublication('microphone').isMuted));
    await world.api('SendData', { data: Buffer.from('from above').toString('base64'), kind: 'RELIABLE', topic: 'news' });
    await Promise.all([a, b].map((who) => who.call(() => window.t.received('from above'))));
    await world.api('UpdateRoomMetadata', { metadata: 'about the room' });
    await b.call(() => window.t.until('room metadata', () => window.t.room().metadata === 'about the room'));
    await world.api('UpdateParticipant', { identity: 'ben', name: 'Benjamin', attributes: { role: 'guest' } });
    await a.call(() => window.t.until('new name', () => {
      const who = window.t.room().remoteParticipants.get('ben');
      return who.name === 'Benjamin' && who.attributes.role === 'guest';
    }));
    await world.api('UpdateParticipant', { identity: 'ann', permission: { can_subscribe: true, can_publish: false, can_publish_data: true } });
    await a.call(() => window.t.until('publications gone', () => window.t.me().trackPublications.size === 0));
    await b.call(() => window.t.happened('TrackUnpublished'));
    await world.api('RemoveParticipant', { identity: 'ann' });
    await a.call(() => window.t.happened('Ended', 'PARTICIPANT_REMOVED'));
    await b.call(() => window.t.happened('ParticipantDisconnected', 'ann'));
    await world.api('DeleteRoom');
    await b.call(() => window.t.happened('Ended', 'ROOM_DELETED'));
    return {};
  },

  /** The same name comes in a second time: the first one is told why it has to go. */
  async sameName(world) {
    const [a, b] = await pair(world);
    const again = await world.page('ann', 1);
    await again.join();
    await a.call(() => window.t.happened('Ended', 'DUPLICATE_IDENTITY'));
    await publishBoth(again);
    await sees(b, again);
    return {};
  },

  /** A voice counts as speech; a good line counts as excellent. */
  async speaking(world) {
    const [a, b] = await pair(world);
    await a.call(() => window.t.publishTone());
    await b.call((id) => window.t.until('ann speaks', () => {
      const who = window.t.room().remoteParticipants.get(id);
      return who.isSpeaking && who.audioLevel > 0 && window.t.room().activeSpeakers.includes(who);
    }), a.name);
    await a.call(() => window.t.me().setMicrophoneEnabled(false));
    await b.call((id) => window.t.until('ann is silent', () => !window.t.room().remoteParticipants.get(id).isSpeaking), a.name);
    // One hears of oneself and of those whose tracks one receives, every five seconds.
    const excellent = (who, sid) => who.call((id) => window.t.until(`${id} is excellent`, () => {
      const { localParticipant, remoteParticipants } = window.t.room();
      return (remoteParticipants.get(id) ?? localParticipant).connectionQuality === 'excellent';
    }), sid);
    await Promise.all([excellent(a, 'ann'), excellent(b, 'ben'), excellent(b, 'ann')]);
    return {};
  },

  /** End-to-end encryption: who has the key sees the picture, the server need not. */
  async encrypted(world) {
    const workerCode = await readFile(new URL('./node_modules/livekit-client/dist/livekit-client.e2ee.worker.js', import.meta.url), 'utf8');
    const settings = { e2ee: { secret: 'a shared secret', workerCode } };
    const [a, b] = await pair(world, settings);
    await publishBoth(a);
    await sees(b, a);
    const told = await b.call((id) => window.t.publicationOf(id, 'camera').isEncrypted, a.name);
    assert(told, 'the publication does not say that it is encrypted');
    await a.call(() => window.t.me().publishData(new TextEncoder().encode('sealed'), { reliable: true }));
    await b.call(() => window.t.received('sealed'));
    return {};
  },
};

"""Two participants of the Python SDK (the Rust core) in one room: media, data, RPC, streams, data tracks, attributes.

usage: two_people.py WS_URL API_KEY API_SECRET single|dual   -> one JSON line, or an error and status 1
"""
import asyncio
import json
import math
import struct
import sys
import time

from livekit import api, rtc

URL, KEY, SECRET, MODE = sys.argv[1:5]
ROOM = f"python-{MODE}-{time.time_ns()}"
LIMIT = 20


def token(identity: str) -> str:
    grants = api.VideoGrants(room_join=True, room=ROOM, can_update_own_metadata=True)
    return api.AccessToken(KEY, SECRET).with_identity(identity).with_name(identity.title()).with_grants(grants).to_jwt()


class Person:
    """A room with the events it had."""

    def __init__(self, identity: str) -> None:
        self.identity = identity
        self.room = rtc.Room()
        self.seen: dict[str, asyncio.Future] = {}
        self.room.on("track_subscribed", lambda track, publication, who: self.note(f"track {who.identity} {publication.source}", track))
        self.room.on("participant_disconnected", lambda who: self.note(f"left {who.identity}", who))
        self.room.on("participant_connected", lambda who: self.note(f"came {who.identity}", who))
        self.room.on("data_received", lambda packet: self.note(f"data {packet.data.decode()}", packet))
        self.room.on("track_muted", lambda who, publication: self.note(f"muted {who.identity}", publication))
        self.room.on("data_track_published", lambda track: self.note("data track", track))

    def note(self, what: str, value) -> None:
        future = self.seen.setdefault(what, asyncio.get_running_loop().create_future())
        if not future.done():
            future.set_result(value)

    async def expect(self, what: str):
        future = self.seen.setdefault(what, asyncio.get_running_loop().create_future())
        try:
            return await asyncio.wait_for(asyncio.shield(future), LIMIT)
        except asyncio.TimeoutError:
            raise AssertionError(f"{self.identity} waited {LIMIT} s for: {what}; had {sorted(k for k, f in self.seen.items() if f.done())}") from None

    async def join(self) -> float:
        begun = time.perf_counter()
        await self.room.connect(URL, token(self.identity), rtc.RoomOptions(single_peer_connection=MODE == "single"))
        return (time.perf_counter() - begun) * 1000


async def publish_tone(person: Person, running: asyncio.Event) -> None:
    source = rtc.AudioSource(48000, 1)
    track = rtc.LocalAudioTrack.create_audio_track("tone", source)
    await person.room.local_participant.publish_track(track, rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE))
    phase = 0
    while not running.is_set():
        samples = [int(8000 * math.sin(2 * math.pi * 440 * (phase + i) / 48000)) for i in range(480)]
        phase += 480
        await source.capture_frame(rtc.AudioFrame(struct.pack("<480h", *samples), 48000, 1, 480))


async def publish_picture(person: Person, running: asyncio.Event) -> None:
    source = rtc.VideoSource(640, 360)
    track = rtc.LocalVideoTrack.create_video_track("picture", source)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA, simulcast=True)
    await person.room.local_participant.publish_track(track, options)
    shade = 0
    while not running.is_set():
        shade = (shade + 5) % 256
        source.capture_frame(rtc.VideoFrame(640, 360, rtc.VideoBufferType.RGBA, bytes([shade, 80, 160, 255]) * (640 * 360)))
        await asyncio.sleep(1 / 20)


async def hear(person: Person, other: str) -> float:
    track = await person.expect(f"track {other} {rtc.TrackSource.SOURCE_MICROPHONE}")
    stream = rtc.AudioStream(track)
    loudest = 0

    async def listen() -> None:
        nonlocal loudest
        async for event in stream:
            loudest = max(loudest, max(abs(sample) for sample in event.frame.data))
            if loudest > 3000:
                return

    await asyncio.wait_for(listen(), LIMIT)
    await stream.aclose()
    return loudest


async def see(person: Person, other: str) -> int:
    track = await person.expect(f"track {other} {rtc.TrackSource.SOURCE_CAMERA}")
    stream = rtc.VideoStream(track)
    frames = 0

    async def watch() -> None:
        nonlocal frames
        async for _ in stream:
            frames += 1
            if frames >= 20:
                return

    await asyncio.wait_for(watch(), LIMIT)
    await stream.aclose()
    return frames


async def data(a: Person, b: Person) -> None:
    await a.room.local_participant.publish_data("hello", reliable=True)
    packet = await b.expect("data hello")
    assert packet.participant.identity == a.identity, packet
    await b.room.local_participant.publish_data("lossy", reliable=False)
    await a.expect("data lossy")

    @b.room.local_participant.register_rpc_method("double")
    async def double(call: rtc.RpcInvocationData) -> str:
        return str(2 * int(call.payload))

    answer = await a.room.local_participant.perform_rpc(destination_identity=b.identity, method="double", payload="21")
    assert answer == "42", answer
    text = asyncio.get_running_loop().create_future()

    def on_stream(reader, who: str) -> None:
        async def read() -> None:
            text.set_result((who, await reader.read_all()))

        asyncio.create_task(read())

    b.room.register_text_stream_handler("essay", on_stream)
    essay = "parley " * 20000
    await a.room.local_participant.send_text(essay, topic="essay")
    assert await asyncio.wait_for(text, LIMIT) == (a.identity, essay)


async def data_tracks(a: Person, b: Person) -> int:
    track = await a.room.local_participant.publish_data_track(name="sensor")
    remote = await b.expect("data track")
    stream = remote.subscribe()
    got = 0

    async def receive() -> None:
        nonlocal got
        async for frame in stream:
            assert frame.payload.startswith(b"sample"), frame
            got += 1
            if got >= 5:
                return

    receiving = asyncio.create_task(receive())
    for i in range(400):
        if receiving.done():
            break
        track.try_push(rtc.DataTrackFrame(payload=b"sample%d" % i))
        await asyncio.sleep(0.05)
    await asyncio.wait_for(receiving, 1)
    return got


async def attributes(a: Person, b: Person) -> None:
    await a.room.local_participant.set_attributes({"mood": "good"})
    await a.room.local_participant.set_metadata("about me")
    await a.room.local_participant.set_name("Ann A.")
    for _ in range(100):
        who = b.room.remote_participants[a.identity]
        if (who.attributes.get("mood"), who.metadata, who.name) == ("good", "about me", "Ann A."):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the other side never saw name, metadata and attributes")


async def main() -> None:
    ann, ben = Person("ann"), Person("ben")
    joins = [await ann.join(), await ben.join()]
    await ann.expect("came ben")
    done = asyncio.Event()
    senders = [asyncio.create_task(publish(person, done)) for person in (ann, ben) for publish in (publish_tone, publish_picture)]
    heard = await asyncio.gather(hear(ann, "ben"), hear(ben, "ann"))
    seen = await asyncio.gather(see(ann, "ben"), see(ben, "ann"))
    await data(ann, ben)
    await attributes(ann, ben)
    samples = await data_tracks(ann, ben)
    done.set()
    await asyncio.gather(*senders)
    await ann.room.disconnect()
    await ben.expect("left ann")
    await ben.room.disconnect()
    print(json.dumps({"mode": MODE, "join_ms": joins, "loudest": heard, "frames": seen, "data_track_frames": samples}))


asyncio.run(asyncio.wait_for(main(), 90))

"""A participant of the Python SDK with the events it had, and what it can show and see.

Scripts here are called with: WS_URL API_KEY API_SECRET single|dual. They print one line of JSON, or fail.
"""
import asyncio
import math
import struct
import sys
import time

from livekit import api, rtc

URL, KEY, SECRET, MODE = sys.argv[1:5]
ROOM = f"python-{MODE}-{time.time_ns()}"
LIMIT = 20


def token(identity: str, kind: str = "standard") -> str:
    grants = api.VideoGrants(room_join=True, room=ROOM, can_update_own_metadata=True, agent=kind == "agent")
    return api.AccessToken(KEY, SECRET).with_identity(identity).with_name(identity.title()).with_kind(kind).with_grants(grants).to_jwt()


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
        self.room.on("reconnecting", lambda: self.note("reconnecting", None))
        self.room.on("reconnected", lambda: self.note("reconnected", None))
        self.room.on("transcription_received", lambda segments, who, publication: self.note(f"transcription {segments[0].text}", who))
        self.room.on("sip_dtmf_received", lambda dtmf: self.note(f"dtmf {dtmf.digit}", dtmf))
        self.room.on("active_speakers_changed", lambda speakers: [self.note(f"speaks {who.identity}", who) for who in speakers])
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

    def forget(self, what: str) -> None:
        self.seen.pop(what, None)

    async def join(self, kind: str = "standard", **options) -> float:
        begun = time.perf_counter()
        await self.room.connect(URL, token(self.identity, kind), rtc.RoomOptions(single_peer_connection=MODE == "single", **options))
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

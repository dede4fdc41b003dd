"""Two participants of the Python SDK with end-to-end encryption, whose connections break: resume, full reconnect, migration."""
import asyncio
import json
import time

from livekit import rtc

from people import LIMIT, MODE, Person, hear, publish_picture, publish_tone, see

KINDS = {
    "resume": rtc.SimulateScenarioKind.SIMULATE_SIGNAL_RECONNECT,
    "full": rtc.SimulateScenarioKind.SIMULATE_FULL_RECONNECT,
    "migration": rtc.SimulateScenarioKind.SIMULATE_MIGRATION,
}


async def bytes_and_words(a: Person, b: Person) -> None:
    """A byte stream, a transcription (as agents may send) and a telephone key."""
    got = asyncio.get_running_loop().create_future()

    def on_stream(reader, who: str) -> None:
        async def read() -> None:
            got.set_result(b"".join([chunk async for chunk in reader]))

        asyncio.create_task(read())

    b.room.register_byte_stream_handler("file", on_stream)
    content = bytes(range(256)) * 1000
    writer = await a.room.local_participant.stream_bytes("a file", topic="file", total_size=len(content))
    await writer.write(content)
    await writer.aclose()
    assert await asyncio.wait_for(got, LIMIT) == content
    segment = rtc.TranscriptionSegment(id="s1", text="so I said", start_time=0, end_time=1, language="en", final=True)
    sid = next(iter(a.room.local_participant.track_publications))
    await a.room.local_participant.publish_transcription(rtc.Transcription(a.identity, sid, [segment]))
    await b.expect("transcription so I said")
    await a.room.local_participant.publish_dtmf(code=5, digit="5")
    await b.expect("dtmf 5")


async def break_down(person: Person, other: Person, name: str) -> float:
    """The connection breaks and comes back; data and tracks go on."""
    for what in ("reconnected", "reconnecting"):
        person.forget(what)
    begun = time.perf_counter()
    await person.room.simulate_scenario(KINDS[name])
    await person.expect("reconnected")
    took = round((time.perf_counter() - begun) * 1000)
    await person.room.local_participant.publish_data(f"after {name}", reliable=True)
    await other.expect(f"data after {name}")
    await other.room.local_participant.publish_data(f"welcome {name}", reliable=True)
    await person.expect(f"data welcome {name}")
    return took


async def main() -> None:
    ann, ben = Person("ann"), Person("ben")
    secret = rtc.E2EEOptions(key_provider_options=rtc.KeyProviderOptions(shared_key=b"a shared secret"))
    await ann.join("agent", encryption=secret)
    await ben.join(encryption=secret)
    await ann.expect("came ben")
    done = asyncio.Event()
    senders = [asyncio.create_task(publish(ann, done)) for publish in (publish_tone, publish_picture)]
    loudest, frames = await hear(ben, "ann"), await see(ben, "ann")
    await ben.expect("speaks ann")
    await bytes_and_words(ann, ben)
    took = {}
    for name in KINDS:
        for publication in ("MICROPHONE", "CAMERA"):
            if name != "resume":
                ben.forget(f"track ann {getattr(rtc.TrackSource, 'SOURCE_' + publication)}")
        took[name] = await break_down(ann, ben, name)
        await hear(ben, "ann")
        await see(ben, "ann")
    done.set()
    await asyncio.gather(*senders)
    await ann.room.disconnect()
    await ben.expect("left ann")
    await ben.room.disconnect()
    print(json.dumps({"mode": MODE, "loudest": loudest, "frames": frames, "reconnect_ms": took}))


asyncio.run(asyncio.wait_for(main(), 90))

"""Two participants of the Python SDK (the Rust core) in one room: media, data, RPC, streams, data tracks, attributes."""
import asyncio
import json

from livekit import rtc

from people import LIMIT, MODE, Person, hear, publish_picture, publish_tone, see


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

package io.parley.chaos;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.UserPacket;

/// A client's numbered reliable messages: sent twice a second, kept for a while as livekit-client
/// keeps them, and sent again where the server asks for it after a resume. Owned by its client's
/// thread; what arrives comes on its loop.
final class ClientMessages {
    private static final long PACE_NS = 500_000_000;
    private static final int KEPT = 64;
    private static final String TOPIC = "chaos";

    private record Sent(int sequence, DataPacket packet) {}

    private final String identity;
    private final DataLog log = new DataLog();
    private final Deque<Sent> sent = new ArrayDeque<>();
    private long lastNs;
    private int sequence;
    private int number;

    ClientMessages(String identity) {
        this.identity = identity;
    }

    DataLog log() {
        return log;
    }

    /// A new session counts from one.
    void onJoin() {
        sequence = 0;
        sent.clear();
    }

    void onTime(long nowNs, ClientSession over) {
        if (nowNs - lastNs < PACE_NS) {
            return;
        }
        lastNs = nowNs;
        var payload = ByteString.copyFromUtf8(identity + " " + number);
        var packet =
                DataPacket.newBuilder()
                        .setSequence(++sequence)
                        .setUser(UserPacket.newBuilder().setTopic(TOPIC).setPayload(payload))
                        .build();
        sent.addLast(new Sent(sequence, packet));
        if (sent.size() > KEPT) {
            sent.removeFirst();
        }
        log.onSent(number++);
        over.sendData(packet.toByteArray());
    }

    /// The server has this one and those before; 0 if it does not say.
    void repeatAfter(int last, ClientSession over) {
        if (last > 0) {
            sent.stream()
                    .filter(each -> each.sequence() > last)
                    .forEach(each -> over.sendData(each.packet().toByteArray()));
        }
    }

    void onMessage(byte[] payload) {
        try {
            DataPacket packet = DataPacket.parseFrom(payload);
            if (packet.getUser().getTopic().equals(TOPIC)) {
                byte[] bytes = packet.getUser().getPayload().toByteArray();
                List<String> words =
                        List.of(new String(bytes, StandardCharsets.UTF_8).split(" ", 2));
                log.onMessage(
                        packet.getParticipantSid(),
                        packet.getSequence(),
                        words.get(0),
                        Integer.parseInt(words.get(1)));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("not a DataPacket", e);
        }
    }
}

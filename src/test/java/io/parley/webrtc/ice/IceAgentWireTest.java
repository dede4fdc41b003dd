package io.parley.webrtc.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One agent against messages written by hand.
class IceAgentWireTest implements IceSink, IceListener {
    private static final long MS = 1_000_000L;
    private static final IceCredentials OURS =
            new IceCredentials("ours", "our-password-of-some-length");
    private static final IceCredentials THEIRS =
            new IceCredentials("them", "their-password-of-some-length");
    private static final InetSocketAddress LOCAL = new InetSocketAddress("192.0.2.1", 7882);

    private final StunWriter writer = new StunWriter();
    private final StunMessage reader = new StunMessage();
    private final StunKey ourKey = new StunKey(OURS.password());
    private final StunKey theirKey = new StunKey(THEIRS.password());
    private final Map<InetSocketAddress, IcePath> paths = new HashMap<>();
    private final List<IceEvent> events = new ArrayList<>();
    private final List<IcePath> sentOn = new ArrayList<>();
    private final List<byte[]> sent = new ArrayList<>();
    private final IceAgent agent =
            new IceAgent(IceSettings.defaults(), OURS, false, new Random(1), this, this);
    private long nowNs = 1_000 * MS;
    private int transaction;

    private IcePath pathTo(String address, int port) {
        return path(Transport.UDP, new InetSocketAddress(address, port));
    }

    @Override
    public IcePath path(Transport transport, InetSocketAddress remote) {
        return paths.computeIfAbsent(remote, _ -> new IcePath(transport, LOCAL, remote, "socket"));
    }

    @Override
    public void send(IcePath path, byte[] buffer, int offset, int length) {
        sentOn.add(path);
        sent.add(Arrays.copyOfRange(buffer, offset, offset + length));
    }

    @Override
    public void onIceEvent(IceEvent event) {
        events.add(event);
    }

    private StunWriter request(String username) {
        writer.begin(Stun.BINDING_REQUEST, 77, ++transaction);
        writer.bytes(Stun.USERNAME, username.getBytes(StandardCharsets.UTF_8));
        return writer;
    }

    private StunWriter check(boolean nominates) {
        request("ours:them").int32(Stun.PRIORITY, 1_000_000).int64(Stun.ICE_CONTROLLING, 5);
        return nominates ? writer.flag(Stun.USE_CANDIDATE) : writer;
    }

    private IceDropReason receive(StunKey key, IcePath path) {
        int length = writer.finish(key);
        return agent.onStun(nowNs, writer.buffer(), 0, length, path);
    }

    /// Answers the newest request on that path as the other side would.
    private IceDropReason answer(IcePath requested, IcePath answered, StunKey key) {
        byte[] request = lastRequestOn(requested);
        assertThat(request).isNotNull();
        reader.read(
                request == null ? new byte[0] : request, 0, request == null ? 0 : request.length);
        writer.beginAnswer(Stun.BINDING_SUCCESS, reader).mappedAddress(LOCAL);
        return receive(key, answered);
    }

    private byte @Nullable [] lastRequestOn(IcePath path) {
        for (int i = sent.size() - 1; i >= 0; i--) {
            if (sentOn.get(i) == path && Stun.uint16(sent.get(i), 0) == Stun.BINDING_REQUEST) {
                return sent.get(i);
            }
        }
        return null;
    }

    private void makeValid(IcePath path) {
        check(false);
        assertThat(receive(ourKey, path)).isEqualTo(IceDropReason.NONE);
        assertThat(answer(path, path, theirKey)).isEqualTo(IceDropReason.NONE);
    }

    private void nominate(IcePath path) {
        nowNs += 100 * MS;
        check(true);
        assertThat(receive(ourKey, path)).isEqualTo(IceDropReason.NONE);
    }

    @Test
    void saysNothingToWhoDoesNotKnowThePassword() {
        agent.setRemote(nowNs, THEIRS, false);
        IcePath path = pathTo("192.0.2.9", 5000);

        check(true);
        assertThat(receive(theirKey, path)).isEqualTo(IceDropReason.BAD_INTEGRITY);
        request("other:them");
        assertThat(receive(ourKey, path)).isEqualTo(IceDropReason.UNKNOWN_USERNAME);
        request("oursx:them");
        assertThat(receive(ourKey, path)).isEqualTo(IceDropReason.UNKNOWN_USERNAME);
        byte[] vector = StunVectors.request();
        assertThat(agent.onStun(nowNs, vector, 0, vector.length, path))
                .isEqualTo(IceDropReason.UNKNOWN_USERNAME);
        vector[40] ^= 1;
        assertThat(agent.onStun(nowNs, vector, 0, vector.length, path))
                .isEqualTo(IceDropReason.BAD_FINGERPRINT);

        assertThat(sent).isEmpty();
        assertThat(agent.selected()).isNull();
    }

    @Test
    void saysNothingToARequestWithoutIntegrity() {
        check(true);
        int length = writer.finish(ourKey) - 8 - 24;
        byte[] b = Arrays.copyOf(writer.buffer(), length);
        Stun.putInt16(b, 2, length - Stun.HEADER_LENGTH);

        assertThat(agent.onStun(nowNs, b, 0, length, pathTo("192.0.2.9", 5000)))
                .isEqualTo(IceDropReason.MISSING_INTEGRITY);
        assertThat(sent).isEmpty();
    }

    @Test
    void dropsOtherTypesAndUnaskedResponses() {
        IcePath path = pathTo("192.0.2.9", 5000);
        writer.begin(0x0003, 1, 1);
        assertThat(receive(ourKey, path)).isEqualTo(IceDropReason.UNEXPECTED_TYPE);
        writer.begin(Stun.BINDING_INDICATION, 1, 1);
        assertThat(receive(ourKey, path)).isEqualTo(IceDropReason.INDICATION);
        writer.begin(Stun.BINDING_SUCCESS, 1, 1);
        assertThat(receive(ourKey, path)).isEqualTo(IceDropReason.UNKNOWN_TRANSACTION);
        assertThat(sent).isEmpty();
    }

    @Test
    void takesAResponseOnlyOnItsPathAndWithThePassword() {
        agent.setRemote(nowNs, THEIRS, false);
        IcePath path = pathTo("192.0.2.9", 5000);
        check(false);
        receive(ourKey, path);

        assertThat(answer(path, pathTo("192.0.2.66", 5000), theirKey))
                .isEqualTo(IceDropReason.UNKNOWN_TRANSACTION);
        assertThat(answer(path, path, ourKey)).isEqualTo(IceDropReason.BAD_INTEGRITY);
        assertThat(agent.state()).isEqualTo(IceState.CHECKING);

        assertThat(answer(path, path, theirKey)).isEqualTo(IceDropReason.NONE);
        assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
        assertThat(answer(path, path, theirKey)).isEqualTo(IceDropReason.UNKNOWN_TRANSACTION);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 20})
    void refusesWhatItMustUnderstandWithoutAmplifying(int unknown) {
        request("ours:x");
        for (int i = 0; i < unknown; i++) {
            writer.flag(0x7000 + i);
        }
        int length = writer.finish(ourKey);
        IcePath path = pathTo("2001:db8::9", 5000);

        assertThat(agent.onStun(nowNs, writer.buffer(), 0, length, path))
                .isEqualTo(IceDropReason.UNKNOWN_ATTRIBUTE);

        byte[] reply = sent.getLast();
        assertThat(reader.read(reply, 0, reply.length)).isEqualTo(IceDropReason.NONE);
        assertThat(reader.errorCode()).isEqualTo(420);
        assertThat(ourKey.verifies(reader)).isTrue();
        assertThat(reply.length).isLessThan(3 * length);
    }

    @Test
    void answersWithTheAddressItSaw() {
        IcePath path = pathTo("2001:db8::9", 5000);
        check(false);
        receive(ourKey, path);

        byte[] reply = sent.getFirst();
        assertThat(reader.read(reply, 0, reply.length)).isEqualTo(IceDropReason.NONE);
        assertThat(reader.type()).isEqualTo(Stun.BINDING_SUCCESS);
        assertThat(reader.mappedAddress()).isEqualTo(path.remote());
        assertThat(reader.transactionLow()).isEqualTo(transaction);
        assertThat(ourKey.verifies(reader)).isTrue();
        assertThat(reader.hasFingerprint()).isTrue();
    }

    @Test
    void followsTheBrowsersChangeOfMind() {
        agent.setRemote(nowNs, THEIRS, false);
        IcePath worse = pathTo("192.0.2.9", 5000);
        IcePath better = pathTo("2001:db8::9", 5000);
        makeValid(worse);
        assertThat(agent.selected()).isSameAs(worse);
        assertThat(agent.isNominated()).isFalse();
        makeValid(better);

        nominate(worse);
        assertThat(agent.selected()).isSameAs(worse);
        nominate(better);
        assertThat(agent.selected()).isSameAs(better);
        nominate(worse);
        assertThat(agent.selected()).as("once is a late packet").isSameAs(better);
        nominate(better);
        nominate(worse);
        assertThat(agent.selected()).isSameAs(better);
        nominate(worse);
        assertThat(agent.selected()).as("twice is a decision").isSameAs(worse);
    }

    @Test
    void selectsANominatedPathOnlyOnceItWorks() {
        agent.setRemote(nowNs, THEIRS, false);
        IcePath path = pathTo("192.0.2.9", 5000);
        nominate(path);
        assertThat(agent.selected()).isNull();

        answer(path, path, theirKey);
        assertThat(agent.selected()).isSameAs(path);
        assertThat(agent.isNominated()).isTrue();
        assertThat(events)
                .containsExactly(
                        new IceEvent.StateChanged(IceState.CHECKING),
                        new IceEvent.Selected(path, true),
                        new IceEvent.StateChanged(IceState.CONNECTED));
    }

    @Test
    void ignoresCandidatesItCannotUse() {
        agent.setRemote(nowNs, THEIRS, false);
        for (String line :
                List.of(
                        "candidate:1 1 udp 1 abc.local 5000 typ host",
                        "candidate:1 1 udp 1 example.org 5000 typ host",
                        "candidate:1 2 udp 1 192.0.2.9 5000 typ host",
                        "candidate:1 1 udp 1 192.0.2.9 5000 typ host ufrag else",
                        "candidate:1 1 tcp 1 192.0.2.9 9 typ host tcptype active",
                        "candidate:1 1 tcp 1 192.0.2.9 5000 typ host tcptype passive")) {
            agent.addRemoteCandidate(nowNs, IceCandidate.parse(line));
        }
        assertThat(paths).isEmpty();

        agent.addRemoteCandidate(
                nowNs,
                IceCandidate.parse("candidate:1 1 udp 1 192.0.2.9 5000 typ host ufrag them"));
        assertThat(sentOn).containsExactly(pathTo("192.0.2.9", 5000));
    }

    @Test
    void checksSixtyFourCandidatesAtMostAndPacesThem() {
        agent.setRemote(nowNs, THEIRS, false);
        for (int i = 1; i <= 1_000; i++) {
            agent.addRemoteCandidate(
                    nowNs, IceCandidate.parse("candidate:1 1 udp 1 192.0.2.9 " + i + " typ host"));
        }
        assertThat(paths).hasSize(64);
        assertThat(sent).hasSize(1);

        long endNs = nowNs + 100 * MS;
        while (agent.nextWakeNs() <= endNs) {
            nowNs = agent.nextWakeNs();
            agent.onTime(nowNs);
        }
        assertThat(sentOn.stream().distinct().count()).isBetween(19L, 21L);
    }

    @Test
    void forgetsTheOldestOfTooManySources() {
        agent.setRemote(nowNs, THEIRS, false);
        IcePath chosen = pathTo("192.0.2.9", 1);
        makeValid(chosen);
        for (int port = 2; port <= 500; port++) {
            nowNs += MS;
            check(false);
            assertThat(receive(ourKey, pathTo("192.0.2.9", port))).isEqualTo(IceDropReason.NONE);
        }

        assertThat(events.stream().filter(e -> e instanceof IceEvent.Forgotten))
                .hasSize(500 - CheckList.MAX_REFLEXIVE)
                .doesNotContain(new IceEvent.Forgotten(chosen));
        assertThat(agent.selected()).isSameAs(chosen);
    }

    @Test
    void survivesMutatedRequests() {
        agent.setRemote(nowNs, THEIRS, false);
        IcePath path = pathTo("192.0.2.9", 5000);
        Random random = new Random(9);
        for (int i = 0; i < 20_000; i++) {
            check(true);
            int length = writer.finish(ourKey);
            byte[] b = Arrays.copyOf(writer.buffer(), length);
            b[random.nextInt(length - 8)] ^= (byte) (1 + random.nextInt(255));
            // Another attribute replaces the fingerprint, so that the integrity does the work.
            Stun.putInt32(b, length - 8, 0x00010000);
            agent.onStun(nowNs, b, 0, random.nextInt(10) == 0 ? i % length : length, path);
        }
        assertThat(sent).isEmpty();
    }
}

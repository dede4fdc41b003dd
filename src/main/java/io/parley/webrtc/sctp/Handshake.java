package io.parley.webrtc.sctp;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Tags, cookies and T1 (RFC 9260 §5). Owned by its SctpAssociation.
///
/// | state | input | next | sends |
/// |---|---|---|---|
/// | CLOSED | connect | COOKIE_WAIT | INIT |
/// | any | INIT | same | INIT ACK (§5.2.1, §5.2.2) |
/// | COOKIE_WAIT | INIT ACK | COOKIE_ECHOED | COOKIE ECHO |
/// | COOKIE_ECHOED | COOKIE ACK | ESTABLISHED | |
/// | COOKIE_ECHOED | stale cookie | COOKIE_WAIT | INIT |
/// | CLOSED | COOKIE ECHO | ESTABLISHED | COOKIE ACK |
/// | not CLOSED | COOKIE ECHO | by §5.2.4 | COOKIE ACK |
final class Handshake {
    enum State {
        CLOSED,
        COOKIE_WAIT,
        COOKIE_ECHOED,
        ESTABLISHED
    }

    enum Outcome {
        IGNORED,
        /// Nothing new, but COOKIE ACK has to be said (again).
        REPEATED,
        ESTABLISHED,
        RESTARTED
    }

    private static final long COOKIE_LIFE_NS = 60_000_000_000L;
    private static final int STREAMS = 65_535;

    private final SctpSettings settings;
    private final RandomGenerator random;
    private final CookieSeal seal;
    private final Deadline t1 = new Deadline();
    private State state = State.CLOSED;
    private long t1Ns = RetransmissionTimeout.INITIAL_NS;
    private int localTag;
    private int localTsn;
    private @Nullable PeerParameters peer;
    private @Nullable Octets cookie;

    Handshake(SctpSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
        this.seal = new CookieSeal(random);
        this.localTag = randomTag();
        this.localTsn = random.nextInt();
    }

    State state() {
        return state;
    }

    boolean isEstablished() {
        return state == State.ESTABLISHED;
    }

    int localTag() {
        return localTag;
    }

    int localTsn() {
        return localTsn;
    }

    @Nullable PeerParameters peer() {
        return peer;
    }

    long nextWakeNs() {
        return t1.dueNs();
    }

    void connect(long nowNs, PacketOut out) {
        if (state == State.CLOSED) {
            state = State.COOKIE_WAIT;
            sendInit(nowNs, out);
        }
    }

    void stop() {
        t1.clear();
    }

    void onTime(long nowNs, PacketOut out) {
        if (!t1.isDue(nowNs)) {
            return;
        }
        t1Ns = Math.min(2 * t1Ns, RetransmissionTimeout.MAX_NS);
        if (state == State.COOKIE_WAIT) {
            sendInit(nowNs, out);
        } else if (state == State.COOKIE_ECHOED) {
            sendCookieEcho(nowNs, out);
        }
    }

    /// §5.2.1: while our own INIT is under way we answer with its tag and TSN, so that both
    /// handshakes make the same association. §5.2.2: once established, with new ones and tie tags.
    void onInit(long nowNs, InitBody init, PacketOut out) {
        boolean isNew = state == State.ESTABLISHED;
        int tag = isNew ? randomTag() : localTag;
        int tsn = isNew ? random.nextInt() : localTsn;
        PeerParameters tied = state == State.COOKIE_WAIT ? null : peer;
        Octets sealed =
                seal.seal(
                        new CookieContents(
                                tag,
                                tsn,
                                PeerParameters.of(init),
                                tied == null ? 0 : localTag,
                                tied == null ? 0 : tied.tag(),
                                nowNs));
        List<SctpParameter> parameters = new ArrayList<>();
        parameters.add(new SctpParameter.StateCookie(sealed));
        addCapabilities(parameters);
        addUnrecognized(init, parameters);
        out.sendAlone(init.initiateTag(), new SctpChunk.InitAck(body(tag, tsn, parameters)));
    }

    void onInitAck(long nowNs, InitBody ack, PacketOut out) {
        if (state != State.COOKIE_WAIT) {
            return;
        }
        for (SctpParameter parameter : ack.parameters()) {
            if (parameter instanceof SctpParameter.StateCookie(Octets received)) {
                cookie = received;
                peer = PeerParameters.of(ack);
                state = State.COOKIE_ECHOED;
                t1Ns = RetransmissionTimeout.INITIAL_NS;
                sendCookieEcho(nowNs, out);
                return;
            }
        }
        throw new MalformedSctpException("INIT ACK without cookie");
    }

    /// RFC 9260 §5.2.4, the table of actions A to D.
    Outcome onCookieEcho(long nowNs, int packetTag, Octets echoed, PacketOut out) {
        CookieContents contents = seal.open(echoed);
        if (contents == null || contents.localTag() != packetTag) {
            return Outcome.IGNORED;
        }
        long staleNs = nowNs - contents.createdNs() - COOKIE_LIFE_NS;
        if (staleNs > 0 && state != State.ESTABLISHED) {
            sendStale(contents.peer().tag(), staleNs, out);
            return Outcome.IGNORED;
        }
        PeerParameters known = peer;
        boolean isLocalSame = contents.localTag() == localTag;
        boolean isPeerSame = known != null && contents.peer().tag() == known.tag();
        if (state != State.ESTABLISHED) {
            return isLocalSame ? establish(contents) : Outcome.IGNORED;
        }
        if (isLocalSame) {
            // D; and B, which in ESTABLISHED is only a late echo of the collision just settled.
            return isPeerSame ? Outcome.REPEATED : Outcome.IGNORED;
        }
        boolean isTied =
                known != null
                        && contents.tieLocalTag() == localTag
                        && contents.tiePeerTag() == known.tag();
        if (isPeerSame || !isTied) {
            return Outcome.IGNORED;
        }
        establish(contents);
        return Outcome.RESTARTED;
    }

    Outcome onCookieAck() {
        if (state != State.COOKIE_ECHOED) {
            return Outcome.IGNORED;
        }
        state = State.ESTABLISHED;
        t1.clear();
        return Outcome.ESTABLISHED;
    }

    void onStaleCookie(long nowNs, PacketOut out) {
        if (state == State.COOKIE_ECHOED) {
            state = State.COOKIE_WAIT;
            peer = null;
            sendInit(nowNs, out);
        }
    }

    private Outcome establish(CookieContents contents) {
        localTag = contents.localTag();
        localTsn = contents.localTsn();
        peer = contents.peer();
        state = State.ESTABLISHED;
        t1.clear();
        return Outcome.ESTABLISHED;
    }

    /// RFC 9260 §3.3.10.3: by how many microseconds it was too late.
    private static void sendStale(int peerTag, long staleNs, PacketOut out) {
        WireWriter measure = new WireWriter(4);
        measure.i32((int) Math.min(Integer.MAX_VALUE, staleNs / 1000));
        Octets info = Octets.copyOf(measure.toArray());
        ErrorCause cause = new ErrorCause(ErrorCause.STALE_COOKIE, info);
        out.sendAlone(peerTag, new SctpChunk.OperationError(List.of(cause)));
    }

    private void sendInit(long nowNs, PacketOut out) {
        List<SctpParameter> parameters = new ArrayList<>();
        addCapabilities(parameters);
        out.sendAlone(0, new SctpChunk.Init(body(localTag, localTsn, parameters)));
        t1.arm(nowNs + t1Ns);
    }

    private void sendCookieEcho(long nowNs, PacketOut out) {
        PeerParameters known = peer;
        Octets echo = cookie;
        if (known != null && echo != null) {
            out.sendAlone(known.tag(), new SctpChunk.CookieEcho(echo));
            t1.arm(nowNs + t1Ns);
        }
    }

    private InitBody body(int tag, int tsn, List<SctpParameter> parameters) {
        return new InitBody(tag, settings.receiveWindowBytes(), STREAMS, STREAMS, tsn, parameters);
    }

    private void addCapabilities(List<SctpParameter> parameters) {
        parameters.add(new SctpParameter.ForwardTsnSupported());
        byte[] types = {(byte) SctpChunk.RE_CONFIG, (byte) SctpChunk.FORWARD_TSN};
        parameters.add(new SctpParameter.SupportedExtensions(Octets.copyOf(types)));
        if (settings.zeroChecksum()) {
            parameters.add(new SctpParameter.ZeroChecksum(1));
        }
    }

    private static void addUnrecognized(InitBody init, List<SctpParameter> parameters) {
        for (SctpParameter parameter : init.parameters()) {
            if (parameter instanceof SctpParameter.Unknown unknown && unknown.wantsReport()) {
                WireWriter whole = new WireWriter(16);
                whole.u16(unknown.type());
                whole.u16(0);
                unknown.value().writeTo(whole);
                whole.position(whole.close(0));
                parameters.add(new SctpParameter.Unrecognized(Octets.copyOf(whole.toArray())));
            }
        }
    }

    private int randomTag() {
        int tag = random.nextInt();
        return tag == 0 ? 1 : tag;
    }
}

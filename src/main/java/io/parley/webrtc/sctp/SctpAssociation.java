package io.parley.webrtc.sctp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One SCTP association over DTLS with its data channels (RFC 9260, 8261, 8831). Owned by its Peer,
/// on one media loop.
///
/// After each input: drain [#pollEvent], and arm a timer for [#nextWakeNs]. A `send` of less than a
/// packet makes that timer due at once instead of leaving alone, so that the small messages of one
/// turn of the loop share a packet.
///
/// | state | input | next |
/// |---|---|---|
/// | OPEN | SHUTDOWN | SHUTDOWN_RECEIVED |
/// | SHUTDOWN_RECEIVED | all acknowledged | SHUTDOWN_ACK_SENT |
/// | SHUTDOWN_ACK_SENT | SHUTDOWN COMPLETE, or T2 five times | CLOSED |
/// | any | ABORT, abort() | CLOSED |
///
/// Inside OPEN the [Handshake] has its own states.
public final class SctpAssociation {
    private enum State {
        OPEN,
        SHUTDOWN_RECEIVED,
        SHUTDOWN_ACK_SENT,
        CLOSED
    }

    private static final int MAX_SHUTDOWN_TRIES = 5;

    private final SctpSettings settings;
    private final PacketOut out;
    private final ArrayDeque<SctpEvent> events = new ArrayDeque<>();
    private final HeldMessages held = new HeldMessages();
    private final SendQueue queue;
    private final Channels channels;
    private final Handshake handshake;
    private final Heartbeats heartbeats;
    private final Deadline t2 = new Deadline();
    private final Deadline flushDue = new Deadline();
    private State state = State.OPEN;
    private @Nullable Link link;
    private long oversizeBefore;
    private int shutdownTries;

    /// What one life of the association has; a restart makes a new one.
    private record Link(Sender sender, Receiver receiver, StreamResets resets) {}

    /// @param evenStreams true for the DTLS client (RFC 8832 §6)
    public SctpAssociation(
            SctpSettings settings, boolean evenStreams, RandomGenerator random, SctpSink sink) {
        this.settings = settings;
        this.out = new PacketOut(settings, sink);
        this.queue = new SendQueue(settings);
        this.channels = new Channels(settings, evenStreams, queue, events, held);
        this.handshake = new Handshake(settings, random);
        this.heartbeats = new Heartbeats(random);
    }

    /// Begins the handshake; both sides do (RFC 8831 §6.2). Without it a peer's INIT is still
    /// answered.
    public void connect(long nowNs) {
        if (state == State.OPEN) {
            handshake.connect(nowNs, out);
        }
    }

    /// One packet out of DTLS. Throws [MalformedSctpException], having changed nothing.
    public void onPacket(long nowNs, byte[] bytes, int offset, int length) {
        if (state == State.CLOSED) {
            return;
        }
        SctpPacket packet = SctpPacket.parse(bytes, offset, length, settings.zeroChecksum());
        if (packet.sourcePort() != settings.remotePort()
                || packet.destinationPort() != settings.localPort()
                || !isTagRight(packet)) {
            return;
        }
        for (SctpChunk chunk : packet.chunks()) {
            if (!onChunk(nowNs, packet, chunk) || state == State.CLOSED) {
                break;
            }
        }
        Link current = link;
        if (current != null && state != State.CLOSED) {
            current.receiver().onPacketEnd(nowNs);
            current.resets().afterReceived(current.receiver(), out);
        }
        flush(nowNs);
    }

    public void onTime(long nowNs) {
        if (state == State.CLOSED) {
            return;
        }
        handshake.onTime(nowNs, out);
        heartbeats.onTime(nowNs, out);
        Link current = link;
        if (current != null) {
            current.sender().onTime(nowNs);
        }
        if (t2.isDue(nowNs)) {
            shutdownAck(nowNs);
        }
        flush(nowNs);
    }

    /// Opens a channel by a DCEP message, which is queued before `Connected`; it can be sent on at
    /// once. Answers its stream id.
    ///
    /// @param maxRetransmits -1 for no limit
    /// @param maxLifetimeMs -1 for no limit; only one of the two may limit
    public int openChannel(
            long nowNs,
            String label,
            String protocol,
            boolean ordered,
            int maxRetransmits,
            int maxLifetimeMs) {
        int id =
                channels.open(
                        new Dcep.Open(label, protocol, ordered, maxRetransmits, maxLifetimeMs));
        flushDue.arm(nowNs);
        return id;
    }

    /// A channel both sides know without a message (RFC 8831 §6.4), say those of LiveKit's protocol
    /// 18.
    public void openNegotiated(
            int streamId,
            String label,
            String protocol,
            boolean ordered,
            int maxRetransmits,
            int maxLifetimeMs) {
        channels.openNegotiated(
                streamId, new Dcep.Open(label, protocol, ordered, maxRetransmits, maxLifetimeMs));
    }

    /// Queues a copy of the message.
    public SendOutcome send(
            long nowNs, int streamId, boolean binary, byte[] payload, int offset, int length) {
        if (state != State.OPEN) {
            return SendOutcome.CLOSED;
        }
        SendOutcome outcome = channels.send(nowNs, streamId, binary, payload, offset, length);
        if (outcome != SendOutcome.QUEUED) {
            return outcome;
        }
        if (queue.queuedBytes() >= settings.mtuBytes()) {
            flush(nowNs);
        } else {
            flushDue.arm(nowNs);
        }
        return outcome;
    }

    /// Sends what is queued, then closes the channel both ways (RFC 8831 §6.7).
    public void closeChannel(long nowNs, int streamId) {
        channels.close(streamId);
        flushDue.arm(nowNs);
    }

    /// While paused, messages of reliable channels are not told but held, in order, and count
    /// against the receive window, so that the peer's sender stops. Others are told as they come; a
    /// window that is full stops them too, for SCTP has one for all.
    public void pauseReceiving(long nowNs, boolean paused) {
        boolean opened = channels.pause(paused);
        Link current = link;
        if (opened && current != null) {
            current.receiver().onWindowOpened();
            flush(nowNs);
        }
    }

    /// Ends the association at once and tells the peer.
    public void abort(long nowNs) {
        if (state == State.CLOSED) {
            return;
        }
        abortWith(ErrorCause.USER_INITIATED_ABORT, "closed");
        close(CloseReason.LOCAL_ABORT, "aborted at " + nowNs + " ns");
    }

    /// True from `Connected` to `Closed`.
    public boolean connected() {
        return link != null && state != State.CLOSED;
    }

    /// Bytes taken by `send` and not yet acknowledged or given up.
    public long bufferedBytes() {
        return queue.bufferedBytes();
    }

    public long bufferedBytes(int streamId) {
        return queue.bufferedBytes(streamId);
    }

    /// Bytes of a channel that have not left for the first time.
    public long queuedBytes(int streamId) {
        return queue.queuedBytes(streamId);
    }

    /// How long the message that leaves next on this channel has waited.
    public long waitedNs(long nowNs, int streamId) {
        return queue.waitedNs(nowNs, streamId);
    }

    /// Received messages discarded because they were larger than we accept.
    public long oversizeMessages() {
        Link current = link;
        return oversizeBefore + (current == null ? 0 : current.receiver().oversizeMessages());
    }

    /// When [#onTime] wants to be called, or `Long.MAX_VALUE`.
    public long nextWakeNs() {
        if (state == State.CLOSED) {
            return Deadline.NEVER;
        }
        long wake = Math.min(handshake.nextWakeNs(), heartbeats.nextWakeNs());
        wake = Math.min(wake, Math.min(t2.dueNs(), flushDue.dueNs()));
        Link current = link;
        if (current != null) {
            wake = Math.min(wake, current.sender().nextWakeNs());
            wake = Math.min(wake, current.receiver().nextWakeNs());
            wake = Math.min(wake, current.resets().nextWakeNs());
        }
        return wake;
    }

    /// The next thing that happened, or null.
    public @Nullable SctpEvent pollEvent() {
        return events.pollFirst();
    }

    /// RFC 9260 §8.5.
    private boolean isTagRight(SctpPacket packet) {
        if (packet.chunks().isEmpty()) {
            return false;
        }
        int tag = packet.verificationTag();
        PeerParameters peer = handshake.peer();
        boolean isReflected = peer != null && tag == peer.tag();
        boolean isLocal = tag == handshake.localTag();
        return switch (packet.chunks().getFirst()) {
            case SctpChunk.Init _ -> tag == 0 && packet.isAlone();
            case SctpChunk.InitAck _ -> isLocal && packet.isAlone();
            case SctpChunk.Abort(boolean reflected, List<ErrorCause> _) ->
                    reflected ? isReflected : isLocal;
            case SctpChunk.ShutdownComplete(boolean reflected) -> reflected ? isReflected : isLocal;
            // Checked against the cookie itself (§5.2.4).
            case SctpChunk.CookieEcho _ -> true;
            default -> isLocal;
        };
    }

    /// Answers false if the rest of the packet is to be ignored.
    private boolean onChunk(long nowNs, SctpPacket packet, SctpChunk chunk) {
        switch (chunk) {
            case SctpChunk.Init(InitBody init) -> onInit(nowNs, init, packet);
            case SctpChunk.InitAck(InitBody ack) -> handshake.onInitAck(nowNs, ack, out);
            case SctpChunk.CookieEcho(Octets cookie) -> {
                return onCookieEcho(nowNs, packet.verificationTag(), cookie);
            }
            case SctpChunk.CookieAck() -> {
                if (handshake.onCookieAck() == Handshake.Outcome.ESTABLISHED) {
                    onEstablished(nowNs);
                }
            }
            case SctpChunk.Abort(boolean _, List<ErrorCause> causes) -> onAbort(packet, causes);
            case SctpChunk.OperationError(List<ErrorCause> causes) -> onError(nowNs, causes);
            case SctpChunk.Heartbeat(Octets info) -> onHeartbeat(info);
            case SctpChunk.ShutdownAck() -> onShutdownAck(packet);
            case SctpChunk.ShutdownComplete(boolean _) -> {
                if (state == State.SHUTDOWN_ACK_SENT) {
                    close(CloseReason.PEER_SHUTDOWN, "shut down");
                }
            }
            case SctpChunk.Unknown unknown -> {
                return onUnknown(unknown);
            }
            case DataChunk _,
                    SackChunk _,
                    SctpChunk.HeartbeatAck _,
                    SctpChunk.Shutdown _,
                    SctpChunk.ReConfig _,
                    SctpChunk.ForwardTsn _ -> {
                Link current = link;
                if (current != null) {
                    onLinkChunk(nowNs, current, chunk);
                }
            }
        }
        return true;
    }

    private void onLinkChunk(long nowNs, Link current, SctpChunk chunk) {
        switch (chunk) {
            case DataChunk data -> current.receiver().onData(data);
            case SackChunk sack -> current.sender().onSack(nowNs, sack);
            case SctpChunk.HeartbeatAck(Octets info) -> {
                long rttNs = heartbeats.onAck(nowNs, info);
                if (rttNs >= 0) {
                    current.sender().onRtt(rttNs);
                }
            }
            case SctpChunk.Shutdown(int cumulativeTsn) -> {
                current.sender().onCumulativeTsn(nowNs, cumulativeTsn);
                onShutdown(nowNs);
            }
            case SctpChunk.ReConfig reConfig ->
                    current.resets().onReConfig(nowNs, reConfig, current.receiver(), out);
            case SctpChunk.ForwardTsn forward -> current.receiver().onForwardTsn(forward);
            default -> throw new IllegalStateException("not for an established association");
        }
    }

    private void onInit(long nowNs, InitBody init, SctpPacket packet) {
        if (!packet.isAlone()) {
            return;
        }
        if (state == State.SHUTDOWN_ACK_SENT) {
            out.add(new SctpChunk.ShutdownAck());
            return;
        }
        handshake.onInit(nowNs, init, out);
    }

    private boolean onCookieEcho(long nowNs, int tag, Octets cookie) {
        Handshake.Outcome outcome = handshake.onCookieEcho(nowNs, tag, cookie, out);
        switch (outcome) {
            case IGNORED -> {
                return false;
            }
            case REPEATED -> {}
            case ESTABLISHED -> onEstablished(nowNs);
            case RESTARTED -> onRestarted(nowNs);
        }
        out.add(new SctpChunk.CookieAck());
        return true;
    }

    private void onEstablished(long nowNs) {
        begin(nowNs);
        events.add(new SctpEvent.Connected());
        channels.onConnected();
    }

    private void onRestarted(long nowNs) {
        Link before = link;
        if (before != null) {
            before.sender().releaseAll();
            oversizeBefore += before.receiver().oversizeMessages();
        }
        state = State.OPEN;
        t2.clear();
        queue.restart();
        begin(nowNs);
        events.add(new SctpEvent.Restarted());
        channels.onRestarted();
    }

    private void begin(long nowNs) {
        PeerParameters peer = handshake.peer();
        if (peer == null) {
            throw new IllegalStateException("established without a peer");
        }
        int localTsn = handshake.localTsn();
        out.peer(peer.tag(), peer.zeroChecksum());
        link =
                new Link(
                        new Sender(
                                settings, queue, localTsn, peer.windowBytes(), peer.forwardTsn()),
                        new Receiver(settings, peer.initialTsn(), channels, held),
                        new StreamResets(channels, localTsn, peer));
        heartbeats.start(nowNs);
    }

    private void onHeartbeat(Octets info) {
        if (link != null) {
            out.add(new SctpChunk.HeartbeatAck(info));
        }
    }

    private void onAbort(SctpPacket packet, List<ErrorCause> causes) {
        // A peer that does not know our first INIT's tag may abort it; the next one may fit.
        if (handshake.state() == Handshake.State.CLOSED) {
            return;
        }
        String detail = "tag " + Integer.toHexString(packet.verificationTag());
        if (!causes.isEmpty()) {
            ErrorCause cause = causes.getFirst();
            detail =
                    "cause "
                            + cause.code()
                            + ": "
                            + new String(cause.info().toArray(), StandardCharsets.UTF_8);
        }
        close(CloseReason.PEER_ABORT, detail);
    }

    private void onError(long nowNs, List<ErrorCause> causes) {
        for (ErrorCause cause : causes) {
            if (cause.code() == ErrorCause.STALE_COOKIE) {
                handshake.onStaleCookie(nowNs, out);
            }
        }
    }

    private boolean onUnknown(SctpChunk.Unknown unknown) {
        if (unknown.wantsReport() && link != null) {
            WireWriter whole = new WireWriter(64);
            ChunkWriter.write(whole, unknown);
            Octets info = Octets.copyOf(whole.toArray());
            ErrorCause cause = new ErrorCause(ErrorCause.UNRECOGNIZED_CHUNK, info);
            out.add(new SctpChunk.OperationError(List.of(cause)));
        }
        return !unknown.stops();
    }

    /// RFC 9260 §9.2: what is in flight is finished; what had not left stays.
    private void onShutdown(long nowNs) {
        if (state == State.SHUTDOWN_ACK_SENT) {
            shutdownAck(nowNs);
        } else if (state == State.OPEN) {
            state = State.SHUTDOWN_RECEIVED;
        }
    }

    /// RFC 9260 §8.5.1 E: the peer is still ending an association that we do not know.
    private void onShutdownAck(SctpPacket packet) {
        if (link == null) {
            out.sendAlone(packet.verificationTag(), new SctpChunk.ShutdownComplete(true));
        }
    }

    private void shutdownAck(long nowNs) {
        state = State.SHUTDOWN_ACK_SENT;
        if (shutdownTries++ == MAX_SHUTDOWN_TRIES) {
            close(CloseReason.PEER_SHUTDOWN, "shut down, unconfirmed");
            return;
        }
        out.add(new SctpChunk.ShutdownAck());
        t2.arm(nowNs + RetransmissionTimeout.INITIAL_NS);
    }

    private void abortWith(int code, String words) {
        PeerParameters peer = handshake.peer();
        if (peer != null) {
            Octets info = Octets.copyOf(words.getBytes(StandardCharsets.UTF_8));
            ErrorCause cause = new ErrorCause(code, info);
            out.sendAlone(peer.tag(), new SctpChunk.Abort(false, List.of(cause)));
        }
    }

    private void close(CloseReason reason, String detail) {
        state = State.CLOSED;
        handshake.stop();
        heartbeats.stop();
        channels.onClosed();
        events.add(new SctpEvent.Closed(reason, detail));
    }

    private void flush(long nowNs) {
        flushDue.clear();
        Link current = link;
        if (state == State.CLOSED) {
            return;
        }
        if (current != null) {
            current.resets().transmit(nowNs, current.sender(), out);
            boolean rides = current.receiver().isSackWaiting() && current.sender().canSend(nowNs);
            if (rides || current.receiver().isSackDue(nowNs)) {
                out.add(current.receiver().takeSack());
            }
            current.sender().transmit(nowNs, out, state == State.OPEN);
            if (state == State.SHUTDOWN_RECEIVED && current.sender().isIdle()) {
                shutdownAck(nowNs);
            }
        }
        out.flush();
        Integer low = queue.pollLowStream();
        while (low != null) {
            events.add(new SctpEvent.BufferedAmountLow(low));
            low = queue.pollLowStream();
        }
    }
}

package io.parley.webrtc.sctp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Opens, closes and feeds data channels (RFC 8831, RFC 8832). Owned by its SctpAssociation;
/// outlives a restart.
final class Channels implements MessageSink {
    private static final int MAX_STREAM_ID = 65_534;
    private static final int MAX_CHANNELS = 1024;
    private static final int PPID_STRING = 51;
    private static final int PPID_BINARY = 53;
    private static final int PPID_STRING_EMPTY = 56;
    private static final int PPID_BINARY_EMPTY = 57;
    private static final byte[] EMPTY = new byte[0];

    private final SctpSettings settings;
    private final boolean evenStreams;
    private final SendQueue queue;
    private final ArrayDeque<SctpEvent> events;
    private final HeldMessages held;
    private final Map<Integer, Channel> channels = new LinkedHashMap<>();
    private final Set<Integer> toReset = new LinkedHashSet<>();
    private boolean connected;
    private boolean paused;

    Channels(
            SctpSettings settings,
            boolean evenStreams,
            SendQueue queue,
            ArrayDeque<SctpEvent> events,
            HeldMessages held) {
        this.settings = settings;
        this.evenStreams = evenStreams;
        this.queue = queue;
        this.events = events;
        this.held = held;
    }

    void onConnected() {
        connected = true;
        for (Channel channel : channels.values()) {
            if (channel.acknowledged) {
                announce(channel);
            }
        }
    }

    /// The peer has forgotten our channels (and the resets under way): ours are opened again, if we
    /// are to.
    void onRestarted() {
        toReset.clear();
        for (Channel channel : List.copyOf(channels.values())) {
            if (channel.closing) {
                tellClosed(channel);
                queue.discard(channel.streamId());
                channels.remove(channel.streamId());
            } else if (channel.isOurs() && settings.reopening()) {
                channel.acknowledged = false;
                queue.addFirst(dcep(channel.streamId(), channel.terms()));
            }
        }
    }

    /// Answers the stream id: the lowest free one of our parity (RFC 8832 §6).
    int open(Dcep.Open terms) {
        int id = evenStreams ? 0 : 1;
        while (channels.containsKey(id)) {
            id += 2;
        }
        if (id > MAX_STREAM_ID) {
            throw new IllegalStateException("no stream id left");
        }
        channels.put(id, new Channel(id, terms, false, false));
        queue.add(dcep(id, terms));
        return id;
    }

    void openNegotiated(int streamId, Dcep.Open terms) {
        if (streamId < 0 || streamId > MAX_STREAM_ID || channels.containsKey(streamId)) {
            throw new IllegalStateException("stream id taken or out of range: " + streamId);
        }
        Channel channel = new Channel(streamId, terms, false, true);
        channels.put(streamId, channel);
        if (connected) {
            announce(channel);
        }
    }

    SendOutcome send(
            long nowNs, int streamId, boolean binary, byte[] source, int offset, int length) {
        Channel channel = channels.get(streamId);
        if (channel == null || channel.closing) {
            return SendOutcome.CLOSED;
        }
        if (length > settings.peerMaxMessageSizeBytes()) {
            return SendOutcome.TOO_LARGE;
        }
        if (!queue.hasRoomFor(length)) {
            return SendOutcome.QUEUE_FULL;
        }
        // RFC 8831 §6.6: SCTP has no empty message, so one zero byte with a PPID that says so.
        int emptyPpid = binary ? PPID_BINARY_EMPTY : PPID_STRING_EMPTY;
        int filledPpid = binary ? PPID_BINARY : PPID_STRING;
        byte[] payload =
                length == 0 ? new byte[1] : Arrays.copyOfRange(source, offset, offset + length);
        queue.add(channel.message(nowNs, length == 0 ? emptyPpid : filledPpid, payload));
        return SendOutcome.QUEUED;
    }

    void close(int streamId) {
        Channel channel = channels.get(streamId);
        if (channel != null && !channel.closing) {
            channel.closing = true;
            toReset.add(streamId);
        }
    }

    @Override
    public void onMessage(int streamId, int ppid, byte[] payload) {
        if (ppid == Dcep.PPID) {
            onDcep(streamId, payload);
            return;
        }
        Channel channel = channels.get(streamId);
        if (channel == null || channel.incomingReset) {
            return;
        }
        boolean isEmpty = ppid == PPID_STRING_EMPTY || ppid == PPID_BINARY_EMPTY;
        boolean binary = ppid == PPID_BINARY || ppid == PPID_BINARY_EMPTY;
        if (!isEmpty && !binary && ppid != PPID_STRING) {
            return;
        }
        announce(channel);
        var message = new SctpEvent.Message(streamId, binary, isEmpty ? EMPTY : payload);
        if (paused && channel.isReliable()) {
            held.add(message);
        } else {
            events.add(message);
        }
    }

    /// Whether messages of reliable channels wait here; answers true if some were let go.
    boolean pause(boolean wanted) {
        paused = wanted;
        boolean letsGo = !wanted && held.bytes() > 0;
        if (letsGo) {
            held.releaseAll(events);
        }
        return letsGo;
    }

    /// The association ends: what came before that is still told.
    void onClosed() {
        held.releaseAll(events);
    }

    /// The streams to reset now: all they had has been given TSNs.
    List<Integer> takeDrained() {
        if (toReset.isEmpty()) {
            return List.of();
        }
        List<Integer> drained = new ArrayList<>();
        for (int id : toReset) {
            if (queue.isDrained(id)) {
                drained.add(id);
            }
        }
        drained.forEach(toReset::remove);
        return drained;
    }

    /// The peer will send no more on these (all, if none is named): we close our side too (RFC 8831
    /// §6.7).
    void onIncomingReset(List<Integer> streamIds) {
        for (int id : streamIds.isEmpty() ? List.copyOf(channels.keySet()) : streamIds) {
            Channel channel = channels.get(id);
            if (channel == null) {
                continue;
            }
            channel.incomingReset = true;
            held.release(id, events);
            tellClosed(channel);
            queue.discard(id);
            close(id);
            removeIfGone(channel);
        }
    }

    /// @param performed false if the peer refused: the numbers then go on
    void onOutgoingReset(List<Integer> streamIds, boolean performed) {
        for (int id : streamIds) {
            Channel channel = channels.get(id);
            boolean isUsedAgain = channel != null && !channel.closing;
            if (performed && !isUsedAgain) {
                queue.resetStream(id);
            }
            if (channel != null && channel.closing) {
                channel.outgoingReset = true;
                tellClosed(channel);
                removeIfGone(channel);
            }
        }
    }

    private void onDcep(int streamId, byte[] payload) {
        Dcep message = Dcep.read(payload);
        Channel channel = channels.get(streamId);
        switch (message) {
            case null -> close(streamId);
            case Dcep.Ack() -> onAck(channel);
            case Dcep.Open open -> onOpen(streamId, open, channel);
        }
    }

    private void onAck(@Nullable Channel channel) {
        if (channel != null) {
            channel.acknowledged = true;
            announce(channel);
        }
    }

    /// A second OPEN comes from a peer that restarted; a channel of ours is left as it is.
    private void onOpen(int streamId, Dcep.Open open, @Nullable Channel known) {
        if (known != null && known.closing) {
            if (!known.incomingReset) {
                return;
            }
            // The peer uses the id again, so it did perform our reset; only its answer is missing.
            queue.resetStream(streamId);
            channels.remove(streamId);
            onOpen(streamId, open, null);
            return;
        }
        if (known == null && channels.size() >= MAX_CHANNELS) {
            toReset.add(streamId);
            return;
        }
        if (known == null || known.isRemote()) {
            Channel channel = new Channel(streamId, open, true, false);
            channels.put(streamId, channel);
            announce(channel);
        }
        queue.add(dcep(streamId, new Dcep.Ack()));
    }

    private void announce(Channel channel) {
        if (!channel.announced && !channel.closeTold) {
            channel.announced = true;
            events.add(channel.opened());
        }
    }

    private void tellClosed(Channel channel) {
        if (!channel.closeTold) {
            channel.closeTold = true;
            events.add(new SctpEvent.ChannelClosed(channel.streamId()));
        }
    }

    private void removeIfGone(Channel channel) {
        if (channel.isGone()) {
            channels.remove(channel.streamId());
        }
    }

    private static OutMessage dcep(int streamId, Dcep message) {
        byte[] payload = Dcep.write(message);
        return new OutMessage(streamId, Dcep.PPID, payload, false, -1, Deadline.NEVER, 0);
    }
}

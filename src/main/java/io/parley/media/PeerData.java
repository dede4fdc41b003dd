package io.parley.media;

import io.parley.webrtc.ortc.SctpParameters;
import io.parley.webrtc.sctp.MalformedSctpException;
import io.parley.webrtc.sctp.SctpAssociation;
import io.parley.webrtc.sctp.SctpEvent;
import io.parley.webrtc.sctp.SctpSettings;
import io.parley.webrtc.sctp.SendOutcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A peer's data channels: labels over the streams of one SCTP association. A full reliable queue
/// is told to the room, which then stops the senders, and so is what its reader takes meanwhile.
/// Other channels lose what would only wait. Owned by its peer.
final class PeerData {
    private static final int HIGH_WATER_BYTES = 1 << 20;
    private static final int LOW_WATER_BYTES = 256 << 10;
    private static final int MAX_WAITING_BYTES = 8 << 20;
    private static final int PROGRESS_BYTES = 256 << 10;
    private static final int MAX_LOSSY_BYTES = 256 << 10;
    private static final int MAX_PROMPT_BYTES = 8 << 10;
    private static final long MAX_LATENCY_NS = 100_000_000L;
    private static final String RELIABLE = "_reliable";
    private static final String DATA_TRACK = "_data_track";

    private final Peer peer;
    private final RandomGenerator random;
    private final boolean zeroChecksum;

    private final Map<String, Integer> streamsByLabel = new HashMap<>();
    private final Map<Integer, String> labelsByStream = new HashMap<>();
    private final List<PeerCommand.OpenDataChannel> wanted = new ArrayList<>();
    private final List<ChannelTerms> adopted = new ArrayList<>();
    private final ArrayDeque<PeerCommand.SendData> waiting = new ArrayDeque<>();

    private @Nullable SctpParameters parameters;
    private @Nullable SctpAssociation association;
    private int waitingBytes;
    private boolean full;
    private long acceptedBytes;
    private long toldReadBytes;
    private boolean receivingPaused;

    PeerData(Peer peer, RandomGenerator random, boolean zeroChecksum) {
        this.peer = peer;
        this.random = random;
        this.zeroChecksum = zeroChecksum;
    }

    /// True when it is news: with keys at hand the association can begin.
    boolean configure(SctpParameters wantedParameters) {
        if (parameters != null) {
            return false;
        }
        parameters = wantedParameters;
        return true;
    }

    /// DTLS is done, for the first time or with a new other side: the association begins, or begins
    /// anew.
    void onSecured(long nowNs, boolean dtlsClient) {
        SctpParameters agreed = parameters;
        if (agreed == null) {
            return;
        }
        streamsByLabel.clear();
        labelsByStream.clear();
        SctpSettings settings =
                SctpSettings.defaults()
                        .withPeer(agreed.remotePort(), agreed.remoteMaxMessageSizeBytes())
                        .withZeroChecksum(zeroChecksum);
        var created = new SctpAssociation(settings, dtlsClient, random, peer::sealData);
        association = created;
        created.pauseReceiving(nowNs, receivingPaused);
        created.connect(nowNs);
        adopted.forEach(terms -> adopt(created, terms));
        for (PeerCommand.OpenDataChannel open : wanted) {
            open(nowNs, created, open);
        }
        drain(nowNs);
    }

    void openChannel(long nowNs, PeerCommand.OpenDataChannel open) {
        wanted.add(open);
        if (association != null) {
            open(nowNs, association, open);
        }
    }

    void adoptChannel(ChannelTerms terms) {
        adopted.add(terms);
        if (association != null) {
            adopt(association, terms);
        }
    }

    private void adopt(SctpAssociation over, ChannelTerms terms) {
        over.openNegotiated(
                terms.streamId(), terms.label(), "", terms.ordered(), terms.maxRetransmits(), -1);
        name(terms.streamId(), terms.label());
    }

    private void open(long nowNs, SctpAssociation over, PeerCommand.OpenDataChannel open) {
        int stream =
                over.openChannel(
                        nowNs, open.label(), "", open.ordered(), open.maxRetransmits(), -1);
        name(stream, open.label());
    }

    /// The newest channel with a label replaces the older one (media.md §7.1).
    private void name(int stream, String label) {
        streamsByLabel.put(label, stream);
        labelsByStream.put(stream, label);
    }

    void send(long nowNs, PeerCommand.SendData message) {
        if (message.label().equals(RELIABLE)) {
            sendReliable(nowNs, message);
        } else if (isLate(nowNs, message.label())) {
            peer.drops().count(DataDropReason.LATE);
        } else if (trySend(nowNs, message) == SendOutcome.QUEUE_FULL) {
            peer.drops().count(DataDropReason.QUEUE_FULL);
        }
        drain(nowNs);
        peer.markDirty();
    }

    private void sendReliable(long nowNs, PeerCommand.SendData message) {
        if (!waiting.isEmpty() || trySend(nowNs, message) == SendOutcome.QUEUE_FULL) {
            await(message);
        }
        tellBackpressure();
    }

    /// Whether a message would wait longer than it is worth (media.md §7.2). Deviates: lossy
    /// messages have a bound too, and latency is what the oldest one has waited. LiveKit computes
    /// it from the rate, which then shrinks by itself where a round trip takes longer.
    private boolean isLate(long nowNs, String label) {
        SctpAssociation over = association;
        Integer stream = streamsByLabel.get(label);
        if (over == null || stream == null) {
            return false;
        }
        long queued = over.queuedBytes(stream);
        boolean isStale =
                label.equals(DATA_TRACK)
                        && queued > MAX_PROMPT_BYTES
                        && over.waitedNs(nowNs, stream) > MAX_LATENCY_NS;
        return isStale || queued > MAX_LOSSY_BYTES;
    }

    /// What was sent in this turn leaves now, packed together.
    void flush(long nowNs) {
        SctpAssociation over = association;
        if (over != null && nowNs >= over.nextWakeNs()) {
            over.onTime(nowNs);
            drain(nowNs);
        }
    }

    private SendOutcome trySend(long nowNs, PeerCommand.SendData message) {
        SctpAssociation over = association;
        Integer stream = streamsByLabel.get(message.label());
        if (over == null || stream == null) {
            peer.drops().count(DataDropReason.NO_CHANNEL);
            return SendOutcome.CLOSED;
        }
        byte[] payload = message.payload();
        SendOutcome outcome =
                over.send(nowNs, stream, message.isBinary(), payload, 0, payload.length);
        switch (outcome) {
            case QUEUED -> acceptedBytes += message.label().equals(RELIABLE) ? payload.length : 0;
            case QUEUE_FULL -> {}
            case TOO_LARGE -> peer.drops().count(DataDropReason.TOO_LARGE);
            case CLOSED -> peer.drops().count(DataDropReason.NO_CHANNEL);
        }
        return outcome;
    }

    private void await(PeerCommand.SendData message) {
        if (waitingBytes + message.payload().length > MAX_WAITING_BYTES) {
            peer.drops().count(DataDropReason.QUEUE_FULL);
            return;
        }
        waiting.add(message);
        waitingBytes += message.payload().length;
    }

    /// Called again and again: the bytes that make room may be those of another channel.
    private void sendWaiting(long nowNs) {
        if (!full && waiting.isEmpty()) {
            return;
        }
        while (!waiting.isEmpty() && streamsByLabel.containsKey(RELIABLE)) {
            PeerCommand.SendData head = waiting.element();
            if (trySend(nowNs, head) == SendOutcome.QUEUE_FULL) {
                break;
            }
            waiting.remove();
            waitingBytes -= head.payload().length;
        }
        tellBackpressure();
    }

    private void tellBackpressure() {
        long buffered = waitingBytes + reliableBuffered();
        long readBytes = acceptedBytes - reliableBuffered();
        if (!full && buffered > HIGH_WATER_BYTES) {
            full = true;
            toldReadBytes = readBytes;
            peer.emit(new PeerEvent.DataBackpressure(true));
        } else if (full && buffered < LOW_WATER_BYTES) {
            full = false;
            peer.emit(new PeerEvent.DataBackpressure(false));
        } else if (full && readBytes - toldReadBytes >= PROGRESS_BYTES) {
            toldReadBytes = readBytes;
            peer.emit(new PeerEvent.DataProgress());
        }
    }

    private long reliableBuffered() {
        Integer stream = streamsByLabel.get(RELIABLE);
        return association == null || stream == null ? 0 : association.bufferedBytes(stream);
    }

    /// Somebody reads too slowly what this peer sends: its reliable data waits in the association,
    /// and then on its side.
    void pause(long nowNs, boolean paused) {
        receivingPaused = paused;
        if (association != null) {
            association.pauseReceiving(nowNs, paused);
            drain(nowNs);
        }
    }

    void onPacket(long nowNs, byte[] packet, int offset, int length) {
        SctpAssociation over = association;
        if (over == null) {
            peer.drops().count(DataDropReason.NO_ASSOCIATION);
            return;
        }
        try {
            over.onPacket(nowNs, packet, offset, length);
        } catch (MalformedSctpException _) {
            peer.drops().count(DataDropReason.MALFORMED);
        }
        drain(nowNs);
        sendWaiting(nowNs);
    }

    void onTime(long nowNs) {
        SctpAssociation over = association;
        if (over == null) {
            return;
        }
        if (nowNs >= over.nextWakeNs()) {
            over.onTime(nowNs);
        }
        drain(nowNs);
        sendWaiting(nowNs);
    }

    private void drain(long nowNs) {
        SctpAssociation over = association;
        if (over == null) {
            return;
        }
        for (SctpEvent event = over.pollEvent(); event != null; event = over.pollEvent()) {
            onEvent(nowNs, event);
        }
    }

    private void onEvent(long nowNs, SctpEvent event) {
        switch (event) {
            case SctpEvent.Connected _, SctpEvent.Restarted _ -> {}
            case SctpEvent.Closed _ -> association = null;
            case SctpEvent.ChannelOpened opened -> {
                name(opened.streamId(), opened.label());
                var terms =
                        new ChannelTerms(
                                opened.label(),
                                opened.streamId(),
                                opened.ordered(),
                                opened.maxRetransmits());
                peer.emit(new PeerEvent.DataChannelOpened(terms));
            }
            case SctpEvent.ChannelClosed(var stream) -> onChannelClosed(stream);
            case SctpEvent.BufferedAmountLow _ -> sendWaiting(nowNs);
            case SctpEvent.Message message -> onMessage(message);
        }
    }

    private void onChannelClosed(int stream) {
        String label = labelsByStream.remove(stream);
        if (label != null && streamsByLabel.remove(label, stream)) {
            peer.emit(new PeerEvent.DataChannelClosed(label));
            tellBackpressure();
        }
    }

    private void onMessage(SctpEvent.Message message) {
        String label = labelsByStream.get(message.streamId());
        if (label == null) {
            peer.drops().count(DataDropReason.NO_CHANNEL);
            return;
        }
        peer.emit(new PeerEvent.DataReceived(label, message.binary(), message.payload()));
    }

    long nextWakeNs() {
        return association == null ? Long.MAX_VALUE : association.nextWakeNs();
    }

    void close(long nowNs, boolean sayGoodbye) {
        if (association != null && sayGoodbye) {
            association.abort(nowNs);
        }
        association = null;
        waiting.clear();
    }

    /// Why a data message or packet went no further.
    enum DataDropReason {
        NO_ASSOCIATION,
        NO_CHANNEL,
        QUEUE_FULL,
        LATE,
        TOO_LARGE,
        MALFORMED
    }
}

package io.parley.scenario;

import io.parley.webrtc.sctp.SctpAssociation;
import io.parley.webrtc.sctp.SctpEvent;
import io.parley.webrtc.sctp.SctpSettings;
import io.parley.webrtc.sctp.SctpSink;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The data channels of a client's connection, by label, over one SCTP association. Owned by its
/// transport's loop; what is open may be asked on any thread.
final class ClientChannels {
    private static final SecureRandom RANDOM = new SecureRandom();

    /// Takes what arrives.
    interface Intake {
        void onMessage(String label, boolean binary, byte[] payload);
    }

    private record Wanted(boolean ordered, int maxRetransmits) {}

    private final Intake intake;
    private final Map<String, Wanted> wanted = new HashMap<>();
    private final Map<String, Integer> streams = new ConcurrentHashMap<>();
    private final Map<Integer, String> labels = new HashMap<>();
    private final Set<String> openLabels = ConcurrentHashMap.newKeySet();
    private volatile @Nullable SctpAssociation sctp;

    ClientChannels(Intake intake) {
        this.intake = intake;
    }

    void open(long nowNs, String label, boolean ordered, int maxRetransmits) {
        wanted.put(label, new Wanted(ordered, maxRetransmits));
        SctpAssociation over = sctp;
        if (over != null) {
            open(nowNs, over, label, ordered, maxRetransmits);
        }
    }

    private void open(
            long nowNs, SctpAssociation over, String label, boolean ordered, int maxRetransmits) {
        int stream = over.openChannel(nowNs, label, "", ordered, maxRetransmits, -1);
        streams.put(label, stream);
        labels.put(stream, label);
    }

    /// DTLS is there. One association lives as long as the connection, whatever server is behind
    /// it, and browsers do not open their channels again when a server has restarted it.
    void onSecured(long nowNs, SctpSink sink) {
        if (sctp != null) {
            return;
        }
        var over =
                new SctpAssociation(
                        SctpSettings.defaults().withReopening(false), false, RANDOM, sink);
        sctp = over;
        over.connect(nowNs);
        wanted.forEach(
                (label, each) -> open(nowNs, over, label, each.ordered(), each.maxRetransmits()));
    }

    void send(long nowNs, String label, byte[] payload) {
        SctpAssociation over = sctp;
        Integer stream = streams.get(label);
        if (over != null && stream != null) {
            over.send(nowNs, stream, true, payload, 0, payload.length);
        }
    }

    void onPacket(long nowNs, byte[] bytes, int length) {
        SctpAssociation over = sctp;
        if (over != null) {
            over.onPacket(nowNs, bytes, 0, length);
        }
    }

    void onTime(long nowNs) {
        SctpAssociation over = sctp;
        if (over != null && nowNs >= over.nextWakeNs()) {
            over.onTime(nowNs);
        }
        drain();
    }

    long nextWakeNs() {
        SctpAssociation over = sctp;
        return over == null ? Long.MAX_VALUE : over.nextWakeNs();
    }

    void drain() {
        SctpAssociation over = sctp;
        if (over == null) {
            return;
        }
        for (SctpEvent event = over.pollEvent(); event != null; event = over.pollEvent()) {
            onEvent(event);
        }
    }

    private void onEvent(SctpEvent event) {
        switch (event) {
            case SctpEvent.ChannelOpened opened -> {
                labels.put(opened.streamId(), opened.label());
                streams.putIfAbsent(opened.label(), opened.streamId());
                openLabels.add(opened.label());
            }
            case SctpEvent.ChannelClosed(int stream) -> {
                String label = labels.remove(stream);
                if (label != null) {
                    openLabels.remove(label);
                }
            }
            case SctpEvent.Message message ->
                    intake.onMessage(
                            labels.getOrDefault(message.streamId(), ""),
                            message.binary(),
                            message.payload());
            case SctpEvent.Closed _ -> openLabels.clear();
            case SctpEvent.Connected _, SctpEvent.Restarted _, SctpEvent.BufferedAmountLow _ -> {}
        }
    }

    boolean isOpen(String label) {
        return openLabels.contains(label);
    }

    boolean isConnected() {
        SctpAssociation over = sctp;
        return over != null && over.connected();
    }

    /// The stream of each channel.
    Map<String, Integer> streams() {
        return new TreeMap<>(streams);
    }

    @Override
    public String toString() {
        return "open=%s sctp=%s".formatted(openLabels, isConnected());
    }
}

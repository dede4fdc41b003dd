package io.parley.webrtc.sctp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Asks for and answers stream resets (RFC 6525 §5), one request of ours at a time. One for each
/// life of the association; owned by its SctpAssociation.
final class StreamResets {
    private final Channels channels;
    private final boolean supported;
    private final Deadline timer = new Deadline();
    private int nextSeq;
    private SctpParameter.@Nullable OutgoingReset current;
    private int expectedSeq;
    private int lastResult = SctpParameter.ReconfigResponse.NOTHING_TO_DO;
    private SctpParameter.@Nullable OutgoingReset deferred;

    StreamResets(Channels channels, int localTsn, PeerParameters peer) {
        this.channels = channels;
        this.supported = peer.reConfig();
        this.nextSeq = localTsn;
        this.expectedSeq = peer.initialTsn();
    }

    long nextWakeNs() {
        return timer.dueNs();
    }

    void onReConfig(long nowNs, SctpChunk.ReConfig chunk, Receiver receiver, PacketOut out) {
        for (SctpParameter parameter : chunk.parameters()) {
            if (parameter instanceof SctpParameter.ReconfigResponse response) {
                onResponse(nowNs, response);
            } else {
                onRequest(parameter, receiver, out);
            }
        }
    }

    /// The peer's reset waits for the data before it (RFC 6525 §5.2.2 E2); after each packet.
    void afterReceived(Receiver receiver, PacketOut out) {
        SctpParameter.OutgoingReset waiting = deferred;
        if (waiting != null && receiver.hasThrough(waiting.lastTsn())) {
            perform(waiting, receiver);
            respond(expectedSeq - 1, lastResult, out);
        }
    }

    /// Sends a request if there is something to reset, or again if its answer is late.
    void transmit(long nowNs, Sender sender, PacketOut out) {
        SctpParameter.OutgoingReset request = current;
        if (request != null) {
            if (timer.isDue(nowNs)) {
                send(nowNs, request, sender, out);
            }
            return;
        }
        List<Integer> ids = channels.takeDrained();
        if (ids.isEmpty()) {
            return;
        }
        if (!supported) {
            channels.onOutgoingReset(ids, false);
            channels.onIncomingReset(ids);
            return;
        }
        SctpParameter.OutgoingReset made =
                new SctpParameter.OutgoingReset(nextSeq, expectedSeq - 1, sender.lastTsn(), ids);
        nextSeq++;
        current = made;
        send(nowNs, made, sender, out);
    }

    private void send(
            long nowNs, SctpParameter.OutgoingReset request, Sender sender, PacketOut out) {
        out.add(new SctpChunk.ReConfig(List.of(request)));
        timer.arm(nowNs + sender.timeoutNs());
    }

    private void onResponse(long nowNs, SctpParameter.ReconfigResponse response) {
        SctpParameter.OutgoingReset request = current;
        if (request == null || response.responseSeq() != request.requestSeq()) {
            return;
        }
        switch (response.result()) {
            case SctpParameter.ReconfigResponse.IN_PROGRESS,
                    SctpParameter.ReconfigResponse.IN_PROGRESS_ALREADY ->
                    timer.arm(nowNs + RetransmissionTimeout.MIN_NS);
            case SctpParameter.ReconfigResponse.NOTHING_TO_DO,
                    SctpParameter.ReconfigResponse.PERFORMED ->
                    finish(request, true);
            default -> finish(request, false);
        }
    }

    private void finish(SctpParameter.OutgoingReset request, boolean performed) {
        current = null;
        timer.clear();
        channels.onOutgoingReset(request.streamIds(), performed);
    }

    private void onRequest(SctpParameter parameter, Receiver receiver, PacketOut out) {
        switch (parameter) {
            case SctpParameter.OutgoingReset reset -> {
                if (isNew(reset.requestSeq(), out)) {
                    onOutgoingReset(reset, receiver);
                    respond(reset.requestSeq(), lastResult, out);
                }
            }
            case SctpParameter.IncomingReset(int seq, List<Integer> _) -> answer(seq, false, out);
            case SctpParameter.TsnReset(int seq) -> answer(seq, false, out);
            // Firefox asks for more outgoing streams; we take every stream id anyway.
            case SctpParameter.AddStreams add -> answer(add.requestSeq(), add.outgoing(), out);
            case SctpParameter.ReconfigResponse _,
                    SctpParameter.StateCookie _,
                    SctpParameter.Unrecognized _,
                    SctpParameter.ZeroChecksum _,
                    SctpParameter.SupportedExtensions _,
                    SctpParameter.ForwardTsnSupported _,
                    SctpParameter.Unknown _ -> {}
        }
    }

    private void answer(int seq, boolean granted, PacketOut out) {
        if (isNew(seq, out)) {
            lastResult =
                    granted
                            ? SctpParameter.ReconfigResponse.PERFORMED
                            : SctpParameter.ReconfigResponse.DENIED;
            respond(seq, lastResult, out);
        }
    }

    /// RFC 6525 §5.2.1: a request seen before is answered as before, one out of order is refused.
    private boolean isNew(int seq, PacketOut out) {
        if (seq == expectedSeq) {
            expectedSeq++;
            return true;
        }
        boolean isRepeated = seq == expectedSeq - 1;
        respond(seq, isRepeated ? lastResult : SctpParameter.ReconfigResponse.BAD_SEQUENCE, out);
        return false;
    }

    private void onOutgoingReset(SctpParameter.OutgoingReset reset, Receiver receiver) {
        if (receiver.hasThrough(reset.lastTsn())) {
            perform(reset, receiver);
        } else {
            deferred = reset;
            lastResult = SctpParameter.ReconfigResponse.IN_PROGRESS;
        }
    }

    private void perform(SctpParameter.OutgoingReset reset, Receiver receiver) {
        deferred = null;
        lastResult = SctpParameter.ReconfigResponse.PERFORMED;
        receiver.onReset(reset.streamIds());
        channels.onIncomingReset(reset.streamIds());
    }

    private static void respond(int seq, int result, PacketOut out) {
        out.add(new SctpChunk.ReConfig(List.of(new SctpParameter.ReconfigResponse(seq, result))));
    }
}

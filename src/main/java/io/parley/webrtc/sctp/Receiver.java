package io.parley.webrtc.sctp;

import java.util.List;

/// Takes DATA and FORWARD-TSN, answers SACKs. One for each life of the association; owned by its
/// SctpAssociation.
final class Receiver {
    private final SctpSettings settings;
    private final ReceivedTsns tsns;
    private final Reassembly reassembly;
    private final HeldMessages held;
    private boolean dataInPacket;
    private boolean immediate;

    Receiver(SctpSettings settings, int peerInitialTsn, MessageSink sink, HeldMessages held) {
        this.settings = settings;
        this.held = held;
        this.tsns = new ReceivedTsns(settings.mtuBytes(), peerInitialTsn);
        this.reassembly = new Reassembly(settings.maxMessageSizeBytes(), sink);
    }

    /// With the window full only the next TSN is taken, which is what makes room (RFC 9260 §6.2).
    void onData(DataChunk data) {
        dataInPacket = true;
        immediate |= data.immediate();
        long tsn = tsns.unwrap(data.tsn());
        if (!tsns.isWanted(tsn) || !hasRoomFor(tsn)) {
            tsns.onRefused(tsn);
            return;
        }
        tsns.add(tsn);
        reassembly.add(tsn, data);
    }

    void onForwardTsn(SctpChunk.ForwardTsn forward) {
        long newCumulative = tsns.unwrap(forward.newCumulativeTsn());
        if (tsns.onForward(newCumulative)) {
            reassembly.onForward(newCumulative, forward.skips());
        }
    }

    void onPacketEnd(long nowNs) {
        if (dataInPacket) {
            tsns.onPacketEnd(nowNs, immediate);
        }
        dataInPacket = false;
        immediate = false;
    }

    void onReset(List<Integer> streamIds) {
        reassembly.onReset(streamIds);
    }

    /// True if all up to this TSN came or was given up.
    boolean hasThrough(int tsn) {
        return tsns.unwrap(tsn) <= tsns.cumulative();
    }

    int cumulativeTsn() {
        return (int) tsns.cumulative();
    }

    long oversizeMessages() {
        return reassembly.oversizeMessages();
    }

    /// There is room again: a peer that stopped for want of it is told at once (RFC 9260 §6.2).
    void onWindowOpened() {
        tsns.sackAtOnce();
    }

    boolean isSackDue(long nowNs) {
        return tsns.isSackDue(nowNs);
    }

    boolean isSackWaiting() {
        return tsns.isSackWaiting();
    }

    long nextWakeNs() {
        return tsns.nextWakeNs();
    }

    SackChunk takeSack() {
        return tsns.takeSack(windowBytes());
    }

    /// An honest peer's next TSN soon frees what waits for it; one whose next TSNs only ever add (a
    /// hole in the SSNs, say) is stopped at twice the window.
    private boolean hasRoomFor(long tsn) {
        long hardLimit = 2L * settings.receiveWindowBytes() + 2L * settings.maxMessageSizeBytes();
        return tsns.isNext(tsn) ? heldBytes() < hardLimit : windowBytes() > 0;
    }

    private long windowBytes() {
        return Math.max(0, settings.receiveWindowBytes() - heldBytes());
    }

    private long heldBytes() {
        return reassembly.heldBytes() + held.bytes();
    }
}

package io.parley.sfu;

import io.parley.sfu.receive.PacketTarget;
import io.parley.sfu.receive.SourcePacket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Sees what forwarders see.
public final class Tap implements PacketTarget {
    public final List<String> log = new ArrayList<>();
    private final Consumer<SourcePacket> consumer;

    public Tap(Consumer<SourcePacket> consumer) {
        this.consumer = consumer;
    }

    @Override
    public void onPacket(SourcePacket packet) {
        log.add("packet " + (packet.isLate() ? "late " : "") + (packet.seq() & 0xFFFF));
        consumer.accept(packet);
    }

    @Override
    public void onPadding(int layer, long seq) {
        log.add("padding " + (seq & 0xFFFF));
    }

    @Override
    public void onLayersChanged(long nowNs) {
        log.add("layers");
    }

    @Override
    public void onMuteChanged(long nowNs, boolean muted) {
        log.add("muted " + muted);
    }

    @Override
    public void onCodecChanged(long nowNs) {
        log.add("codec");
    }

    @Override
    public void onFault(RuntimeException fault) {
        log.add("fault " + fault.getMessage());
    }
}

package io.parley.sfu;

import io.parley.sfu.receive.SourceListener;
import io.parley.sfu.send.SendListener;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SourceId;
import java.util.ArrayList;
import java.util.List;

/// Writes down what a room would hear.
public final class Events implements SourceListener, SendListener {
    public final List<String> log = new ArrayList<>();
    public double level;

    @Override
    public void onLayerStarted(SourceId source, int layer, String mime, int ssrc, String rid) {
        log.add("started " + layer + " " + mime + " " + rid);
    }

    public final List<String> learned = new ArrayList<>();

    @Override
    public void onSsrcLearned(SourceId source, int layer, int ssrc, int rtxSsrc) {
        learned.add("%d:%d/%d".formatted(layer, ssrc, rtxSsrc));
    }

    @Override
    public void onLayerStopped(SourceId source, int layer) {
        log.add("stopped " + layer);
    }

    @Override
    public void onVideoSizeChanged(SourceId source, int layer, int width, int height) {
        log.add("size " + layer + " " + width + "x" + height);
    }

    @Override
    public void onAudioLevelChanged(SourceId source, double newLevel) {
        level = newLevel;
        log.add("level");
    }

    @Override
    public void onSendStarted(SendId id) {
        log.add("sent " + id.value());
    }

    @Override
    public void onSendUnsupported(SendId id, String mimeType) {
        log.add("unsupported " + mimeType);
    }
}

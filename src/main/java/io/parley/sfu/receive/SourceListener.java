package io.parley.sfu.receive;

import io.parley.webrtc.ortc.SourceId;

/// Hears what a room wants to know of a publisher's sources. Must not call back into them.
public interface SourceListener {
    /// First packet of a layer, or its return after a silence; `mimeType` is what really arrives.
    void onLayerStarted(SourceId source, int spatialLayer, String mimeType, int ssrc, String rid);

    /// An SSRC that the SDP did not name was recognized by its MID and RID, which senders stop
    /// telling once they were heard; `rtxSsrc` is 0 while unknown.
    void onSsrcLearned(SourceId source, int spatialLayer, int ssrc, int rtxSsrc);

    void onLayerStopped(SourceId source, int spatialLayer);

    void onVideoSizeChanged(SourceId source, int spatialLayer, int width, int height);

    /// Linear, 0 is silent.
    void onAudioLevelChanged(SourceId source, double level);
}

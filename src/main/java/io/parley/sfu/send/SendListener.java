package io.parley.sfu.send;

import io.parley.webrtc.ortc.SendId;

/// Hears what a room wants to know of forwarded tracks. Must not call back into them.
public interface SendListener {
    /// The first packet of a forwarded track left.
    void onSendStarted(SendId id);

    /// None of the section's codecs is what the source carries.
    void onSendUnsupported(SendId id, String mimeType);

    /// The subscriber's timers are wanted by then, perhaps because of what its publisher did.
    default void onWakeWanted(long atNs) {}

    /// Our bug on the way to this subscriber. Where nobody cares for it, it is thrown on.
    default void onSendFault(RuntimeException fault) {
        throw fault;
    }
}

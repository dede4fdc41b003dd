package io.parley.webrtc.dtls;

/// Hears what becomes of an association. Called on the threads that [DtlsEvent] names, so it posts
/// to the loop and returns.
@FunctionalInterface
public interface DtlsListener {
    void onDtlsEvent(DtlsEvent event);
}

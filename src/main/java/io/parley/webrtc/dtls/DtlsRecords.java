package io.parley.webrtc.dtls;

/// Application data under the keys of an association, whoever shook hands for it. Owned by its
/// peer's media loop.
public interface DtlsRecords {
    /// Returns the length of the datagram's first application data, written to `dst` (which has
    /// room for `length` bytes); 0 if there is none (an alert, a repeated flight, a forgery); -1 if
    /// the association is closed. Call [#openPending] for more until it returns 0. Never waits.
    int open(byte[] datagram, int off, int length, byte[] dst, int dstOff);

    /// The next application data of datagrams that came before; otherwise as [#open].
    int openPending(byte[] dst, int dstOff);

    /// Sends application data as one record, one datagram. Nothing leaves unless connected.
    void seal(byte[] plain, int off, int length);

    /// Ends it, without an event. `notify = false` is silent: another node goes on with this peer.
    void close(boolean notify);
}

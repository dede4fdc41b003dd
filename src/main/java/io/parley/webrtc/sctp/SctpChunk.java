package io.parley.webrtc.sctp;

import java.util.List;

/// One chunk of an SCTP packet (RFC 9260 §3.3, RFC 3758 §3.2, RFC 6525 §3.1).
sealed interface SctpChunk
        permits DataChunk,
                SackChunk,
                SctpChunk.Init,
                SctpChunk.InitAck,
                SctpChunk.Heartbeat,
                SctpChunk.HeartbeatAck,
                SctpChunk.Abort,
                SctpChunk.Shutdown,
                SctpChunk.ShutdownAck,
                SctpChunk.OperationError,
                SctpChunk.CookieEcho,
                SctpChunk.CookieAck,
                SctpChunk.ShutdownComplete,
                SctpChunk.ReConfig,
                SctpChunk.ForwardTsn,
                SctpChunk.Unknown {
    int DATA = 0;
    int INIT = 1;
    int INIT_ACK = 2;
    int SACK = 3;
    int HEARTBEAT = 4;
    int HEARTBEAT_ACK = 5;
    int ABORT = 6;
    int SHUTDOWN = 7;
    int SHUTDOWN_ACK = 8;
    int ERROR = 9;
    int COOKIE_ECHO = 10;
    int COOKIE_ACK = 11;
    int SHUTDOWN_COMPLETE = 14;
    int RE_CONFIG = 130;
    int FORWARD_TSN = 192;

    record Init(InitBody body) implements SctpChunk {}

    record InitAck(InitBody body) implements SctpChunk {}

    record Heartbeat(Octets info) implements SctpChunk {}

    record HeartbeatAck(Octets info) implements SctpChunk {}

    /// The end, at once.
    ///
    /// @param reflected the T bit: the sender had no tag of its own and used ours
    record Abort(boolean reflected, List<ErrorCause> causes) implements SctpChunk {}

    record Shutdown(int cumulativeTsn) implements SctpChunk {}

    record ShutdownAck() implements SctpChunk {}

    record OperationError(List<ErrorCause> causes) implements SctpChunk {}

    record CookieEcho(Octets cookie) implements SctpChunk {}

    record CookieAck() implements SctpChunk {}

    record ShutdownComplete(boolean reflected) implements SctpChunk {}

    record ReConfig(List<SctpParameter> parameters) implements SctpChunk {}

    record ForwardTsn(int newCumulativeTsn, List<Skip> skips) implements SctpChunk {}

    /// The last abandoned message of an ordered stream.
    record Skip(int streamId, int ssn) {}

    record Unknown(int type, int flags, Octets value) implements SctpChunk {
        /// RFC 9260 §3.2: with the top bit clear the rest of the packet is discarded.
        boolean stops() {
            return (type & 0x80) == 0;
        }

        boolean wantsReport() {
            return (type & 0x40) != 0;
        }
    }
}

package io.parley.webrtc.sctp;

import java.util.List;

/// A parameter of INIT, INIT ACK or RE-CONFIG (RFC 9260 §3.2.1, RFC 6525 §4, RFC 3758 §3.1, RFC
/// 9653 §4).
sealed interface SctpParameter {
    int STATE_COOKIE = 7;
    int UNRECOGNIZED = 8;
    int OUTGOING_RESET = 13;
    int INCOMING_RESET = 14;
    int TSN_RESET = 15;
    int RECONFIG_RESPONSE = 16;
    int ADD_OUTGOING_STREAMS = 17;
    int ADD_INCOMING_STREAMS = 18;
    int ZERO_CHECKSUM = 0x8001;
    int SUPPORTED_EXTENSIONS = 0x8008;
    int FORWARD_TSN_SUPPORTED = 0xc000;

    record StateCookie(Octets cookie) implements SctpParameter {}

    /// The whole parameter that the peer did not know (RFC 9260 §3.3.3.1).
    record Unrecognized(Octets parameter) implements SctpParameter {}

    /// "I accept zero checksums under this error detection method" (1 = DTLS).
    record ZeroChecksum(int method) implements SctpParameter {}

    /// Chunk types beyond RFC 9260 that the sender knows (RFC 5061 §4.2.7).
    record SupportedExtensions(Octets chunkTypes) implements SctpParameter {}

    record ForwardTsnSupported() implements SctpParameter {}

    /// "I will begin again at SSN 0 on these streams, once you have all up to lastTsn" (RFC 6525
    /// §4.1).
    record OutgoingReset(int requestSeq, int responseSeq, int lastTsn, List<Integer> streamIds)
            implements SctpParameter {}

    record IncomingReset(int requestSeq, List<Integer> streamIds) implements SctpParameter {}

    record TsnReset(int requestSeq) implements SctpParameter {}

    record ReconfigResponse(int responseSeq, int result) implements SctpParameter {
        static final int NOTHING_TO_DO = 0;
        static final int PERFORMED = 1;
        static final int DENIED = 2;
        static final int IN_PROGRESS_ALREADY = 4;
        static final int BAD_SEQUENCE = 5;
        static final int IN_PROGRESS = 6;
    }

    record AddStreams(boolean outgoing, int requestSeq, int count) implements SctpParameter {}

    /// Types with the top bit clear end the reading of the parameter list (RFC 9260 §3.2.1).
    record Unknown(int type, Octets value) implements SctpParameter {
        boolean stops() {
            return (type & 0x8000) == 0 && !isAddressing();
        }

        /// IPv4, IPv6, Cookie Preservative, Host Name, Supported Address Types: without meaning
        /// over DTLS, yet not unknown.
        private boolean isAddressing() {
            return type == 5 || type == 6 || type == 9 || type == 11 || type == 12;
        }

        boolean wantsReport() {
            return (type & 0x4000) != 0;
        }
    }
}

package io.parley.webrtc.dtls;

/// Lets only well-formed records into a handshake (RFC 6347 §4.1, §4.2.2), because Bouncy Castle
/// gives up on some others, and reserves memory for whatever length a message claims.
final class RecordFilter {
    /// What AES-GCM adds to a record: explicit nonce and tag (RFC 5288 §3). Bouncy Castle ends an
    /// association over a shorter record, forged or not.
    private static final int MIN_PROTECTED = 24;

    static final int RECORD_HEADER = 13;
    static final int ALERT = 21;
    static final int APPLICATION_DATA = 23;

    private static final int MESSAGE_HEADER = 12;
    private static final int MAX_MESSAGE = 1 << 14;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int HANDSHAKE = 22;
    private static final int FINISHED = 20;

    private RecordFilter() {}

    /// How many of the datagram's bytes, from its beginning, are records to process; 0 for none.
    /// Encrypted records have at least `minProtected` bytes: Bouncy Castle ends an association over
    /// a shorter one.
    static int accepted(byte[] b, int off, int length) {
        int accepted = 0;
        while (length - accepted >= RECORD_HEADER) {
            int record = off + accepted;
            int size = RECORD_HEADER + uint16(b, record + 11);
            if (size > length - accepted || !isRecord(b, record, size)) {
                break;
            }
            accepted += size;
        }
        return accepted;
    }

    private static boolean isRecord(byte[] b, int off, int size) {
        int minor = b[off + 2] & 0xff;
        int epoch = uint16(b, off + 3);
        if ((b[off + 1] & 0xff) != 0xfe || (minor != 0xff && minor != 0xfd) || epoch > 1) {
            return false;
        }
        int type = b[off] & 0xff;
        if (epoch == 1) {
            return type >= CHANGE_CIPHER_SPEC
                    && type <= APPLICATION_DATA
                    && size - RECORD_HEADER >= MIN_PROTECTED;
        }
        int body = off + RECORD_HEADER;
        int bodyLength = size - RECORD_HEADER;
        return switch (type) {
            case CHANGE_CIPHER_SPEC -> bodyLength == 1 && b[body] == 1;
            case ALERT -> bodyLength == 2 && (b[body] == 1 || b[body] == 2);
            case HANDSHAKE -> areMessages(b, body, bodyLength);
            default -> false;
        };
    }

    private static boolean areMessages(byte[] b, int off, int length) {
        int at = off;
        int left = length;
        do {
            if (left < MESSAGE_HEADER) {
                return false;
            }
            int type = b[at] & 0xff;
            int total = uint24(b, at + 1);
            int fragmentOffset = uint24(b, at + 6);
            int fragment = uint24(b, at + 9);
            if (type >= FINISHED
                    || total > MAX_MESSAGE
                    || fragmentOffset + fragment > total
                    || fragment > left - MESSAGE_HEADER) {
                return false;
            }
            at += MESSAGE_HEADER + fragment;
            left -= MESSAGE_HEADER + fragment;
        } while (left > 0);
        return true;
    }

    static int uint16(byte[] b, int off) {
        return (b[off] & 0xff) << 8 | (b[off + 1] & 0xff);
    }

    private static int uint24(byte[] b, int off) {
        return (b[off] & 0xff) << 16 | uint16(b, off + 1);
    }
}

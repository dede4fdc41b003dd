package io.parley.cluster;

/// Why a request on the bus brought no answer.
public final class BusFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Who failed.
    public enum Kind {
        /// The receiver said no; [#code] and [#text] are its words.
        REFUSED,
        /// That node does not own the room (any more); read the directory again.
        NOT_OWNER,
        /// Nobody listens at that address on that node.
        NO_CONSUMER,
        /// No answer in time.
        TIMEOUT,
        /// The node is not on the bus.
        UNREACHABLE
    }

    private final Kind kind;
    private final String code;
    private final String text;
    private final long epoch;

    BusFailure(Kind kind, String code, String text, long epoch) {
        super(kind + " " + code + ": " + text, null, false, false);
        this.kind = kind;
        this.code = code;
        this.text = text;
        this.epoch = epoch;
    }

    BusFailure(Kind kind, String text) {
        this(kind, "unavailable", text, 0);
    }

    public Kind kind() {
        return kind;
    }

    /// A Twirp code, for example `not_found`.
    public String code() {
        return code;
    }

    public String text() {
        return text;
    }

    /// With NOT_OWNER the epoch that the answering node knows, 0 if none.
    public long epoch() {
        return epoch;
    }
}

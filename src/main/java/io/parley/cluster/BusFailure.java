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
        /// The node is not on the bus, or has left it before it answered ([BusFailure#isInDoubt]).
        UNREACHABLE,
        /// Every node that could take it is over its limits.
        FULL,
        /// No node takes new rooms: all are draining.
        NO_NODE
    }

    private final Kind kind;
    private final String code;
    private final String text;
    private final long epoch;
    private final boolean isInDoubt;

    BusFailure(Kind kind, String code, String text, long epoch) {
        this(kind, code, text, epoch, kind == Kind.TIMEOUT);
    }

    private BusFailure(Kind kind, String code, String text, long epoch, boolean isInDoubt) {
        super(kind + " " + code + ": " + text, null, false, false);
        this.kind = kind;
        this.code = code;
        this.text = text;
        this.epoch = epoch;
        this.isInDoubt = isInDoubt;
    }

    BusFailure(Kind kind, String text) {
        this(kind, "unavailable", text, 0);
    }

    /// The node went while its answer was awaited.
    static BusFailure unanswered() {
        return new BusFailure(
                Kind.UNREACHABLE, "unavailable", "the node went before it answered", 0, true);
    }

    /// What a node says that may not decide at present.
    static BusFailure fenced() {
        return new BusFailure(Kind.REFUSED, "this node is cut off from the others");
    }

    /// LiveKit's words (server.md §1.5), as those of [#noNode].
    static BusFailure full() {
        return new BusFailure(Kind.FULL, "unknown", "reached configured limit for node", 0);
    }

    static BusFailure noNode() {
        return new BusFailure(Kind.NO_NODE, "unknown", "could not find any available nodes", 0);
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

    /// Whether the request may have been carried out although no answer came.
    public boolean isInDoubt() {
        return isInDoubt;
    }
}

package io.parley.webrtc.ice;

/// One path under check, with at most one request in flight (RFC 8445 §6.1.2.6). Owned by its check
/// list; [Checks] moves it.
///
/// | from | on | to |
/// |---|---|---|
/// | WAITING | its turn, or a check from the other side | IN_PROGRESS |
/// | IN_PROGRESS | authenticated response | SUCCEEDED |
/// | IN_PROGRESS | last attempt unanswered while another pair works, or an error | FAILED |
/// | SUCCEEDED | all nominating requests unanswered | FAILED |
/// | WAITING, IN_PROGRESS | a better pair was nominated | FROZEN |
/// | FROZEN, FAILED | a check from the other side, or the selected path fell silent | WAITING |
final class CandidatePair {
    enum State {
        FROZEN,
        WAITING,
        IN_PROGRESS,
        SUCCEEDED,
        FAILED
    }

    /// What the request in flight is for.
    enum Purpose {
        NONE,
        CHECK,
        NOMINATE,
        CONSENT
    }

    final CheckList list;
    final IcePath path;
    long remotePriority;
    boolean peerReflexive;
    State state = State.WAITING;
    boolean triggered;
    boolean nominateOnSuccess;
    boolean nominated;
    long heardNs;

    Purpose inFlight = Purpose.NONE;
    boolean sentAsControlling;
    int transactionHigh;
    long transactionLow;
    int attempts;
    long sentNs;
    long nextAttemptNs;

    CandidatePair(CheckList list, IcePath path, long remotePriority, boolean peerReflexive) {
        this.list = list;
        this.path = path;
        this.remotePriority = remotePriority;
        this.peerReflexive = peerReflexive;
    }

    /// RFC 8445 §6.1.2.3.
    long priority(boolean controlling) {
        long local = localPriority(CandidateType.HOST);
        long g = controlling ? local : remotePriority;
        long d = controlling ? remotePriority : local;
        return (Math.min(g, d) << 32) + 2 * Math.max(g, d) + (g > d ? 1 : 0);
    }

    /// What the other side should take as priority, should our address be new to it (§7.1.1).
    long checkPriority() {
        return localPriority(CandidateType.PRFLX);
    }

    boolean isPending() {
        return state == State.WAITING || state == State.IN_PROGRESS;
    }

    boolean matches(StunMessage response) {
        return inFlight != Purpose.NONE
                && transactionLow == response.transactionLow()
                && transactionHigh == response.transactionHigh();
    }

    private long localPriority(CandidateType type) {
        int preference = IceCandidate.localPreference(path.isIpv6(), 0);
        return IceCandidate.priority(type, path.transport(), preference);
    }
}

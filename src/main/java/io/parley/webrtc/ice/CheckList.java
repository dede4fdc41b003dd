package io.parley.webrtc.ice;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The pairs and credentials of one ICE generation; a restart begins another. Owned by its agent.
final class CheckList {
    static final int MAX_PAIRS = 100;
    static final int MAX_REMOTE_CANDIDATES = 64;
    static final int MAX_REFLEXIVE = 32;

    final IceCredentials local;
    final byte[] localFragment;
    final StunKey localKey;
    final List<CandidatePair> pairs = new ArrayList<>();
    @Nullable IceCredentials remote;
    @Nullable StunKey remoteKey;
    byte[] requestUsername = new byte[0];
    int remoteCandidates;
    long firstSuccessNs = Long.MAX_VALUE;

    CheckList(IceCredentials local) {
        this.local = local;
        localFragment = local.usernameFragment().getBytes(StandardCharsets.UTF_8);
        localKey = new StunKey(local.password());
    }

    void setRemote(IceCredentials credentials) {
        remote = credentials;
        remoteKey = new StunKey(credentials.password());
        String username = credentials.usernameFragment() + ":" + local.usernameFragment();
        requestUsername = username.getBytes(StandardCharsets.UTF_8);
    }

    @Nullable CandidatePair find(IcePath path) {
        for (CandidatePair pair : pairs) {
            if (pair.path == path) {
                return pair;
            }
        }
        return null;
    }

    /// The pair whose turn it is: checks owed to the other side first, then by priority.
    @Nullable CandidatePair nextWaiting(boolean controlling) {
        CandidatePair next = null;
        for (CandidatePair pair : pairs) {
            if (pair.state == CandidatePair.State.WAITING
                    && (next == null || isBefore(pair, next, controlling))) {
                next = pair;
            }
        }
        return next;
    }

    private static boolean isBefore(CandidatePair a, CandidatePair b, boolean controlling) {
        return a.triggered == b.triggered
                ? a.priority(controlling) > b.priority(controlling)
                : a.triggered;
    }

    /// The working pair of the highest priority that was heard since `sinceNs`.
    @Nullable CandidatePair bestSucceeded(boolean controlling, long sinceNs) {
        CandidatePair best = null;
        for (CandidatePair pair : pairs) {
            if (pair.state == CandidatePair.State.SUCCEEDED
                    && pair.heardNs >= sinceNs
                    && (best == null || pair.priority(controlling) > best.priority(controlling))) {
                best = pair;
            }
        }
        return best;
    }

    /// Whether a pair better than that one may still turn out to work.
    boolean hasPendingAbove(CandidatePair pair, boolean controlling) {
        for (CandidatePair other : pairs) {
            if (other.isPending() && other.priority(controlling) > pair.priority(controlling)) {
                return true;
            }
        }
        return false;
    }

    boolean hasWaiting() {
        for (CandidatePair pair : pairs) {
            if (pair.state == CandidatePair.State.WAITING) {
                return true;
            }
        }
        return false;
    }

    boolean isNominating() {
        for (CandidatePair pair : pairs) {
            if (pair.inFlight == CandidatePair.Purpose.NOMINATE) {
                return true;
            }
        }
        return false;
    }

    /// No more effort for pairs worse than the nominated one (RFC 8445 §8.1.2).
    void freezeBelow(CandidatePair nominated, boolean controlling) {
        for (CandidatePair pair : pairs) {
            if (pair != nominated
                    && pair.isPending()
                    && pair.priority(controlling) < nominated.priority(controlling)) {
                pair.state = CandidatePair.State.FROZEN;
                pair.inFlight = CandidatePair.Purpose.NONE;
            }
        }
    }

    boolean hasWorked() {
        return firstSuccessNs != Long.MAX_VALUE;
    }

    /// Nothing more is started here: another generation has begun.
    void freeze() {
        for (CandidatePair pair : pairs) {
            if (pair.isPending()) {
                pair.state = CandidatePair.State.FROZEN;
                pair.inFlight = CandidatePair.Purpose.NONE;
            }
        }
    }

    /// Everything is worth a new try, since the selected path fell silent.
    void thaw() {
        firstSuccessNs = Long.MAX_VALUE;
        for (CandidatePair pair : pairs) {
            if (!pair.isPending()) {
                pair.state = CandidatePair.State.WAITING;
                pair.inFlight = CandidatePair.Purpose.NONE;
            }
        }
    }

    /// Whether the line is for this generation, can be an address and still has room.
    boolean takes(IceCandidate candidate) {
        boolean otherGeneration =
                remote != null
                        && !candidate.usernameFragment().isEmpty()
                        && !candidate.usernameFragment().equals(remote.usernameFragment());
        return candidate.component() == 1
                && !otherGeneration
                && !candidate.isMdns()
                && remoteCandidates < MAX_REMOTE_CANDIDATES;
    }

    boolean isFullFor(CandidatePair pair) {
        if (!pair.peerReflexive) {
            return pairs.size() >= MAX_PAIRS;
        }
        int reflexive = 0;
        for (CandidatePair other : pairs) {
            reflexive += other.peerReflexive ? 1 : 0;
        }
        return reflexive >= MAX_REFLEXIVE || pairs.size() >= MAX_PAIRS;
    }

    /// The peer-reflexive pair heard least recently: a client that roams for hours must not fill
    /// the list.
    @Nullable CandidatePair evictable(@Nullable IcePath selected) {
        CandidatePair oldest = null;
        for (CandidatePair pair : pairs) {
            if (pair.path != selected
                    && pair.peerReflexive
                    && (oldest == null || pair.heardNs < oldest.heardNs)) {
                oldest = pair;
            }
        }
        return oldest;
    }
}

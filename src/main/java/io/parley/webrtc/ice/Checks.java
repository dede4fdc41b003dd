package io.parley.webrtc.ice;

import java.util.random.RandomGenerator;

/// Sends binding requests, again while they are unanswered, and answers those of the other side;
/// knows our role (RFC 8445 §§7.2.2, 7.3.1.1, 7.3.1.2). Owned by its agent.
final class Checks {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long MILLISECOND_NS = 1_000_000L;

    /// `Deviates:` RFC 8445 §14.3 starts at 500 ms; a lost check would cost a call half a second,
    /// and the number of pairs and attempts is bounded anyway.
    private static final long FIRST_TIMEOUT_NS = 100 * MILLISECOND_NS;

    private static final int MAX_DOUBLINGS = 4;

    /// After so many, about 16 s, a pair is given up if another one worked.
    private static final int MAX_ATTEMPTS = 12;

    /// Otherwise it goes on slowly, until the agent fails: after a restart during an outage the old
    /// path may keep the agent alive for long.
    private static final long LATE_TIMEOUT_NS = 3_000 * MILLISECOND_NS;

    /// A repeated check from the other side does not make us repeat ours faster than this.
    private static final long MIN_REPEAT_NS = 20 * MILLISECOND_NS;

    private final long checkIntervalNs;
    private final RandomGenerator random;
    private final IceSink sink;

    private final StunWriter writer = new StunWriter();

    private final long tieBreaker;
    private boolean controlling;
    private long nextCheckNs;

    Checks(IceSettings settings, boolean controlling, RandomGenerator random, IceSink sink) {
        this.checkIntervalNs = settings.checkInterval().toNanos();
        this.random = random;
        this.sink = sink;
        this.controlling = controlling;
        this.tieBreaker = random.nextLong();
    }

    boolean isControlling() {
        return controlling;
    }

    void becomeControlling(boolean value) {
        controlling = value;
    }

    /// True if the request claims our role and we keep it; if we do not, our role changes here (RFC
    /// 8445 §7.3.1.1).
    boolean keepsRoleAgainst(StunMessage request) {
        boolean conflict = controlling ? request.hasControlling() : request.hasControlled();
        if (!conflict) {
            return false;
        }
        boolean larger = Long.compareUnsigned(tieBreaker, request.tieBreaker()) >= 0;
        if (larger == controlling) {
            return true;
        }
        controlling = !controlling;
        return false;
    }

    /// Sends a request of that purpose, repeating the one in flight if it is the same.
    void send(long nowNs, CandidatePair pair, CandidatePair.Purpose purpose) {
        StunKey key = pair.list.remoteKey;
        if (key == null) {
            return;
        }
        if (pair.inFlight != purpose || pair.sentAsControlling != controlling) {
            pair.transactionHigh = random.nextInt();
            pair.transactionLow = random.nextLong();
            pair.attempts = 0;
        }
        pair.inFlight = purpose;
        pair.sentAsControlling = controlling;
        pair.sentNs = nowNs;
        pair.nextAttemptNs = nowNs + timeoutNs(pair.attempts);
        pair.attempts++;
        if (purpose == CandidatePair.Purpose.CHECK) {
            pair.state = CandidatePair.State.IN_PROGRESS;
            pair.triggered = false;
        }
        writer.begin(Stun.BINDING_REQUEST, pair.transactionHigh, pair.transactionLow);
        writer.bytes(Stun.USERNAME, pair.list.requestUsername);
        writer.int32(Stun.PRIORITY, pair.checkPriority());
        writer.int64(controlling ? Stun.ICE_CONTROLLING : Stun.ICE_CONTROLLED, tieBreaker);
        if (nominates(pair, purpose)) {
            writer.flag(Stun.USE_CANDIDATE);
        }
        flush(pair.path, key);
    }

    /// A check came in on the pair: ours follows at once (RFC 8445 §7.3.1.4).
    void trigger(long nowNs, CandidatePair pair) {
        switch (pair.state) {
            case SUCCEEDED -> {}
            case IN_PROGRESS -> {
                if (nowNs - pair.sentNs >= MIN_REPEAT_NS) {
                    pair.attempts = Math.min(pair.attempts, 1);
                    send(nowNs, pair, CandidatePair.Purpose.CHECK);
                }
            }
            case FROZEN, WAITING, FAILED -> {
                pair.state = CandidatePair.State.WAITING;
                pair.triggered = true;
                send(nowNs, pair, CandidatePair.Purpose.CHECK);
            }
        }
    }

    /// Repeats what is due and starts the next waiting check if the pace allows one.
    void onTime(long nowNs, CheckList list) {
        for (int i = 0; i < list.pairs.size(); i++) {
            CandidatePair pair = list.pairs.get(i);
            if (isRepeated(pair) && pair.nextAttemptNs <= nowNs) {
                repeat(nowNs, pair);
            }
        }
        if (list.remoteKey == null || nowNs < nextCheckNs) {
            return;
        }
        CandidatePair next = list.nextWaiting(controlling);
        if (next != null) {
            send(nowNs, next, CandidatePair.Purpose.CHECK);
            nextCheckNs = nowNs + checkIntervalNs;
        }
    }

    long nextWakeNs(CheckList list) {
        long wake = list.remoteKey != null && list.hasWaiting() ? nextCheckNs : NEVER;
        for (CandidatePair pair : list.pairs) {
            if (isRepeated(pair)) {
                wake = Math.min(wake, pair.nextAttemptNs);
            }
        }
        return wake;
    }

    /// A success response (RFC 8445 §7.3.1.2).
    void answer(StunMessage request, CheckList list, IcePath path) {
        writer.beginAnswer(Stun.BINDING_SUCCESS, request).mappedAddress(path.remote());
        flush(path, list.localKey);
    }

    /// An error response, only ever to an authenticated request.
    void refuse(StunMessage request, CheckList list, IcePath path, int code) {
        writer.beginAnswer(Stun.BINDING_ERROR, request).errorCode(code);
        if (code == Stun.ERROR_UNKNOWN_ATTRIBUTE) {
            writer.unknownAttributes(request);
        }
        flush(path, list.localKey);
    }

    private void flush(IcePath path, StunKey key) {
        int length = writer.finish(key);
        sink.send(path, writer.buffer(), 0, length);
    }

    /// Consent requests repeat the nomination, so that the other side follows when a NAT gives our
    /// path another address.
    private boolean nominates(CandidatePair pair, CandidatePair.Purpose purpose) {
        return switch (purpose) {
            case NOMINATE -> true;
            case CONSENT -> controlling && pair.nominated;
            case NONE, CHECK -> false;
        };
    }

    /// Consent requests are paced by the agent, not repeated (RFC 7675 §5.1).
    private static boolean isRepeated(CandidatePair pair) {
        return switch (pair.inFlight) {
            case CHECK, NOMINATE -> true;
            case NONE, CONSENT -> false;
        };
    }

    private static long timeoutNs(int attempts) {
        return attempts >= MAX_ATTEMPTS
                ? LATE_TIMEOUT_NS
                : FIRST_TIMEOUT_NS << Math.min(attempts, MAX_DOUBLINGS);
    }

    private void repeat(long nowNs, CandidatePair pair) {
        if (pair.attempts >= MAX_ATTEMPTS && pair.list.hasWorked()) {
            pair.inFlight = CandidatePair.Purpose.NONE;
            pair.state = CandidatePair.State.FAILED;
            return;
        }
        send(nowNs, pair, pair.inFlight);
    }
}

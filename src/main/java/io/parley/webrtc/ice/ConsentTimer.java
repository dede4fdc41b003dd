package io.parley.webrtc.ice;

import java.util.random.RandomGenerator;

/// When the next consent request goes out (RFC 7675 §5.1): sooner while nothing was heard since the
/// last one, randomised by a fifth. Owned by its agent.
final class ConsentTimer {
    private static final long NEVER = Long.MAX_VALUE;

    private final RandomGenerator random;
    private final long keepaliveNs;
    private final long consentNs;

    private long lastNs;
    private long nextNs = NEVER;

    ConsentTimer(IceSettings settings, RandomGenerator random) {
        this.random = random;
        this.keepaliveNs = settings.keepalive().toNanos();
        this.consentNs = settings.consent().toNanos();
    }

    void start(long nowNs) {
        lastNs = nowNs;
        nextNs = nowNs + randomised(consentNs);
    }

    /// One went out.
    void next(long nowNs, long lastHeardNs) {
        nextNs = nowNs + randomised(lastHeardNs >= lastNs ? consentNs : keepaliveNs);
        lastNs = nowNs;
    }

    void stop() {
        nextNs = NEVER;
    }

    boolean isRunning() {
        return nextNs != NEVER;
    }

    long nextNs() {
        return nextNs;
    }

    private long randomised(long intervalNs) {
        return intervalNs * 4 / 5 + random.nextLong(intervalNs * 2 / 5 + 1);
    }
}

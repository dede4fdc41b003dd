package io.parley.store;

/// Redis cannot be reached, or does not let us in. It may come back.
public final class RedisAwayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RedisAwayException(String message) {
        super(message);
    }
}

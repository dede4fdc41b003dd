package io.parley.api;

import java.util.Locale;

/// Twirp's error codes and their HTTP statuses.
enum TwirpCode {
    CANCELED(408),
    UNKNOWN(500),
    INVALID_ARGUMENT(400),
    MALFORMED(400),
    DEADLINE_EXCEEDED(408),
    NOT_FOUND(404),
    BAD_ROUTE(404),
    ALREADY_EXISTS(409),
    PERMISSION_DENIED(403),
    RESOURCE_EXHAUSTED(429),
    FAILED_PRECONDITION(412),
    ABORTED(409),
    OUT_OF_RANGE(400),
    UNIMPLEMENTED(501),
    INTERNAL(500),
    UNAVAILABLE(503),
    DATALOSS(500),
    UNAUTHENTICATED(401);

    private final int status;

    TwirpCode(int status) {
        this.status = status;
    }

    int status() {
        return status;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static TwirpCode of(String word) {
        for (TwirpCode code : values()) {
            if (code.word().equals(word)) {
                return code;
            }
        }
        return UNKNOWN;
    }
}

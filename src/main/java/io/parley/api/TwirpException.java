package io.parley.api;

import io.parley.cluster.BusFailure;
import java.util.Map;

/// Ends a call with a Twirp error.
final class TwirpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// LiveKit's errors of this origin carry it, and there are clients that compare whole messages.
    private static final String PREFIX = "twirp error unknown: ";

    private final TwirpCode code;
    private final String text;
    private final transient Map<String, String> meta;

    TwirpException(TwirpCode code, String text, Map<String, String> meta) {
        super(code.word() + ": " + text, null, false, false);
        this.code = code;
        this.text = text;
        this.meta = Map.copyOf(meta);
    }

    static TwirpException plain(TwirpCode code, String text) {
        return new TwirpException(code, text, Map.of());
    }

    static TwirpException prefixed(TwirpCode code, String text) {
        return new TwirpException(code, PREFIX + text, Map.of());
    }

    static TwirpException badRoute(String text, String method, String path) {
        return new TwirpException(
                TwirpCode.BAD_ROUTE, text, Map.of("twirp_invalid_route", method + " " + path));
    }

    static TwirpException of(Throwable cause) {
        if (cause instanceof TwirpException twirp) {
            return twirp;
        }
        if (!(cause instanceof BusFailure failure)) {
            return plain(TwirpCode.INTERNAL, "internal error");
        }
        return switch (failure.kind()) {
            case REFUSED, FULL, NO_NODE -> prefixed(TwirpCode.of(failure.code()), failure.text());
            case TIMEOUT -> prefixed(TwirpCode.DEADLINE_EXCEEDED, "request timed out");
            case NOT_OWNER, NO_CONSUMER, UNREACHABLE ->
                    prefixed(TwirpCode.UNAVAILABLE, "no response from servers");
        };
    }

    TwirpCode code() {
        return code;
    }

    String text() {
        return text;
    }

    Map<String, String> meta() {
        return meta;
    }
}

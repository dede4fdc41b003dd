package io.parley.signal;

import java.util.Locale;

/// Why a websocket is closed although its client would go on.
enum Cut {
    /// The client reads too slowly: it may resume later.
    SLOW(SignalConnection.TRY_AGAIN_LATER),
    /// The client says too much.
    FLOOD(SignalConnection.POLICY_VIOLATION);

    final int code;

    Cut(int code) {
        this.code = code;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.parley.signal;

/// Ends validation with a status and a text; caught in [ConnectRules].
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String text;

    RefusedException(int status, String text) {
        super(text, null, false, false);
        this.status = status;
        this.text = text;
    }

    ConnectOutcome.Refused outcome() {
        return new ConnectOutcome.Refused(status, text);
    }
}

package io.parley.store;

/// Another owner has opened the room since: the writer is to stop serving it.
public final class StaleEpochException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long epoch;

    /// @param epoch the room's, 0 if it is not known
    public StaleEpochException(String room, long epoch) {
        super("room " + room + " has a newer owner, epoch " + epoch);
        this.epoch = epoch;
    }

    public long epoch() {
        return epoch;
    }
}

package io.parley.chaos;

/// One write of a room's metadata. Those to one room follow one another.
///
/// @param node through which node, by its number
record Write(
        String room,
        String value,
        int node,
        long startNs,
        long endNs,
        Outcome outcome,
        String why) {
    enum Outcome {
        ACKNOWLEDGED,
        /// Surely not carried out.
        REFUSED,
        /// Perhaps carried out.
        UNKNOWN
    }

    boolean isAcknowledged() {
        return outcome == Outcome.ACKNOWLEDGED;
    }

    @Override
    public String toString() {
        return "%s = %s through node %d: %s after %d ms %s"
                .formatted(room, value, node, outcome, (endNs - startNs) / 1_000_000, why)
                .strip();
    }
}

package io.parley.cluster;

/// A node's append-only record of what it has decided, for the checker of failure runs
/// (`cluster.journal`).
@FunctionalInterface
public interface Journal extends AutoCloseable {
    /// Keeps nothing.
    Journal NONE = (_, _, _, _) -> {};

    /// Any thread; never blocks.
    ///
    /// @param event `owns` (the room is open here), `ends`, `ack` (a change was acknowledged),
    ///   `claim` (this node has given the room to an owner, with that owner's epoch), `fenced` and
    ///   `unfenced` (without room)
    /// @param detail of an `ack`: the method and what it wrote; of a `claim` the owner; of `fenced`
    ///   the cause
    void record(String event, String room, long epoch, String detail);

    /// Writes what is still to be written.
    @Override
    default void close() {
        // Nothing is open.
    }
}

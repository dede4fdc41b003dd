package io.parley.cluster;

/// A node's append-only record of what it has decided, for the checker of failure runs
/// (`cluster.journal`).
public interface Journal {
    /// Keeps nothing.
    Journal NONE = (_, _, _, _) -> {};

    /// Any thread; never blocks.
    ///
    /// @param event `owns` (the room is open here), `ends`, `ack` (a change was acknowledged),
    ///   `fenced` and `unfenced` (without room)
    /// @param detail of an `ack`: the method and what it wrote
    void record(String event, String room, long epoch, String detail);
}

package io.parley.cluster;

/// How busy the machine below a node is. Loads are shares of all its cores, 0 to 1; negative
/// numbers never occur, what cannot be read is 0.
///
/// @param cpuLoad of everything that runs there
/// @param processLoad of this process alone
/// @param loadAverage1 tasks that run or want to, over a minute
public record MachineLoad(
        int cpus,
        double cpuLoad,
        double processLoad,
        double loadAverage1,
        double loadAverage5,
        double loadAverage15,
        Memory memory) {
    public static final MachineLoad UNKNOWN = new MachineLoad(0, 0, 0, 0, 0, 0, new Memory(0, 0));

    /// Bytes.
    public record Memory(long used, long total) {}

    /// LiveKit's `sysload`: tasks for each core.
    public double sysload() {
        return cpus == 0 ? 0 : loadAverage1 / cpus;
    }
}

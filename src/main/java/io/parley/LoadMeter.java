package io.parley;

import com.sun.management.OperatingSystemMXBean;
import io.parley.cluster.MachineLoad;
import io.parley.cluster.NodeLoad;
import io.parley.cluster.Traffic;
import io.parley.media.MediaPlane;
import io.parley.metrics.MediaCounters;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import livekit.LivekitInternal.NodeState;

/// Measures how busy this node is. Owned by the node's reporting context.
final class LoadMeter {
    /// LiveKit's `node_stats.stats_rate_measurement_intervals`.
    private static final long RATE_WINDOW_NS = 10_000_000_000L;

    private static final Path LOAD_AVERAGES = Path.of("/proc/loadavg");

    private final MediaPlane media;
    private final MediaCounters counters;
    private final RoomHosting hosting;
    private final OperatingSystemMXBean system =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private long busySinceNs;
    private List<Long> busyBeforeNs;

    private record Sample(long atNs, Traffic total) {}

    LoadMeter(long nowNs, MediaPlane media, MediaCounters counters, RoomHosting hosting) {
        this.media = media;
        this.counters = counters;
        this.hosting = hosting;
        this.busySinceNs = nowNs;
        this.busyBeforeNs = media.busyNs();
        samples.add(new Sample(nowNs, total()));
    }

    /// Media loops and the machine since the last call, traffic over ten seconds.
    NodeLoad measure(long nowNs, NodeState state) {
        var total = total();
        samples.add(new Sample(nowNs, total));
        while (samples.size() > 2 && nowNs - samples.getFirst().atNs() > RATE_WINDOW_NS) {
            samples.removeFirst();
        }
        var oldest = samples.getFirst();
        double seconds = (nowNs - oldest.atNs()) / 1e9;
        return new NodeLoad(
                hosting.rooms(),
                hosting.participants(),
                hosting.tracks(),
                hosting.subscribedTracks(),
                state,
                machine(),
                total,
                total.perSecondSince(oldest.total(), seconds),
                mediaLoops(nowNs));
    }

    private Traffic total() {
        return new Traffic(
                counters.datagramsIn(),
                counters.datagramsOut(),
                counters.bytesIn(),
                counters.bytesOut(),
                counters.feedbackIn().nacks(),
                counters.retransmitted());
    }

    private List<Float> mediaLoops(long nowNs) {
        var busyNs = media.busyNs();
        double passedNs = Math.max(1, nowNs - busySinceNs);
        List<Float> shares = new ArrayList<>();
        for (int i = 0; i < busyNs.size(); i++) {
            double share = (busyNs.get(i) - busyBeforeNs.get(i)) / passedNs;
            shares.add((float) Math.clamp(share, 0, 1));
        }
        busySinceNs = nowNs;
        busyBeforeNs = busyNs;
        return shares;
    }

    private MachineLoad machine() {
        double[] averages = loadAverages();
        long total = system.getTotalMemorySize();
        return new MachineLoad(
                system.getAvailableProcessors(),
                Math.max(0, system.getCpuLoad()),
                Math.max(0, system.getProcessCpuLoad()),
                averages[0],
                averages[1],
                averages[2],
                new MachineLoad.Memory(total - system.getFreeMemorySize(), total));
    }

    /// Elsewhere than on Linux only the first is to be had.
    private double[] loadAverages() {
        try {
            String[] words = Files.readString(LOAD_AVERAGES).split(" ", 4);
            return new double[] {
                Double.parseDouble(words[0]),
                Double.parseDouble(words[1]),
                Double.parseDouble(words[2])
            };
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException _) {
            return new double[] {Math.max(0, system.getSystemLoadAverage()), 0, 0};
        }
    }
}

package io.parley.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starves a process of CPU: by a control group if those can be written, else on one core that busy
/// loops share with it.
final class CpuLimit implements AutoCloseable {
    private static final Path V1 = Path.of("/sys/fs/cgroup/cpu");
    private static final Path V2 = Path.of("/sys/fs/cgroup");
    private static final int PERIOD_US = 100_000;
    private static final int LOOPS = 4;

    private final long pid;
    private final List<Process> loops = new ArrayList<>();
    private Path group = Path.of("");
    private Path home = Path.of("");

    CpuLimit(long pid) {
        this.pid = pid;
    }

    /// Says how it is done.
    String limit(int percent) {
        try {
            boolean old = Files.exists(V1.resolve("cpu.cfs_quota_us")) || Files.exists(V1);
            home = old ? V1 : V2;
            group = Files.createDirectories(home.resolve("parley-chaos-" + pid));
            String quota = String.valueOf(PERIOD_US / 100 * percent);
            if (old) {
                Files.writeString(group.resolve("cpu.cfs_period_us"), String.valueOf(PERIOD_US));
                Files.writeString(group.resolve("cpu.cfs_quota_us"), quota);
            } else {
                Files.writeString(group.resolve("cpu.max"), quota + " " + PERIOD_US);
            }
            Files.writeString(group.resolve("cgroup.procs"), String.valueOf(pid));
            return "by " + group;
        } catch (IOException _) {
            return crowd();
        }
    }

    private String crowd() {
        Shell.run("taskset", "-a", "-p", "-c", "0", String.valueOf(pid));
        Shell.run("renice", "-n", "19", "-p", String.valueOf(pid));
        try {
            for (int i = 0; i < LOOPS; i++) {
                loops.add(
                        new ProcessBuilder("taskset", "-c", "0", "sh", "-c", "while :; do :; done")
                                .start());
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return "by " + LOOPS + " busy loops on its core";
    }

    @Override
    public void close() {
        if (!loops.isEmpty()) {
            loops.forEach(Process::destroyForcibly);
            loops.clear();
            Shell.attempt("taskset", "-a", "-p", "-c", "0-1023", String.valueOf(pid));
            Shell.attempt("renice", "-n", "0", "-p", String.valueOf(pid));
            return;
        }
        try {
            if (Files.exists(group.resolve("cgroup.procs"))) {
                for (String member : Files.readAllLines(group.resolve("cgroup.procs"))) {
                    Files.writeString(home.resolve("cgroup.procs"), member);
                }
                Files.delete(group);
            }
        } catch (IOException _) {
            // The process has ended meanwhile, and its group with it.
            return;
        }
    }
}

package io.parley.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How much of the machine's CPU nobody wanted since it was last asked (`/proc/stat`).
final class IdleCpu {
    private static final Path STAT = Path.of("/proc/stat");
    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;

    private long idle;
    private long all;

    IdleCpu() {
        int _ = percent();
    }

    /// 100 where there is no such file.
    int percent() {
        try {
            String[] words = Files.readAllLines(STAT).getFirst().split(" +", -1);
            long idleNow = Long.parseLong(words[IDLE]) + Long.parseLong(words[IO_WAIT]);
            long allNow = 0;
            for (int i = 1; i < words.length; i++) {
                allNow += Long.parseLong(words[i]);
            }
            long passed = Math.max(1, allNow - all);
            int percent = (int) (100 * (idleNow - idle) / passed);
            idle = idleNow;
            all = allNow;
            return percent;
        } catch (IOException _) {
            return 100;
        }
    }
}

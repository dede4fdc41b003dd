package io.parley.sfu.receive;

import java.util.Arrays;
import java.util.function.Consumer;

/// Who gets what a source has. A target's fault is told to that target, and the others go on. Owned
/// by its Source.
final class FanOut {
    private PacketTarget[] targets = new PacketTarget[4];
    private int count;

    void add(PacketTarget target) {
        if (count == targets.length) {
            targets = Arrays.copyOf(targets, count * 2);
        }
        targets[count++] = target;
    }

    void remove(PacketTarget target) {
        for (int i = 0; i < count; i++) {
            if (targets[i].equals(target)) {
                count--;
                System.arraycopy(targets, i + 1, targets, i, count - i);
                targets[count] = target;
                return;
            }
        }
    }

    void onPacket(SourcePacket packet) {
        PacketTarget[] list = targets;
        int length = count;
        for (int i = 0; i < length; i++) {
            try {
                list[i].onPacket(packet);
            } catch (RuntimeException e) {
                list[i].onFault(e);
            }
        }
    }

    void onPadding(int layer, long seq) {
        for (int i = 0; i < count; i++) {
            try {
                targets[i].onPadding(layer, seq);
            } catch (RuntimeException e) {
                targets[i].onFault(e);
            }
        }
    }

    /// What is rarer than packets.
    void tell(Consumer<PacketTarget> news) {
        for (int i = 0; i < count; i++) {
            try {
                news.accept(targets[i]);
            } catch (RuntimeException e) {
                targets[i].onFault(e);
            }
        }
    }
}

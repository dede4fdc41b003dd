package io.parley.sfu.forward;

/// Keeps the frame numbers of dependency descriptors going over a switch of layers; within a layer
/// they keep their distances, which the descriptors refer to. Owned by its Forwarder.
final class FrameNumbers {
    private boolean started;
    private int offset;
    private int last;

    void switchTo(int frameNumber16) {
        offset = started ? frameNumber16 - last - 1 : 0;
        started = true;
        last = frameNumber16 - offset;
    }

    int map(int frameNumber16) {
        int mapped = (frameNumber16 - offset) & 0xFFFF;
        if ((short) (mapped - last) > 0) {
            last = mapped;
        }
        return mapped;
    }
}

package io.parley.sfu.forward;

import io.parley.sfu.send.OutgoingPacket;
import io.parley.webrtc.codec.DependencyDescriptor;
import io.parley.webrtc.codec.DependencyStructure;

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

    /// Rewrites a descriptor: its own number, and which targets are active where fewer are
    /// forwarded than there are.
    void write(DependencyDescriptor d, int targets, OutgoingPacket out) {
        int number = map(d.frameNumber16());
        DependencyStructure structure = d.structure();
        boolean narrows =
                structure != null
                        && !d.hasStructure()
                        && targets != 0
                        && targets != structure.allDecodeTargets();
        out.descriptorLength =
                narrows
                        ? d.writeActive(number, targets, out.descriptor, 0)
                        : d.write(number, out.descriptor, 0);
        if (out.descriptorLength > OutgoingPacket.MAX_DESCRIPTOR) {
            out.descriptorLength = d.write(number, out.descriptor, 0);
        }
    }
}

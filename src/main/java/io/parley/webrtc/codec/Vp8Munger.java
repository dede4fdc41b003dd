package io.parley.webrtc.codec;

/// Keeps picture id, TL0PICIDX and KEYIDX of one subscriber's VP8 continuous over layer switches
/// and dropped temporal layers, and writes the new descriptor. Owned by its forwarder.
///
/// | packet | rule |
/// |---|---|
/// | first after `switchSource` | each number is the last one sent plus one |
/// | above the temporal layer | dropped, its picture counted once and closed up |
/// | after a gap | forwarded whatever its layer, and so is the rest of its picture |
/// | out of order | takes the offset its picture had; unknown picture: dropped |
public final class Vp8Munger {
    /// The longest descriptor `write` makes.
    public static final int MAX_DESCRIPTOR_BYTES = 6;

    private static final int MAX_MISSING = 50;
    private static final int MAX_DROPPED = 20;
    private static final int MAX_EXEMPTED = 20;

    private final PictureOffsets missing = new PictureOffsets(MAX_MISSING);
    private final PictureOffsets dropped = new PictureOffsets(MAX_DROPPED);
    private final PictureOffsets exempted = new PictureOffsets(MAX_EXEMPTED);

    private boolean started;
    private boolean longIds;
    private int highestPicture;
    private int pictureOffset;
    private int lastPicture;
    private int tl0Offset;
    private int lastTl0;
    private int keyIdxOffset;
    private int lastKeyIdx;
    private int flags;

    private int mungedPicture;
    private int mungedTl0;
    private int mungedKeyIdx;

    /// What became of a packet.
    public enum Verdict {
        /// Forward it; `write` gives its descriptor.
        FORWARD,
        /// It belongs to a temporal layer above the wanted one.
        DROP_TEMPORAL_LAYER,
        /// It is late and its picture is no longer known.
        DROP_UNKNOWN_PICTURE
    }

    /// True once a source was taken.
    public boolean isStarted() {
        return started;
    }

    /// Takes this packet's stream as the source: its numbers are sent unchanged at the very start,
    /// and go on from the last ones afterwards.
    public void switchSource(Vp8Descriptor d) {
        highestPicture = d.pictureId() - 1;
        longIds = d.hasLongPictureId();
        if (started) {
            pictureOffset = d.pictureId() - lastPicture - 1;
            tl0Offset = d.tl0PicIdx() - lastTl0 - 1;
            keyIdxOffset = d.keyIdx() - lastKeyIdx - 1;
        } else {
            pictureOffset = 0;
            tl0Offset = 0;
            keyIdxOffset = 0;
        }
        started = true;
        missing.clear();
        dropped.clear();
        exempted.clear();
    }

    /// Decides about a packet and, when it is forwarded, finds its numbers. `outOfOrder` and
    /// `afterGap` are about sequence numbers: older than the newest, and more than one ahead of it.
    public Verdict munge(Vp8Descriptor d, boolean outOfOrder, boolean afterGap, int maxTemporalId) {
        int picture = unwrap(d);
        if (outOfOrder) {
            return mungeLate(d, picture);
        }
        int previous = highestPicture;
        if (picture > highestPicture) {
            highestPicture = picture;
            longIds = d.hasLongPictureId();
        }
        boolean above = d.hasTemporalId() && d.temporalId() > maxTemporalId;
        if (afterGap) {
            rememberGap(previous, picture);
            if (above) {
                exempted.put(picture, 0);
            }
        } else if (above && !exempted.contains(picture)) {
            if (d.hasPictureId() && picture != previous) {
                dropped.put(picture, pictureOffset);
                pictureOffset++;
            }
            return Verdict.DROP_TEMPORAL_LAYER;
        }
        flags = d.flags();
        mungedPicture = picture - pictureOffset;
        mungedTl0 = (d.tl0PicIdx() - tl0Offset) & 0xFF;
        mungedKeyIdx = (d.keyIdx() - keyIdxOffset) & 0x1F;
        lastPicture = mungedPicture;
        lastTl0 = mungedTl0;
        lastKeyIdx = mungedKeyIdx;
        return Verdict.FORWARD;
    }

    /// The picture id given to the packet munged last, 15 bits.
    public int pictureId() {
        return mungedPicture & 0x7FFF;
    }

    /// The TL0PICIDX given to the packet munged last.
    public int tl0PicIdx() {
        return mungedTl0;
    }

    /// The KEYIDX given to the packet munged last.
    public int keyIdx() {
        return mungedKeyIdx;
    }

    /// Writes the descriptor of the packet munged last and returns its length, which may differ
    /// from the incoming one by a byte.
    public int write(Vp8Descriptor d, byte[] dst, int off) {
        return write(d.firstByte(), d.flags(), d.layerByte(), dst, off);
    }

    /// Writes the descriptor of a frame made by the server (blank or padding) and returns its
    /// length; `newPicture` makes it a picture of its own, else it continues the last one.
    public int writeInjected(boolean newPicture, byte[] dst, int off) {
        int step = newPicture ? 1 : 0;
        lastPicture += step;
        pictureOffset -= step;
        lastTl0 = (lastTl0 + step) & 0xFF;
        tl0Offset -= step;
        lastKeyIdx = (lastKeyIdx + step) & 0x1F;
        keyIdxOffset -= step;
        mungedPicture = lastPicture;
        mungedTl0 = lastTl0;
        mungedKeyIdx = lastKeyIdx;
        int firstByte = flags == 0 ? 0x10 : 0x90;
        return write(firstByte, flags, 0x20, dst, off);
    }

    private Verdict mungeLate(Vp8Descriptor d, int picture) {
        int index = missing.indexOf(picture);
        if (index < 0) {
            return Verdict.DROP_UNKNOWN_PICTURE;
        }
        mungedPicture = picture - missing.offsetAt(index);
        mungedTl0 = (d.tl0PicIdx() - tl0Offset) & 0xFF;
        mungedKeyIdx = (d.keyIdx() - keyIdxOffset) & 0x1F;
        return Verdict.FORWARD;
    }

    /// Any picture from the previous to this one may have lost packets. Only the last ones fit.
    private void rememberGap(int previous, int picture) {
        for (int lost = Math.max(previous, picture - MAX_MISSING + 1); lost <= picture; lost++) {
            if (!dropped.contains(lost)) {
                missing.put(lost, pictureOffset);
            }
        }
    }

    /// Nearest to the highest so far, in the width the sender uses.
    private int unwrap(Vp8Descriptor d) {
        int range = longIds || d.hasLongPictureId() ? 1 << 15 : 1 << 7;
        int distance = (d.pictureId() - highestPicture) & (range - 1);
        return highestPicture + (distance < range / 2 ? distance : distance - range);
    }

    private int write(int firstByte, int fields, int layerByte, byte[] dst, int off) {
        int at = off;
        dst[at++] = (byte) firstByte;
        if ((firstByte & 0x80) != 0) {
            dst[at++] = (byte) fields;
        }
        if ((fields & 0x80) != 0) {
            if (mungedPicture > 127) {
                dst[at++] = (byte) (0x80 | (pictureId() >> 8));
            }
            dst[at++] = (byte) (mungedPicture > 127 ? mungedPicture : mungedPicture & 0x7F);
        }
        if ((fields & 0x40) != 0) {
            dst[at++] = (byte) mungedTl0;
        }
        if ((fields & 0x30) != 0) {
            int keyIdx = (fields & 0x10) != 0 ? mungedKeyIdx : layerByte & 0x1F;
            dst[at++] = (byte) ((layerByte & 0xE0) | keyIdx);
        }
        return at - off;
    }

    /// A few pictures and their offsets, the oldest forgotten first.
    private static final class PictureOffsets {
        private final int[] pictures;
        private final int[] offsets;
        private int size;
        private int next;

        PictureOffsets(int capacity) {
            pictures = new int[capacity];
            offsets = new int[capacity];
        }

        void clear() {
            size = 0;
            next = 0;
        }

        boolean contains(int picture) {
            return indexOf(picture) >= 0;
        }

        int indexOf(int picture) {
            for (int i = 0; i < size; i++) {
                if (pictures[i] == picture) {
                    return i;
                }
            }
            return -1;
        }

        int offsetAt(int index) {
            return offsets[index];
        }

        void put(int picture, int offset) {
            int known = indexOf(picture);
            if (known >= 0) {
                offsets[known] = offset;
                return;
            }
            pictures[next] = picture;
            offsets[next] = offset;
            next = (next + 1) % pictures.length;
            size = Math.min(size + 1, pictures.length);
        }
    }
}

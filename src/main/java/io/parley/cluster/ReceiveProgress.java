package io.parley.cluster;

/// How far a receiver is with the numbered messages of one sender ([SendWindow]). Owned by the
/// receiver.
public final class ReceiveProgress {
    private static final int PART = 4;

    private final int dueMessages;
    private final int dueBytes;
    private long received;
    private long done;
    private int untoldMessages;
    private int untoldBytes;

    public ReceiveProgress(WindowSize size) {
        this.dueMessages = size.messages() / PART;
        this.dueBytes = size.bytes() / PART;
    }

    /// False if messages were lost on the way.
    public boolean onReceived(long number) {
        boolean isNext = number == received + 1;
        received = number;
        return isNext;
    }

    /// True if it is time to tell.
    public boolean onDone(int bytes) {
        done++;
        untoldMessages++;
        untoldBytes += bytes;
        return untoldMessages >= dueMessages || untoldBytes >= dueBytes;
    }

    /// What to tell: everything up to that number is worked off.
    public long tell() {
        untoldMessages = 0;
        untoldBytes = 0;
        return done;
    }

    /// The last number.
    public long received() {
        return received;
    }
}

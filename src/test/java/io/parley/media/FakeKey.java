package io.parley.media;

import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/// A ready key of no selector: only its interest counts.
final class FakeKey extends SelectionKey {
    private int interest = OP_ACCEPT;

    @Override
    public int interestOps() {
        return interest;
    }

    @Override
    public SelectionKey interestOps(int ops) {
        interest = ops;
        return this;
    }

    @Override
    public int readyOps() {
        return interest;
    }

    @Override
    public boolean isValid() {
        return true;
    }

    @Override
    public void cancel() {}

    @Override
    public SelectableChannel channel() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Selector selector() {
        throw new UnsupportedOperationException();
    }
}

package io.parley.cluster;

import io.vertx.core.eventbus.Message;

/// A message that arrived, with the way back. Answering a message that nobody waits for does
/// nothing.
public final class BusRequest {
    private final Message<BusMessage> message;

    BusRequest(Message<BusMessage> message) {
        this.message = message;
    }

    public BusMessage message() {
        return message.body();
    }

    public String op() {
        return message.body().op();
    }

    public void reply(BusMessage answer) {
        if (message.replyAddress() != null) {
            message.reply(answer, Bus.LOCAL);
        }
    }

    /// Refuses with a Twirp code and a text; the sender's future fails with a [BusFailure] of kind
    /// REFUSED.
    public void fail(String code, String text) {
        reply(Failures.refused(code, text));
    }

    /// Says that this node has ceased to own the room (it is closing, or has seen a higher epoch):
    /// the sender reads the directory again and repeats its message there.
    public void notOwner(long epoch) {
        reply(Failures.notOwner(epoch));
    }

    /// Says that this node may not decide at present ([Fence]): the sender reads the directory
    /// again and repeats its message, until this node may or another one owns the room.
    public void fenced() {
        reply(Failures.fenced());
    }
}

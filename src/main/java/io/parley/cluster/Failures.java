package io.parley.cluster;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.Map;

/// Failures travel as ordinary answers with an op of their own: Vert.x' failure replies carry only
/// a number.
final class Failures {
    private static final String OP = "!failed";
    private static final String KIND = "kind";
    private static final String CODE = "code";
    private static final String TEXT = "text";

    private Failures() {}

    static BusMessage refused(String code, String text) {
        return message(BusFailure.Kind.REFUSED, code, text, 0);
    }

    static BusMessage notOwner(long epoch) {
        return message(BusFailure.Kind.NOT_OWNER, "unavailable", "the room is elsewhere", epoch);
    }

    static BusMessage fenced() {
        var failure = BusFailure.fenced();
        return message(BusFailure.Kind.NOT_OWNER, failure.code(), failure.text(), 0);
    }

    static BusMessage message(BusFailure.Kind kind, String code, String text, long epoch) {
        var headers = Map.of(KIND, kind.name(), CODE, code, TEXT, text);
        return new BusMessage(OP, epoch, headers, Buffer.buffer(0));
    }

    static BusMessage message(Throwable cause) {
        if (cause instanceof BusFailure failure) {
            return message(failure.kind(), failure.code(), failure.text(), failure.epoch());
        }
        return message(BusFailure.Kind.REFUSED, "internal", String.valueOf(cause.getMessage()), 0);
    }

    /// Turns an answer that says "failed" into a failed future.
    static Future<BusMessage> unwrap(BusMessage answer) {
        if (!answer.isOp(OP)) {
            return Future.succeededFuture(answer);
        }
        var kind = BusFailure.Kind.valueOf(answer.header(KIND).orElse("REFUSED"));
        var code = answer.header(CODE).orElse("internal");
        var text = answer.header(TEXT).orElse("");
        return Future.failedFuture(new BusFailure(kind, code, text, answer.epoch()));
    }

    /// Turns what Vert.x says into ours.
    static BusFailure of(Throwable cause, BusFailure.Kind ifNobody) {
        if (cause instanceof BusFailure failure) {
            return failure;
        }
        if (cause instanceof ReplyException reply) {
            if (reply.failureType() == ReplyFailure.TIMEOUT) {
                return new BusFailure(
                        BusFailure.Kind.TIMEOUT, "deadline_exceeded", "request timed out", 0);
            }
            if (reply.failureType() == ReplyFailure.NO_HANDLERS) {
                return new BusFailure(ifNobody, "no response from servers");
            }
        }
        return new BusFailure(
                BusFailure.Kind.UNREACHABLE, "unavailable", String.valueOf(cause.getMessage()), 0);
    }
}

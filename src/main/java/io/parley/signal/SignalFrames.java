package io.parley.signal;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.vertx.core.buffer.Buffer;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;

/// Signal messages as they stand in websocket frames: protobuf in binary ones, its JSON in text
/// ones.
final class SignalFrames {
    private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();
    private static final JsonFormat.Printer PRINTER =
            JsonFormat.printer().omittingInsignificantWhitespace();

    private SignalFrames() {}

    static SignalRequest fromText(String text) throws InvalidProtocolBufferException {
        var request = SignalRequest.newBuilder();
        PARSER.merge(text, request);
        return request.build();
    }

    static SignalRequest fromBytes(Buffer bytes) throws InvalidProtocolBufferException {
        return SignalRequest.parseFrom(bytes.getBytes());
    }

    static String toText(Buffer response) throws InvalidProtocolBufferException {
        return PRINTER.print(SignalResponse.parseFrom(response.getBytes()));
    }

    /// What a client gets that wants to resume where there is nothing.
    static Buffer nothingToResume(int protocolVersion) {
        var leave =
                LeaveRequest.newBuilder()
                        .setReason(livekit.LivekitModels.DisconnectReason.STATE_MISMATCH);
        if (protocolVersion >= 13) {
            leave.setAction(LeaveRequest.Action.RECONNECT);
        } else {
            leave.setCanReconnect(true);
        }
        return Buffer.buffer(SignalResponse.newBuilder().setLeave(leave).build().toByteArray());
    }
}

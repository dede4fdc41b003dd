package io.parley.room.session;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.IdentityHashMap;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitRtc.ParticipantUpdate;
import livekit.LivekitRtc.SignalResponse;

/// Responses as bytes. What a room says of a participant it says to everybody, so each
/// ParticipantInfo is encoded once for all who hear of it at the same time. Owned by its room's
/// context.
public final class EncodedResponses {
    private final IdentityHashMap<ParticipantInfo, byte[]> infos = new IdentityHashMap<>();

    public byte[] bytes(SignalResponse response) {
        return response.hasUpdate() ? bytes(response.getUpdate()) : response.toByteArray();
    }

    private byte[] bytes(ParticipantUpdate update) {
        int length = update.getSerializedSize();
        int head =
                CodedOutputStream.computeTagSize(SignalResponse.UPDATE_FIELD_NUMBER)
                        + CodedOutputStream.computeUInt32SizeNoTag(length);
        byte[] bytes = new byte[head + length];
        var out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeTag(SignalResponse.UPDATE_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(length);
            for (var info : update.getParticipantsList()) {
                out.writeByteArray(
                        ParticipantUpdate.PARTICIPANTS_FIELD_NUMBER,
                        infos.computeIfAbsent(info, ParticipantInfo::toByteArray));
            }
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return bytes;
    }

    /// Everybody has heard.
    public void forget() {
        infos.clear();
    }
}

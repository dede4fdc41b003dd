package io.parley.room;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.SpeakerInfo;
import livekit.LivekitRtc.ConnectionQualityInfo;
import livekit.LivekitRtc.ConnectionQualityUpdate;
import livekit.LivekitRtc.ParticipantUpdate;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SpeakersChanged;
import org.jspecify.annotations.Nullable;

/// What a client that is behind has yet to hear. Of what a newer word replaces there is only the
/// newest, in the place of the oldest: so nobody's farewell is overtaken, and a publisher is known
/// before the offer that carries its track (signal.md §3.7). Of everything else there is each, up
/// to a limit. Owned by its Signaller.
final class Backlog {
    static final int MAX_MESSAGES = 1000;
    static final int MAX_BYTES = 4 << 20;

    /// Those who have left stand in it too, and nobody else remembers them.
    static final int MAX_REPLACEABLE_BYTES = 16 << 20;

    private static final int BATCH_BYTES = 64 << 10;

    private sealed interface Piece {
        int bytes();

        record About(ParticipantInfo info) implements Piece {
            @Override
            public int bytes() {
                return info.getSerializedSize();
            }
        }

        record Speaker(SpeakerInfo info) implements Piece {
            @Override
            public int bytes() {
                return info.getSerializedSize();
            }
        }

        record Quality(ConnectionQualityInfo info) implements Piece {
            @Override
            public int bytes() {
                return info.getSerializedSize();
            }
        }

        record Whole(SignalResponse response) implements Piece {
            @Override
            public int bytes() {
                return response.getSerializedSize();
            }
        }
    }

    /// What replaces what: the kind, and what it is about. Irreplaceable ones are numbered.
    private record Key(MessageCase kind, String about, long number) {
        boolean isReplaceable() {
            return number == 0;
        }
    }

    private final LinkedHashMap<Key, Piece> waiting = new LinkedHashMap<>();
    private long numbers;
    private int messages;
    private long bytes;
    private long replaceableBytes;

    void add(SignalResponse response) {
        var kind = response.getMessageCase();
        switch (kind) {
            case UPDATE ->
                    response.getUpdate()
                            .getParticipantsList()
                            .forEach(info -> put(kind, info.getSid(), new Piece.About(info)));
            case SPEAKERS_CHANGED ->
                    response.getSpeakersChanged()
                            .getSpeakersList()
                            .forEach(info -> put(kind, info.getSid(), new Piece.Speaker(info)));
            case CONNECTION_QUALITY ->
                    response.getConnectionQuality()
                            .getUpdatesList()
                            .forEach(info ->
                                    put(kind, info.getParticipantSid(), new Piece.Quality(info)));
            case ROOM_UPDATE, REFRESH_TOKEN -> put(kind, "", new Piece.Whole(response));
            case SUBSCRIBED_QUALITY_UPDATE ->
                    put(
                            kind,
                            response.getSubscribedQualityUpdate().getTrackSid(),
                            new Piece.Whole(response));
            case SUBSCRIBED_AUDIO_CODEC_UPDATE ->
                    put(
                            kind,
                            response.getSubscribedAudioCodecUpdate().getTrackSid(),
                            new Piece.Whole(response));
            case SUBSCRIPTION_PERMISSION_UPDATE ->
                    put(
                            kind,
                            response.getSubscriptionPermissionUpdate().getTrackSid(),
                            new Piece.Whole(response));
            default -> append(kind, response);
        }
    }

    private void put(MessageCase kind, String about, Piece piece) {
        var before = waiting.put(new Key(kind, about, 0), piece);
        replaceableBytes += piece.bytes() - (before == null ? 0 : before.bytes());
    }

    private void append(MessageCase kind, SignalResponse response) {
        var piece = new Piece.Whole(response);
        waiting.put(new Key(kind, "", ++numbers), piece);
        messages++;
        bytes += piece.bytes();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /// Whether the client is too far behind to wait for it.
    boolean isTooLong() {
        return messages > MAX_MESSAGES
                || bytes > MAX_BYTES
                || replaceableBytes > MAX_REPLACEABLE_BYTES;
    }

    /// The oldest, together with its like right behind it. Only if there is any.
    SignalResponse next() {
        var response = SignalResponse.newBuilder();
        return switch (poll()) {
            case Piece.Whole(var whole) -> whole;
            case Piece.About(var first) -> {
                var update = ParticipantUpdate.newBuilder().addParticipants(first);
                int size = first.getSerializedSize();
                while (nextPiece() instanceof Piece.About(var info) && fits(size, info)) {
                    size += poll().bytes();
                    update.addParticipants(info);
                }
                yield response.setUpdate(update).build();
            }
            case Piece.Speaker(var first) -> {
                var changed = SpeakersChanged.newBuilder().addSpeakers(first);
                while (nextPiece() instanceof Piece.Speaker(var info)) {
                    poll();
                    changed.addSpeakers(info);
                }
                yield response.setSpeakersChanged(changed).build();
            }
            case Piece.Quality(var first) -> {
                var update = ConnectionQualityUpdate.newBuilder().addUpdates(first);
                while (nextPiece() instanceof Piece.Quality(var info)) {
                    poll();
                    update.addUpdates(info);
                }
                yield response.setConnectionQuality(update).build();
            }
        };
    }

    private static boolean fits(int size, ParticipantInfo info) {
        return size + info.getSerializedSize() <= BATCH_BYTES;
    }

    private @Nullable Piece nextPiece() {
        var first = waiting.firstEntry();
        return first == null ? null : first.getValue();
    }

    private Piece poll() {
        Map.Entry<Key, Piece> first =
                Objects.requireNonNull(waiting.pollFirstEntry(), "the backlog is empty");
        int size = first.getValue().bytes();
        if (first.getKey().isReplaceable()) {
            replaceableBytes -= size;
        } else {
            messages--;
            bytes -= size;
        }
        return first.getValue();
    }

    void clear() {
        waiting.clear();
        messages = 0;
        bytes = 0;
        replaceableBytes = 0;
    }
}

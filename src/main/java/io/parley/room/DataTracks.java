package io.parley.room;

import com.google.protobuf.UnknownFieldSet;
import io.parley.store.state.ParticipantState;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import livekit.LivekitModels.DataTrackInfo;
import livekit.LivekitRtc.DataTrackSubscriberHandles;
import livekit.LivekitRtc.DataTrackSubscriberHandles.PublishedDataTrack;
import livekit.LivekitRtc.PublishDataTrackRequest;
import livekit.LivekitRtc.PublishDataTrackResponse;
import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.RequestResponse.Reason;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.UnpublishDataTrackRequest;
import livekit.LivekitRtc.UnpublishDataTrackResponse;
import livekit.LivekitRtc.UpdateDataSubscription;

/// One participant's data tracks, its own and those it reads (signal.md §4.14, §7.7). Owned by its
/// participant.
final class DataTracks {
    private static final int MAX_HANDLE = 65_535;
    private static final int MAX_NAME_BYTES = 256;
    private static final int FIRST_HANDLES = 255;
    private static final String NOT_PERMITTED = "does not have permission to publish data";

    private final Room room;
    private final Participant participant;
    private final Map<Integer, DataTrackInfo> published = new LinkedHashMap<>();
    private final Map<Integer, Set<Participant>> readers = new HashMap<>();
    private final Set<String> wished = new HashSet<>();
    private final Map<String, Integer> handleOf = new LinkedHashMap<>();
    private int nextHandle;
    private boolean handlesTold;

    DataTracks(Room room, Participant participant) {
        this.room = room;
        this.participant = participant;
        this.nextHandle = 1 + room.sids().random().nextInt(FIRST_HANDLES);
    }

    void onPublish(long nowNs, PublishDataTrackRequest request) {
        int refusal = refusal(request);
        if (refusal != Reason.OK_VALUE) {
            String text = refusal == Reason.NOT_ALLOWED_VALUE ? NOT_PERMITTED : "";
            var response = RequestResponse.newBuilder().setPublishDataTrack(request);
            participant.responses().refuse(response, refusal, text);
            return;
        }
        var info =
                DataTrackInfo.newBuilder()
                        .setPubHandle(request.getPubHandle())
                        .setSid(room.sids().dataTrack())
                        .setName(request.getName())
                        .setEncryptionValue(request.getEncryptionValue())
                        .setUnknownFields(descriptions(request.getUnknownFields()))
                        .build();
        published.put(info.getPubHandle(), info);
        readers.put(info.getPubHandle(), new HashSet<>());
        participant.becomePublisher();
        room.onDataTracksChanged(nowNs, participant);
        participant
                .signal()
                .send(
                        SignalResponse.newBuilder()
                                .setPublishDataTrackResponse(
                                        PublishDataTrackResponse.newBuilder().setInfo(info)));
        for (var other : room.others(participant)) {
            other.dataTracks().onTrackPublished(participant, info);
        }
    }

    /// OK if there is none.
    private int refusal(PublishDataTrackRequest request) {
        if (!participant.permission().getCanPublishData()
                || !room.settings().switches().enableDataTracks()) {
            return Reason.NOT_ALLOWED_VALUE;
        }
        int handle = request.getPubHandle();
        if (handle < 1 || handle > MAX_HANDLE) {
            return Reason.INVALID_HANDLE_VALUE;
        }
        int nameBytes = request.getName().getBytes(StandardCharsets.UTF_8).length;
        if (nameBytes < 1 || nameBytes > MAX_NAME_BYTES) {
            return Reason.INVALID_NAME_VALUE;
        }
        if (hasBadDescription(request.getUnknownFields())) {
            return Responses.INVALID_REQUEST;
        }
        if (published.containsKey(handle)) {
            return Reason.DUPLICATE_HANDLE_VALUE;
        }
        boolean sameName =
                published.values().stream()
                        .anyMatch(info -> info.getName().equals(request.getName()));
        return sameName ? Reason.DUPLICATE_NAME_VALUE : Reason.OK_VALUE;
    }

    private boolean hasBadDescription(UnknownFieldSet request) {
        int limit = room.settings().limits().maxDataTrackEncodingBytes();
        return DataTrackDescription.hasBadName(request, limit);
    }

    /// 4 and 5 of the request are 5 and 6 of the info.
    private static UnknownFieldSet descriptions(UnknownFieldSet request) {
        var info = UnknownFieldSet.newBuilder();
        for (int field : DataTrackDescription.FIELDS) {
            if (request.hasField(field)) {
                info.addField(field + 1, request.getField(field));
            }
        }
        return info.build();
    }

    void onUnpublish(long nowNs, UnpublishDataTrackRequest request) {
        var info = published.get(request.getPubHandle());
        if (info == null) {
            participant
                    .responses()
                    .refuse(
                            RequestResponse.newBuilder().setUnpublishDataTrack(request),
                            Reason.NOT_FOUND,
                            "");
            return;
        }
        remove(nowNs, info);
    }

    /// Deviates: LiveKit does not tell the publisher when a permission went.
    private void remove(long nowNs, DataTrackInfo info) {
        published.remove(info.getPubHandle());
        var reading = readers.remove(info.getPubHandle());
        room.onDataTracksChanged(nowNs, participant);
        participant
                .signal()
                .send(
                        SignalResponse.newBuilder()
                                .setUnpublishDataTrackResponse(
                                        UnpublishDataTrackResponse.newBuilder().setInfo(info)));
        if (reading != null) {
            reading.forEach(reader -> reader.dataTracks().onTrackGone(info.getSid()));
        }
    }

    void onPermissionChanged(long nowNs) {
        if (!participant.permission().getCanPublishData()) {
            List.copyOf(published.values()).forEach(info -> remove(nowNs, info));
        }
    }

    void onSubscribe(UpdateDataSubscription request) {
        boolean changed = false;
        for (var update : request.getUpdatesList()) {
            if (update.getSubscribe()) {
                wished.add(update.getTrackSid());
                changed |= subscribe(update.getTrackSid());
            } else {
                wished.remove(update.getTrackSid());
                changed |= unsubscribe(update.getTrackSid());
            }
        }
        if (changed) {
            tellHandles();
        }
    }

    /// A new track of somebody: wanted before it was there, or by default.
    private void onTrackPublished(Participant publisher, DataTrackInfo info) {
        if (participant.init().session().getAutoSubscribeDataTrack() && !publisher.isHidden()) {
            wished.add(info.getSid());
        }
        if (wished.contains(info.getSid()) && subscribe(info.getSid())) {
            tellHandles();
        }
    }

    /// At the start: everything that is there already.
    void subscribeToExisting() {
        for (var other : room.others(participant)) {
            other.dataTracks().infos().forEach(info -> onTrackPublished(other, info));
        }
    }

    private boolean subscribe(String sid) {
        var publisher = room.publisherOfDataTrack(sid);
        if (handleOf.containsKey(sid) || publisher == null || !isAllowed(publisher, sid)) {
            return false;
        }
        room.ensureKnown(participant, publisher);
        int handle = nextHandle;
        nextHandle = nextHandle == MAX_HANDLE ? 1 : nextHandle + 1;
        handleOf.put(sid, handle);
        publisher.dataTracks().readers(sid).add(participant);
        return true;
    }

    private boolean isAllowed(Participant publisher, String sid) {
        return publisher != participant
                && participant.permission().getCanSubscribe()
                && publisher.subscriptionPermissions().isAllowed(participant, sid);
    }

    private boolean unsubscribe(String sid) {
        if (handleOf.remove(sid) == null) {
            return false;
        }
        var publisher = room.publisherOfDataTrack(sid);
        if (publisher != null) {
            publisher.dataTracks().readers(sid).remove(participant);
        }
        return true;
    }

    private void onTrackGone(String sid) {
        wished.remove(sid);
        if (handleOf.remove(sid) != null) {
            tellHandles();
        }
    }

    /// A publisher's rule or the own permission changed.
    void recheck() {
        boolean changed = false;
        for (String sid : List.copyOf(wished)) {
            var publisher = room.publisherOfDataTrack(sid);
            boolean allowed = publisher != null && isAllowed(publisher, sid);
            changed |= allowed ? subscribe(sid) : unsubscribe(sid);
        }
        if (changed) {
            tellHandles();
        }
    }

    /// Always the whole map.
    private void tellHandles() {
        var handles = DataTrackSubscriberHandles.newBuilder();
        handleOf.forEach((sid, handle) -> {
            var publisher = room.publisherOfDataTrack(sid);
            if (publisher != null) {
                handles.putSubHandles(
                        handle,
                        PublishedDataTrack.newBuilder()
                                .setPublisherIdentity(publisher.identity())
                                .setPublisherSid(publisher.sid())
                                .setTrackSid(sid)
                                .build());
            }
        });
        handlesTold = true;
        participant
                .signal()
                .send(SignalResponse.newBuilder().setDataTrackSubscriberHandles(handles));
    }

    /// After a resume: also an empty map is news to whoever knows a fuller one (#26).
    void resendHandles() {
        if (handlesTold) {
            tellHandles();
        }
    }

    /// A packet from this participant: to every reader under its own handle.
    void onPacket(byte[] packet) {
        var info = published.get(DataTrackPacket.handle(packet));
        if (info == null) {
            return;
        }
        for (var reader : readers(info.getSid())) {
            var handle = reader.dataTracks().handleOf.get(info.getSid());
            if (handle != null) {
                reader.channels().sendDataTrack(DataTrackPacket.withHandle(packet, handle));
            }
        }
    }

    /// As another node left them.
    void takeOver(List<DataTrackInfo> infos) {
        for (var info : infos) {
            published.put(info.getPubHandle(), info);
            readers.put(info.getPubHandle(), new HashSet<>());
        }
    }

    /// Once everybody's tracks are there: who reads which, by the handles that it knows.
    void takeOver(Collection<String> wishes, Map<String, Integer> handles) {
        wished.addAll(wishes);
        handles.forEach((sid, handle) -> {
            var publisher = room.publisherOfDataTrack(sid);
            if (publisher != null) {
                handleOf.put(sid, handle);
                publisher.dataTracks().readers(sid).add(participant);
                nextHandle = handle == MAX_HANDLE ? 1 : Math.max(nextHandle, handle + 1);
                handlesTold = true;
            }
        });
    }

    void save(ParticipantState.Builder state) {
        state.addAllWishedDataTracks(wished).putAllDataTrackHandles(handleOf);
    }

    boolean has(String sid) {
        return published.values().stream().anyMatch(info -> info.getSid().equals(sid));
    }

    private Set<Participant> readers(String sid) {
        for (var info : published.values()) {
            if (info.getSid().equals(sid)) {
                return readers.getOrDefault(info.getPubHandle(), Set.of());
            }
        }
        return new HashSet<>();
    }

    Collection<DataTrackInfo> infos() {
        return published.values();
    }

    void close() {
        List.copyOf(handleOf.keySet()).forEach(this::unsubscribe);
        for (var info : List.copyOf(published.values())) {
            published.remove(info.getPubHandle());
            var reading = readers.remove(info.getPubHandle());
            if (reading != null) {
                reading.forEach(reader -> reader.dataTracks().onTrackGone(info.getSid()));
            }
        }
    }
}

package io.parley.room;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.DataPacket.Kind;
import livekit.LivekitModels.UserPacket;
import livekit.LivekitRoom.SendDataRequest;
import org.jspecify.annotations.Nullable;

/// Data packets from one participant to the others: permission, sender, destinations, duplicates,
/// back-pressure (signal.md §7). What the server does not understand passes through untouched.
/// Owned by its room.
@SuppressWarnings("deprecation") // fields that old clients still read
final class DataRouter {
    static final String RELIABLE = "_reliable";
    static final String LOSSY = "_lossy";
    static final String DATA_TRACK = "_data_track";
    static final int MAX_NONCES = 100;

    /// A receiver that makes no progress for so long holds nobody up any more. With the media
    /// side's step of 256 KiB this takes 26 kB/s for alive: LiveKit's own test keeps a reader of 42
    /// kB/s and gives one of 10.5 kB/s up.
    static final long STALLED_NS = Duration.ofSeconds(10).toNanos();

    private final Room room;
    private final Set<ByteString> nonces = new LinkedHashSet<>();
    private final Map<Participant, HeldUp> heldUpBy = new HashMap<>();
    private final Set<Participant> stalled = new HashSet<>();

    DataRouter(Room room) {
        this.room = room;
    }

    /// Who waits for a full receiver, and until when it must have made progress.
    private static final class HeldUp {
        final Set<Participant> senders = new HashSet<>();
        Timers.@Nullable Timer stall;
    }

    void onReceived(long nowNs, Participant sender, String label, byte[] payload) {
        if (label.equals(DATA_TRACK)) {
            sender.dataTracks().onPacket(payload);
            return;
        }
        if (!sender.permission().getCanPublishData()) {
            return;
        }
        switch (label) {
            case RELIABLE -> onPacket(nowNs, sender, Kind.RELIABLE, payload);
            case LOSSY -> onPacket(nowNs, sender, Kind.LOSSY, payload);
            default -> onUnlabeled(nowNs, sender, payload);
        }
    }

    private void onPacket(long nowNs, Participant sender, Kind kind, byte[] payload) {
        DataPacket packet;
        try {
            packet = DataPacket.parseFrom(payload);
        } catch (InvalidProtocolBufferException _) {
            return;
        }
        boolean fresh = kind != Kind.RELIABLE || isFresh(sender, packet.getSequence());
        if (fresh && isForwarded(sender, packet)) {
            route(nowNs, sender, rewritten(sender, kind, packet));
        }
    }

    /// The first number is stored soon: livekit-client takes a last_message_seq of 0 for none, and
    /// then never sends what it held back while it was away. Later ones may lag behind.
    private boolean isFresh(Participant sender, int sequence) {
        var channels = sender.channels();
        if (sequence != 0 && channels.lastSequence() == 0) {
            room.unsaved().onFirstCounted();
        } else if (sequence != 0) {
            room.unsaved().onCounted();
        }
        return channels.takesSequence(sequence);
    }

    private void onUnlabeled(long nowNs, Participant sender, byte[] payload) {
        var packet =
                DataPacket.newBuilder()
                        .setUser(UserPacket.newBuilder().setPayload(ByteString.copyFrom(payload)))
                        .build();
        route(nowNs, sender, rewritten(sender, Kind.RELIABLE, packet));
    }

    private static boolean isForwarded(Participant sender, DataPacket packet) {
        return switch (packet.getValueCase()) {
            case TRANSCRIPTION -> sender.isAgent();
            case METRICS -> false;
            default -> true;
        };
    }

    /// The server says who sent it; of a hidden participant nothing is told (§10 #22).
    static DataPacket rewritten(Participant sender, Kind kind, DataPacket packet) {
        var next = packet.toBuilder().setKind(kind);
        String sid = sender.isHidden() ? "" : sender.sid();
        String identity = sender.isHidden() ? "" : sender.identity();
        next.setParticipantSid(sid);
        boolean speaksForAnother =
                sender.isAgent()
                        && !packet.getParticipantIdentity().isEmpty()
                        && !packet.getParticipantIdentity().equals(sender.identity())
                        && maySpeakForAnother(next);
        if (!speaksForAnother) {
            next.setParticipantIdentity(identity);
        }
        if (!next.hasUser()) {
            return next.build();
        }
        var user = next.getUserBuilder().setParticipantSid(sid).setParticipantIdentity(identity);
        if (next.getDestinationIdentitiesCount() > 0) {
            user.clearDestinationIdentities()
                    .addAllDestinationIdentities(next.getDestinationIdentitiesList());
        } else {
            next.addAllDestinationIdentities(user.getDestinationIdentitiesList());
        }
        return next.build();
    }

    /// Agents relay what others said or wrote, marked as generated.
    private static boolean maySpeakForAnother(DataPacket.Builder packet) {
        return switch (packet.getValueCase()) {
            case CHAT_MESSAGE -> {
                packet.getChatMessageBuilder().setGenerated(true);
                yield true;
            }
            case STREAM_HEADER -> {
                boolean text = packet.getStreamHeader().hasTextHeader();
                if (text) {
                    packet.getStreamHeaderBuilder().getTextHeaderBuilder().setGenerated(true);
                }
                yield text;
            }
            case TRANSCRIPTION -> true;
            default -> false;
        };
    }

    private void route(long nowNs, Participant sender, DataPacket packet) {
        if (packet.hasUser() && isDuplicate(packet.getUser().getNonce())) {
            return;
        }
        byte[] bytes = packet.toByteArray();
        for (var receiver : receivers(packet)) {
            boolean lost = packet.getKind() == Kind.RELIABLE && stalled.contains(receiver);
            if (receiver == sender || lost) {
                continue;
            }
            if (deliver(nowNs, receiver, packet.getKind(), bytes)) {
                holdUp(sender, receiver);
            }
        }
    }

    private boolean isDuplicate(ByteString nonce) {
        if (nonce.isEmpty()) {
            return false;
        }
        if (!nonces.add(nonce)) {
            return true;
        }
        if (nonces.size() > MAX_NONCES) {
            Iterator<ByteString> oldest = nonces.iterator();
            oldest.next();
            oldest.remove();
        }
        return false;
    }

    private List<Participant> receivers(DataPacket packet) {
        var identities = packet.getDestinationIdentitiesList();
        var sids = packet.getUser().getDestinationSidsList();
        if (identities.isEmpty() && sids.isEmpty()) {
            return List.copyOf(room.participants());
        }
        var chosen = new ArrayList<Participant>();
        for (var participant : room.participants()) {
            if (identities.contains(participant.identity()) || sids.contains(participant.sid())) {
                chosen.add(participant);
            }
        }
        return chosen;
    }

    /// True if whoever sent it may have to wait with the receiver.
    private boolean deliver(long nowNs, Participant receiver, Kind kind, byte[] bytes) {
        var channels = receiver.channels();
        if (kind == Kind.LOSSY) {
            channels.sendLossy(bytes);
            return false;
        }
        if (!channels.sendReliable(bytes)) {
            giveUp(nowNs, receiver);
            return false;
        }
        if (channels.isFilling()) {
            onFull(nowNs, receiver);
        }
        return true;
    }

    /// Whoever sends to a full receiver waits with it, instead of losing messages (§10 #5).
    private void holdUp(Participant sender, Participant receiver) {
        var held = heldUpBy.get(receiver);
        if (held != null && held.senders.add(sender)) {
            sender.channels().pause(true);
        }
    }

    void onBackpressure(long nowNs, Participant receiver, boolean full) {
        if (full) {
            onFull(nowNs, receiver);
        } else {
            onDrained(receiver);
        }
    }

    private void onFull(long nowNs, Participant receiver) {
        if (!stalled.contains(receiver) && !heldUpBy.containsKey(receiver)) {
            var held = new HeldUp();
            heldUpBy.put(receiver, held);
            awaitProgress(nowNs, receiver, held);
        }
    }

    private void onDrained(Participant receiver) {
        stalled.remove(receiver);
        release(receiver);
    }

    /// Slow is not stalled.
    void onProgress(long nowNs, Participant receiver) {
        var held = heldUpBy.get(receiver);
        if (held != null) {
            awaitProgress(nowNs, receiver, held);
        }
    }

    private void awaitProgress(long nowNs, Participant receiver, HeldUp held) {
        if (held.stall != null) {
            held.stall.cancel();
        }
        held.stall =
                room.timers()
                        .start(
                                nowNs + STALLED_NS,
                                receiver.sid(),
                                "stalled data reader",
                                laterNs -> giveUp(laterNs, receiver));
    }

    /// It loses reliable messages from here on, until it has read what waits for it.
    private void giveUp(long nowNs, Participant receiver) {
        if (stalled.add(receiver)) {
            room.emit(nowNs, new RoomEvent.DataReaderStalled(receiver.info()));
        }
        release(receiver);
        if (room.settings().switches().reconnectOnDataChannelError()) {
            room.endings().fullReconnect(nowNs, receiver);
        }
    }

    private void release(Participant receiver) {
        var held = heldUpBy.remove(receiver);
        if (held == null) {
            return;
        }
        if (held.stall != null) {
            held.stall.cancel();
        }
        for (var sender : held.senders) {
            boolean waits =
                    heldUpBy.values().stream().anyMatch(each -> each.senders.contains(sender));
            if (!waits) {
                sender.channels().pause(false);
            }
        }
    }

    void onChannelOpened(Participant participant, String label) {
        if (label.equals(RELIABLE) && participant.negotiation().canSend(RELIABLE)) {
            boolean filled = participant.channels().isFilling();
            participant.channels().onReliableOpened();
            if (filled) {
                onDrained(participant);
            }
        }
    }

    void onGone(Participant participant) {
        release(participant);
        stalled.remove(participant);
        heldUpBy.values().forEach(held -> held.senders.remove(participant));
    }

    /// From the server API: no sender to hold up, not counted.
    void onServerData(long nowNs, SendDataRequest request) {
        var user =
                UserPacket.newBuilder()
                        .setPayload(request.getData())
                        .addAllDestinationSids(request.getDestinationSidsList())
                        .addAllDestinationIdentities(request.getDestinationIdentitiesList())
                        .setNonce(request.getNonce());
        if (request.hasTopic()) {
            user.setTopic(request.getTopic());
        }
        var packet =
                DataPacket.newBuilder()
                        .setKindValue(request.getKindValue())
                        .setUser(user)
                        .addAllDestinationIdentities(request.getDestinationIdentitiesList())
                        .build();
        if (isDuplicate(request.getNonce())) {
            return;
        }
        byte[] bytes = packet.toByteArray();
        for (var receiver : receivers(packet)) {
            deliver(nowNs, receiver, packet.getKind(), bytes);
        }
    }
}

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

/// Data packets from one participant to the others: permission, sender, destinations, duplicates,
/// back-pressure (signal.md §7). What the server does not understand passes through untouched.
/// Owned by its room.
@SuppressWarnings("deprecation") // fields that old clients still read
final class DataRouter {
    static final String RELIABLE = "_reliable";
    static final String LOSSY = "_lossy";
    static final String DATA_TRACK = "_data_track";
    static final int MAX_NONCES = 100;

    /// A receiver that takes nothing for so long holds nobody up any more.
    static final long STALLED_NS = Duration.ofSeconds(10).toNanos();

    private final Room room;
    private final Set<ByteString> nonces = new LinkedHashSet<>();
    private final Map<Participant, Set<Participant>> heldUpBy = new HashMap<>();
    private final Set<Participant> stalled = new HashSet<>();

    DataRouter(Room room) {
        this.room = room;
    }

    void onReceived(Participant sender, String label, byte[] payload) {
        if (label.equals(DATA_TRACK)) {
            sender.dataTracks().onPacket(payload);
            return;
        }
        if (!sender.permission().getCanPublishData()) {
            return;
        }
        switch (label) {
            case RELIABLE -> onPacket(sender, Kind.RELIABLE, payload);
            case LOSSY -> onPacket(sender, Kind.LOSSY, payload);
            default -> onUnlabeled(sender, payload);
        }
    }

    private void onPacket(Participant sender, Kind kind, byte[] payload) {
        DataPacket packet;
        try {
            packet = DataPacket.parseFrom(payload);
        } catch (InvalidProtocolBufferException _) {
            return;
        }
        boolean fresh =
                kind != Kind.RELIABLE || sender.channels().takesSequence(packet.getSequence());
        if (fresh && isForwarded(sender, packet)) {
            route(sender, rewritten(sender, kind, packet));
        }
    }

    private void onUnlabeled(Participant sender, byte[] payload) {
        var packet =
                DataPacket.newBuilder()
                        .setUser(UserPacket.newBuilder().setPayload(ByteString.copyFrom(payload)))
                        .build();
        route(sender, rewritten(sender, Kind.RELIABLE, packet));
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

    private void route(Participant sender, DataPacket packet) {
        if (packet.hasUser() && isDuplicate(packet.getUser().getNonce())) {
            return;
        }
        byte[] bytes = packet.toByteArray();
        for (var receiver : receivers(packet)) {
            if (receiver != sender) {
                deliver(sender, receiver, packet.getKind(), bytes);
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

    private void deliver(Participant sender, Participant receiver, Kind kind, byte[] bytes) {
        if (kind == Kind.LOSSY) {
            receiver.channels().sendLossy(bytes);
            return;
        }
        if (stalled.contains(receiver)) {
            return;
        }
        receiver.channels().sendReliable(bytes);
        holdUp(sender, receiver);
    }

    /// Whoever sends to a full receiver waits with it, instead of losing messages (§10 #5).
    private void holdUp(Participant sender, Participant receiver) {
        var senders = heldUpBy.get(receiver);
        if (senders != null && senders.add(sender)) {
            sender.channels().pause(true);
        }
    }

    void onBackpressure(long nowNs, Participant receiver, boolean full) {
        if (!full) {
            stalled.remove(receiver);
            release(receiver);
        } else if (!stalled.contains(receiver) && !heldUpBy.containsKey(receiver)) {
            var senders = new HashSet<Participant>();
            heldUpBy.put(receiver, senders);
            room.timers()
                    .start(
                            nowNs + STALLED_NS,
                            receiver.sid(),
                            "stalled data reader",
                            laterNs -> onStalled(laterNs, receiver, senders));
        }
    }

    /// Whoever drained meanwhile and is full again is held up by another set.
    @SuppressWarnings("ReferenceEquality")
    private void onStalled(long nowNs, Participant receiver, Set<Participant> senders) {
        if (heldUpBy.get(receiver) != senders) {
            return;
        }
        stalled.add(receiver);
        release(receiver);
        if (room.settings().switches().reconnectOnDataChannelError()) {
            room.endings().fullReconnect(nowNs, receiver);
        }
    }

    private void release(Participant receiver) {
        var senders = heldUpBy.remove(receiver);
        if (senders == null) {
            return;
        }
        for (var sender : senders) {
            boolean held = heldUpBy.values().stream().anyMatch(each -> each.contains(sender));
            if (!held) {
                sender.channels().pause(false);
            }
        }
    }

    void onChannelOpened(Participant participant, String label) {
        if (label.equals(RELIABLE) && participant.negotiation().canSend(RELIABLE)) {
            participant.channels().onReliableOpened();
        }
    }

    void onGone(Participant participant) {
        release(participant);
        stalled.remove(participant);
        heldUpBy.values().forEach(senders -> senders.remove(participant));
    }

    /// From the server API: no sender, not counted.
    void onServerData(SendDataRequest request) {
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
            if (packet.getKind() == Kind.LOSSY) {
                receiver.channels().sendLossy(bytes);
            } else {
                receiver.channels().sendReliable(bytes);
            }
        }
    }
}

package io.parley.room.session;

import com.google.protobuf.InvalidProtocolBufferException;
import io.parley.cluster.Addresses;
import io.parley.cluster.Bus;
import io.parley.cluster.BusConsumer;
import io.parley.cluster.BusMessage;
import io.parley.cluster.BusRequest;
import io.parley.cluster.Ops;
import io.parley.room.Participant;
import io.parley.room.ParticipantRequests;
import io.parley.room.Room;
import java.util.EnumSet;
import java.util.Set;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalRequest.MessageCase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A participant's signalling life: the consumer `session.<sid>`, in the place of LiveKit's
/// rtcSessionWorker. It outlives the websocket; a resume only gives it another connection. A fault
/// here ends this session alone. Owned by its room's context.
public final class ParticipantSession {
    private static final Logger LOG = LoggerFactory.getLogger(ParticipantSession.class);

    /// What no next owner of the room needs to know.
    private static final Set<MessageCase> CHANGES_NOTHING =
            EnumSet.of(
                    MessageCase.PING, MessageCase.PING_REQ, MessageCase.TRICKLE, MessageCase.LEAVE);

    private final Room room;
    private final Participant participant;
    private final ParticipantRequests requests;
    private final Shell shell;
    private final BusConsumer consumer;
    private ConnectionSink connection;

    /// The room's shell: it knows the time, and what has to happen after each input.
    public interface Shell {
        long nowNs();

        void afterInput();
    }

    public ParticipantSession(
            Room room, Participant participant, ConnectionSink connection, Bus bus, Shell shell) {
        this.room = room;
        this.participant = participant;
        this.requests = new ParticipantRequests(room, participant);
        this.connection = connection;
        this.shell = shell;
        connection.belongsTo(participant.sid());
        this.consumer = bus.consume(Addresses.session(participant.sid()), this::onMessage);
    }

    /// From now on only the new connection counts.
    public void onResumed(ConnectionSink next) {
        connection = next;
        connection.belongsTo(participant.sid());
    }

    /// The liveness check of LiveKit's worker, every 500 ms, is an event here: the participant
    /// left.
    public void close() {
        consumer.unregister();
    }

    private void onMessage(BusRequest request) {
        var message = request.message();
        boolean present =
                message.header(Ops.CONNECTION).map(connection.connectionId()::equals).orElse(false);
        if (!present || isOver()) {
            return;
        }
        try {
            switch (message.op()) {
                case Ops.SIGNAL -> onSignal(message);
                case Ops.PROGRESS -> onProgress(message);
                case Ops.MOVE -> room.onEdgeLeaving(shell.nowNs(), participant);
                case Ops.CLOSED, Ops.IDLE -> onClosed(message.header(Ops.EDGE).isPresent());
                default -> LOG.debug("Unknown operation. room={} op={}", room.name(), message.op());
            }
        } catch (RuntimeException e) {
            onFault(e);
        }
        shell.afterInput();
    }

    private void onClosed(boolean edgeLost) {
        if (edgeLost) {
            room.onEdgeLost(shell.nowNs(), participant);
        } else {
            room.onConnectionLost(shell.nowNs(), participant);
        }
    }

    private boolean isOver() {
        return room.bySid(participant.sid()) == null;
    }

    private void onFault(RuntimeException fault) {
        LOG.error(
                "Session ended by a fault. room={} participant={}",
                room.name(),
                participant.identity(),
                fault);
        room.onSessionFault(shell.nowNs(), participant.sid());
    }

    private void onProgress(BusMessage message) {
        connection.onProgress(message);
        requests.onReady();
    }

    private void onSignal(BusMessage message) {
        var from = connection;
        if (from.onSignal(message)) {
            onSignal(message.bytes());
            from.onSignalDone(message);
        }
    }

    private void onSignal(byte[] bytes) {
        SignalRequest request;
        try {
            request = SignalRequest.parseFrom(bytes);
        } catch (InvalidProtocolBufferException _) {
            connection.close();
            room.onConnectionLost(shell.nowNs(), participant);
            return;
        }
        long nowNs = shell.nowNs();
        requests.onAny(nowNs);
        onSignal(nowNs, request);
        if (!CHANGES_NOTHING.contains(request.getMessageCase())) {
            room.unsaved().onChanged(participant);
        }
    }

    private void onSignal(long nowNs, SignalRequest request) {
        switch (request.getMessageCase()) {
            case OFFER -> requests.onOffer(nowNs, request.getOffer());
            case ANSWER -> requests.onAnswer(nowNs, request.getAnswer());
            case TRICKLE -> requests.onTrickle(request.getTrickle());
            case ADD_TRACK -> requests.onAddTrack(nowNs, request.getAddTrack());
            case MUTE -> requests.onMute(nowNs, request.getMute());
            case SUBSCRIPTION -> requests.onSubscription(nowNs, request.getSubscription());
            case TRACK_SETTING -> requests.onTrackSetting(nowNs, request.getTrackSetting());
            case LEAVE -> requests.onLeave(nowNs, request.getLeave());
            case SUBSCRIPTION_PERMISSION ->
                    requests.onSubscriptionPermission(nowNs, request.getSubscriptionPermission());
            case SYNC_STATE -> requests.onSyncState(nowNs, request.getSyncState());
            case SIMULATE -> requests.onSimulate(nowNs, request.getSimulate());
            case UPDATE_METADATA -> requests.onUpdateMetadata(nowNs, request.getUpdateMetadata());
            case PING_REQ -> requests.onPing(nowNs, request.getPingReq());
            case UPDATE_AUDIO_TRACK ->
                    requests.onUpdateAudioTrack(nowNs, request.getUpdateAudioTrack());
            case UPDATE_VIDEO_TRACK ->
                    requests.onUpdateVideoTrack(nowNs, request.getUpdateVideoTrack());
            case PUBLISH_DATA_TRACK_REQUEST ->
                    requests.onPublishDataTrack(nowNs, request.getPublishDataTrackRequest());
            case UNPUBLISH_DATA_TRACK_REQUEST ->
                    requests.onUnpublishDataTrack(nowNs, request.getUnpublishDataTrackRequest());
            case UPDATE_DATA_SUBSCRIPTION ->
                    requests.onUpdateDataSubscription(request.getUpdateDataSubscription());
            case MESSAGE_NOT_SET -> requests.onUnknown(request.getUnknownFields());
            case PING, UPDATE_LAYERS -> {
                // Answered at the edge, or deprecated: ignored.
            }
        }
    }
}

package io.parley.chaos;

import io.parley.scenario.ClientLoop;
import io.parley.scenario.ClientPeer;
import io.parley.scenario.ReceivedTrack;
import io.parley.scenario.SignalSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitRtc.JoinResponse;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.Ping;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;

/// One participant that behaves as livekit-client in a browser does: sends audio and numbered
/// reliable messages, resumes when its websocket is lost or a Leave asks for it, keeps its peer
/// connections then, and joins anew where a resume is refused or does not bring media back. Lives
/// on a virtual thread of its own.
final class ChaosClient implements ClientPeer.Intake {
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(5);
    private static final long FIRST_MESSAGE_NS = 5_000_000_000L;
    private static final long MEDIA_LIMIT_NS = 15_000_000_000L;
    private static final long RESUME_LIMIT_NS = 40_000_000_000L;
    private static final long TICK_MS = 200;
    private static final long JUDGED_NS = 2_000_000_000L;
    private static final long STUCK_NS = 12_000_000_000L;

    /// What comes to the client's thread.
    private sealed interface Input {
        record Heard(Line line, SignalResponse response) implements Input {}

        record Closed(Line line, int code) implements Input {}

        record Stop() implements Input {}
    }

    /// What becomes of a session.
    private enum Fate {
        GOES_ON,
        RESUMES,
        BEGINS_ANEW,
        ENDS
    }

    private final ClientTraits traits;
    private final FrontDoor door;
    private final EventLog log;
    private final ClientLoop loop;
    private final InetAddress address;
    private final RandomGenerator random;
    private final String token;

    private final BlockingQueue<Input> inputs = new LinkedBlockingQueue<>();
    private final ParticipantView view;
    private final AudioLog audio = new AudioLog();
    private final ClientMessages messages;
    private final List<ClientSight.Life> lives = new CopyOnWriteArrayList<>();
    private final IdentityHashMap<ReceivedTrack, String> heardTracks = new IdentityHashMap<>();
    private @Nullable Thread thread;

    private volatile boolean stopping;
    private volatile @Nullable Line line;
    private volatile @Nullable ClientSession session;
    private volatile @Nullable JoinResponse joined;
    private volatile String metadata = "";
    private int node;
    private long lastHeardNs;
    private long lastPingNs;
    private long mediaDueNs;
    private long connectedNs;
    private int takeovers;
    private boolean resuming;

    ChaosClient(
            ClientTraits traits,
            FrontDoor door,
            EventLog log,
            ClientLoop loop,
            InetAddress address,
            RandomGenerator random) {
        this.traits = traits;
        this.door = door;
        this.log = log;
        this.loop = loop;
        this.address = address;
        this.random = random;
        this.token = traits.token();
        this.view = new ParticipantView(traits.identity());
        this.messages = new ClientMessages(traits.identity());
        this.node = traits.node();
    }

    /// One websocket; what it says counts as long as it is the client's.
    private final class Line implements SignalSocket.Intake {
        private volatile @Nullable SignalSocket socket;

        @Override
        public void onOpen(SignalSocket opened) {
            socket = opened;
        }

        @Override
        public void onSignal(SignalResponse response) {
            inputs.add(new Input.Heard(this, response));
        }

        @Override
        public void onClosed(int code) {
            inputs.add(new Input.Closed(this, code));
        }

        void send(SignalRequest.Builder request) {
            SignalSocket open = socket;
            if (open != null && !open.isClosed()) {
                open.send(request.build());
            }
        }

        void close() {
            SignalSocket open = socket;
            if (open != null) {
                open.close();
            }
        }
    }

    // ---- its life

    void start() {
        thread = Thread.ofVirtual().name(traits.identity()).start(this::live);
    }

    /// Leaves, as somebody who closes the page.
    void stop() {
        stopping = true;
        inputs.add(new Input.Stop());
    }

    void awaitEnd(Duration limit) throws InterruptedException {
        Thread living = thread;
        if (living != null) {
            living.join(limit);
        }
    }

    private void live() {
        try {
            int attempts = 0;
            while (!stopping) {
                if (!enter(attempts++)) {
                    continue;
                }
                attempts = 0;
                Fate fate = Fate.GOES_ON;
                while (fate == Fate.GOES_ON || fate == Fate.RESUMES) {
                    fate = fate == Fate.RESUMES ? resume() : await();
                }
                endSession(fate);
                if (fate == Fate.ENDS) {
                    return;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.event(traits.identity(), "fault", String.valueOf(e));
            throw e;
        }
    }

    /// Whether it is in.
    private boolean enter(int attempts) throws InterruptedException {
        if (attempts > 0) {
            pause(attempts == 1 ? 0 : random.nextInt(100, 300));
        }
        NodeAddress at = door.from(node + attempts);
        node = at.number();
        long begunNs = System.nanoTime();
        Optional<SignalResponse> first = dial(at, traits.path());
        if (first.isEmpty() || stopping) {
            return false;
        }
        if (!first.get().hasJoin()) {
            log.event(traits.identity(), "join-failed", "first " + first.get().getMessageCase());
            return false;
        }
        onJoin(first.get().getJoin());
        log.event(
                traits.identity(),
                lives.size() == 1 ? "joined" : "joined-anew",
                "node %d sid %s after %d ms"
                        .formatted(at.number(), sid(), (System.nanoTime() - begunNs) / 1_000_000));
        return true;
    }

    private void onJoin(JoinResponse response) {
        joined = response;
        metadata = response.getRoom().getMetadata();
        view.onJoin(response.getOtherParticipantsList());
        long nowNs = System.nanoTime();
        lives.add(new ClientSight.Life(sid(), nowNs, nowNs, Long.MAX_VALUE));
        lastPingNs = nowNs;
        takeovers = 0;
        messages.onJoin();
        if (traits.media()) {
            var begun = new ClientSession(traits, address, loop, this, this::send);
            session = begun;
            mediaDueNs = nowNs + MEDIA_LIMIT_NS;
            begun.publish();
        }
    }

    /// The first message on a new websocket, if there is one in time.
    private Optional<SignalResponse> dial(NodeAddress at, String path) throws InterruptedException {
        var dialled = new Line();
        line = dialled;
        lastHeardNs = System.nanoTime();
        try {
            SignalSocket.open(at.host(), at.port(), path, token, OPEN_LIMIT, dialled);
        } catch (SignalSocket.Refused e) {
            String what = resuming ? "resume-failed" : "join-failed";
            log.event(
                    traits.identity(), what, "node %d: %s".formatted(at.number(), e.getMessage()));
            return Optional.empty();
        } catch (SignalSocket.Unreachable e) {
            log.note(traits.identity(), "unreachable", "node %d: %s".formatted(at.number(), e));
            return Optional.empty();
        }
        long endNs = System.nanoTime() + FIRST_MESSAGE_NS;
        while (!stopping && System.nanoTime() < endNs) {
            Input input = inputs.poll(TICK_MS, TimeUnit.MILLISECONDS);
            if (input instanceof Input.Heard(Line from, SignalResponse response)
                    && from == dialled) {
                return Optional.of(response);
            }
            if (input instanceof Input.Closed(Line from, int code) && from == dialled) {
                log.note(traits.identity(), "closed", "before the first message: " + code);
                return Optional.empty();
            }
        }
        dialled.close();
        return Optional.empty();
    }

    private void pause(long ms) throws InterruptedException {
        Thread.sleep(ms);
    }

    private Fate await() throws InterruptedException {
        Input input = inputs.poll(TICK_MS, TimeUnit.MILLISECONDS);
        Fate fate =
                switch (input) {
                    case null -> Fate.GOES_ON;
                    case Input.Stop() -> leave();
                    case Input.Closed(Line from, int code) ->
                            from == line ? onClosed(code) : Fate.GOES_ON;
                    case Input.Heard(Line from, SignalResponse response) ->
                            from == line ? onSignal(response) : Fate.GOES_ON;
                };
        return fate == Fate.GOES_ON ? onTime(System.nanoTime()) : fate;
    }

    private Fate leave() {
        send(
                SignalRequest.newBuilder()
                        .setLeave(
                                LeaveRequest.newBuilder()
                                        .setReason(DisconnectReason.CLIENT_INITIATED)));
        return Fate.ENDS;
    }

    /// livekit-client takes 1000 for the end of something it will hear of, and waits.
    private Fate onClosed(int code) {
        log.event(traits.identity(), code == 1000 ? "closed-1000" : "lost", "close code " + code);
        return code == 1000 ? Fate.GOES_ON : Fate.RESUMES;
    }

    private Fate onTime(long nowNs) {
        JoinResponse response = joined;
        if (response == null) {
            throw new IllegalStateException("not joined");
        }
        if (nowNs - lastPingNs > response.getPingInterval() * 1_000_000_000L) {
            lastPingNs = nowNs;
            send(
                    SignalRequest.newBuilder()
                            .setPingReq(
                                    Ping.newBuilder().setTimestamp(System.currentTimeMillis())));
        }
        if (nowNs - lastHeardNs > response.getPingTimeout() * 1_000_000_000L) {
            log.event(traits.identity(), "lost", "ping timeout");
            return Fate.RESUMES;
        }
        ClientSession media = session;
        return media == null ? Fate.GOES_ON : onTime(nowNs, media);
    }

    private Fate onTime(long nowNs, ClientSession media) {
        boolean connected = media.isConnected();
        connectedNs = connected ? nowNs : connectedNs;
        if (media.takeovers() > takeovers) {
            takeovers = media.takeovers();
            log.event(traits.identity(), "taken-over", takeovers + " connections of this session");
        }
        long begunNs = mediaDueNs - MEDIA_LIMIT_NS;
        boolean isEarly =
                lives.getLast().lastSignNs() > lives.getLast().fromNs()
                        && nowNs < begunNs + JUDGED_NS;
        if (mediaDueNs != 0 && connected && !isEarly) {
            long ms = (nowNs - begunNs) / 1_000_000;
            log.event(
                    traits.identity(),
                    "media",
                    "after %d ms, takeovers %d".formatted(ms, media.takeovers()));
            mediaDueNs = 0;
        } else if (mediaDueNs != 0 && nowNs > mediaDueNs) {
            log.event(traits.identity(), "media-timeout", media.toString());
            return Fate.BEGINS_ANEW;
        } else if (mediaDueNs == 0 && media.failed().isPresent()) {
            log.event(traits.identity(), "lost", media.failed().get() + " failed");
            return Fate.RESUMES;
        } else if (mediaDueNs == 0 && nowNs - connectedNs > STUCK_NS) {
            log.event(traits.identity(), "media-stuck", media.toString());
            return Fate.BEGINS_ANEW;
        }
        if (mediaDueNs == 0 && connected) {
            messages.onTime(nowNs, media);
        }
        return Fate.GOES_ON;
    }

    private void endSession(Fate fate) {
        Line open = line;
        if (open != null) {
            open.close();
        }
        ClientSession media = session;
        if (media != null) {
            media.close();
        }
        session = null;
        joined = null;
        mediaDueNs = 0;
        ClientSight.Life life = lives.getLast();
        lives.set(
                lives.size() - 1,
                new ClientSight.Life(
                        life.sid(), life.fromNs(), life.lastSignNs(), System.nanoTime()));
        log.note(traits.identity(), "session-ended", fate + " " + life.sid());
    }

    // ---- resuming

    /// At once through the next node of the list, then again and again after short pauses.
    private Fate resume() throws InterruptedException {
        long endNs = System.nanoTime() + RESUME_LIMIT_NS;
        resuming = true;
        try {
            for (int attempt = 0; !stopping && System.nanoTime() < endNs; attempt++) {
                Line old = line;
                if (old != null) {
                    old.close();
                }
                if (attempt > 0) {
                    pause(random.nextInt(100, 300));
                }
                NodeAddress at = door.from(node + 1);
                node = at.number();
                Optional<SignalResponse> first = dial(at, traits.resumePath(sid()));
                if (first.isPresent()) {
                    return onFirst(at, first.get());
                }
            }
        } finally {
            resuming = false;
        }
        log.event(traits.identity(), "resume-given-up", "");
        return stopping ? Fate.ENDS : Fate.BEGINS_ANEW;
    }

    private Fate onFirst(NodeAddress at, SignalResponse first) {
        if (first.hasLeave()) {
            log.event(
                    traits.identity(),
                    "resume-refused",
                    "node %d: %s".formatted(at.number(), first.getLeave().getAction()));
            return Fate.BEGINS_ANEW;
        }
        long nowNs = System.nanoTime();
        ClientSight.Life life = lives.getLast();
        lives.set(
                lives.size() - 1,
                new ClientSight.Life(life.sid(), life.fromNs(), nowNs, Long.MAX_VALUE));
        log.event(traits.identity(), "resumed", "node %d sid %s".formatted(at.number(), sid()));
        ClientSession media = session;
        if (media != null) {
            send(
                    SignalRequest.newBuilder()
                            .setSyncState(media.syncState(messages.log().lastSequences())));
            media.restartIce();
            mediaDueNs = nowNs + MEDIA_LIMIT_NS;
            if (first.hasReconnect()) {
                messages.repeatAfter(first.getReconnect().getLastMessageSeq(), media);
            }
        }
        return first.hasReconnect() ? Fate.GOES_ON : onSignal(first);
    }

    // ---- what the server says

    private Fate onSignal(SignalResponse response) {
        lastHeardNs = System.nanoTime();
        switch (response.getMessageCase()) {
            case UPDATE -> onUpdate(response.getUpdate().getParticipantsList());
            case ROOM_UPDATE -> metadata = response.getRoomUpdate().getRoom().getMetadata();
            case LEAVE -> {
                return onLeave(response.getLeave());
            }
            default -> {
                ClientSession media = session;
                if (media != null) {
                    return onMediaSignal(media, response);
                }
            }
        }
        return Fate.GOES_ON;
    }

    private void onUpdate(List<ParticipantInfo> infos) {
        view.onUpdate(System.nanoTime(), infos);
        for (ParticipantInfo info : infos) {
            log.note(
                    traits.identity(),
                    "update",
                    "%s %s %s version %d"
                            .formatted(
                                    info.getIdentity(),
                                    info.getSid(),
                                    info.getState(),
                                    info.getVersion()));
        }
    }

    private Fate onLeave(LeaveRequest leave) {
        log.event(
                traits.identity(),
                "leave",
                "%s %s".formatted(leave.getAction(), leave.getReason()));
        return switch (leave.getAction()) {
            case RESUME -> Fate.RESUMES;
            case RECONNECT -> Fate.BEGINS_ANEW;
            case DISCONNECT, UNRECOGNIZED -> Fate.ENDS;
        };
    }

    private Fate onMediaSignal(ClientSession media, SignalResponse response) {
        Optional<String> objection = Optional.empty();
        switch (response.getMessageCase()) {
            case OFFER -> objection = media.onOffer(response.getOffer());
            case ANSWER -> objection = media.onAnswer(response.getAnswer());
            case TRICKLE -> media.onTrickle(response.getTrickle());
            case TRACK_PUBLISHED -> media.onTrackPublished(response.getTrackPublished());
            case MEDIA_SECTIONS_REQUIREMENT ->
                    media.onSectionsRequired(
                            response.getMediaSectionsRequirement().getNumAudios(),
                            response.getMediaSectionsRequirement().getNumVideos());
            default -> {
                // Nothing that a run looks at.
            }
        }
        if (objection.isPresent()) {
            log.event(traits.identity(), "objection", objection.get());
            return Fate.BEGINS_ANEW;
        }
        return Fate.GOES_ON;
    }

    private void send(SignalRequest.Builder request) {
        Line open = line;
        if (open != null) {
            open.send(request);
        }
    }

    // ---- data and media

    @Override
    public void onMessage(String label, byte[] payload) {
        messages.onMessage(payload);
    }

    @Override
    public void onPacket(long nowNs, ReceivedTrack track) {
        String publisher = heardTracks.get(track);
        if (publisher == null) {
            publisher = view.identity(track.streamId().split("\\|", 2)[0]);
            if (publisher.isEmpty()) {
                return;
            }
            heardTracks.put(track, publisher);
        }
        audio.onPacket(System.nanoTime(), publisher);
    }

    // ---- queries, on any thread

    ClientTraits traits() {
        return traits;
    }

    AudioLog audio() {
        return audio;
    }

    DataLog data() {
        return messages.log();
    }

    String sid() {
        JoinResponse response = joined;
        return response == null ? "" : response.getParticipant().getSid();
    }

    boolean isConnected() {
        ClientSession media = session;
        Line open = line;
        SignalSocket socket = open == null ? null : open.socket;
        boolean signals = joined != null && socket != null && !socket.isClosed();
        return signals && (!traits.media() || (media != null && media.isConnected()));
    }

    /// @param silent whose audio does not arrive
    ClientSight sight(List<String> silent) {
        List<ClientSight.Life> past = new ArrayList<>(lives);
        if (isConnected() && !past.isEmpty()) {
            ClientSight.Life life = past.removeLast();
            past.add(
                    new ClientSight.Life(
                            life.sid(), life.fromNs(), System.nanoTime(), life.untilNs()));
        }
        return new ClientSight(
                traits.room(),
                traits.identity(),
                sid(),
                isConnected(),
                metadata,
                view.others(),
                view.farewells(),
                past,
                silent);
    }
}

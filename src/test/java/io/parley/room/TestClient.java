package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.auth.Grants;
import io.parley.media.PeerEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import livekit.LivekitInternal.StartSession;
import livekit.LivekitModels.ClientInfo;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalResponse.MessageCase;

/// A client without a browser: asks, remembers the answers, writes just enough SDP.
final class TestClient implements SignalSink {
    final RoomBench bench;
    final String identity;
    final StartSession.Builder session = StartSession.newBuilder();
    final List<SignalResponse> heard = new ArrayList<>();
    final StringBuilder sections = new StringBuilder();
    final List<String> mids = new ArrayList<>();
    String grants;
    boolean closed;
    boolean slow;
    boolean cut;
    String ufrag = "clnt";
    String videoCodec = "VP8";
    private int offerIds;

    TestClient(RoomBench bench, String identity) {
        this.bench = bench;
        this.identity = identity;
        this.grants =
                "{\"identity\":\"%s\",\"name\":\"%s\",\"video\":{\"roomJoin\":true,\"room\":\"room\"}}"
                        .formatted(identity, "N " + identity);
        session.setIdentity(identity).setRoomName("room").setAutoSubscribe(true);
        session.setClient(
                ClientInfo.newBuilder()
                        .setSdk(ClientInfo.SDK.JS)
                        .setVersion("2.23.0")
                        .setBrowser("chrome")
                        .setBrowserVersion("140.0.1")
                        .setProtocol(16));
    }

    TestClient single() {
        session.setUseSinglePeerConnection(true);
        return this;
    }

    TestClient protocol(int protocol) {
        session.getClientBuilder().setProtocol(protocol);
        return this;
    }

    TestClient video(String extra) {
        grants = grants.replace("\"roomJoin\":true", "\"roomJoin\":true," + extra);
        return this;
    }

    TestClient claim(String extra) {
        grants = grants.replace("\"video\":", extra + ",\"video\":");
        return this;
    }

    TestClient preset(String name) {
        session.getCreateRoomBuilder().setRoomPreset(name);
        return this;
    }

    JoinOutcome tryJoin() {
        var init =
                new ParticipantInit(
                        session.build(),
                        Grants.fromJson(grants),
                        "key",
                        RoomBench.EPOCH_MS + 3_600_000);
        return bench.room.join(bench.nowNs, init, this);
    }

    TestClient join() {
        assertThat(tryJoin()).isInstanceOf(JoinOutcome.Joined.class);
        return this;
    }

    /// Joined, primary connection connected, channels open.
    TestClient joinActive() {
        join();
        if (session.getUseSinglePeerConnection()) {
            offer();
            publisher().connect();
            publisher().openChannels();
        } else {
            answer();
            subscriber().connect();
            subscriber().openChannels();
        }
        return this;
    }

    /// The same client over a new websocket.
    TestClient resuming() {
        return resumingAt(bench);
    }

    /// The same client at another node.
    TestClient resumingAt(RoomBench elsewhere) {
        var next = new TestClient(elsewhere, identity);
        next.session.mergeFrom(session.build()).setReconnect(true).setParticipantId(sid());
        next.grants = grants;
        next.sections.append(sections);
        next.mids.addAll(mids);
        next.ufrag = "next";
        return next;
    }

    ParticipantRequests asks() {
        return new ParticipantRequests(bench.room, participant());
    }

    Participant participant() {
        return Objects.requireNonNull(bench.participant(identity), identity + " is not there");
    }

    String sid() {
        return heard.stream()
                .filter(SignalResponse::hasJoin)
                .map(each -> each.getJoin().getParticipant().getSid())
                .findFirst()
                .orElseGet(() -> participant().sid());
    }

    FakeMedia.FakePeer publisher() {
        return bench.media.peer(identity, "publisher");
    }

    FakeMedia.FakePeer subscriber() {
        return session.getUseSinglePeerConnection()
                ? publisher()
                : bench.media.peer(identity, "subscriber");
    }

    @Override
    public void send(SignalResponse response) {
        heard.add(response);
    }

    @Override
    public boolean isReady() {
        return !slow;
    }

    @Override
    public void cut() {
        cut = true;
    }

    @Override
    public void close() {
        closed = true;
    }

    List<MessageCase> order() {
        return heard.stream().map(SignalResponse::getMessageCase).toList();
    }

    List<SignalResponse> all(MessageCase kind) {
        return heard.stream().filter(each -> each.getMessageCase() == kind).toList();
    }

    SignalResponse last(MessageCase kind) {
        var all = all(kind);
        assertThat(all).as("%s heard by %s", kind, identity).isNotEmpty();
        return all.getLast();
    }

    boolean has(MessageCase kind) {
        return !all(kind).isEmpty();
    }

    TestClient forget() {
        heard.clear();
        return this;
    }

    /// What this client was told of somebody, in order.
    List<ParticipantInfo> told(String about) {
        return all(MessageCase.UPDATE).stream()
                .flatMap(each -> each.getUpdate().getParticipantsList().stream())
                .filter(info -> info.getIdentity().equals(about))
                .toList();
    }

    static AddTrackRequest.Builder microphone(String cid) {
        return AddTrackRequest.newBuilder()
                .setCid(cid)
                .setName("mic")
                .setType(TrackType.AUDIO)
                .setSource(TrackSource.MICROPHONE);
    }

    static AddTrackRequest.Builder camera(String cid) {
        return AddTrackRequest.newBuilder()
                .setCid(cid)
                .setName("cam")
                .setType(TrackType.VIDEO)
                .setSource(TrackSource.CAMERA);
    }

    TrackInfo publish(AddTrackRequest.Builder request) {
        asks().onAddTrack(bench.nowNs, request.build());
        var info = last(MessageCase.TRACK_PUBLISHED).getTrackPublished().getTrack();
        boolean audio = request.getType() == TrackType.AUDIO;
        section(audio ? "audio" : "video", request.getCid(), "sendonly");
        offer();
        return info;
    }

    TestClient section(String kind, String cid, String direction) {
        String mid = String.valueOf(mids.size());
        mids.add(mid);
        boolean audio = kind.equals("audio");
        sections.append("m=").append(kind).append(" 9 UDP/TLS/RTP/SAVPF ");
        sections.append(audio ? "111" : "96 97").append("\r\nc=IN IP4 0.0.0.0\r\n");
        sections.append("a=mid:").append(mid).append("\r\n@TRANSPORT@a=").append(direction);
        sections.append("\r\na=rtcp-mux\r\na=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\n");
        if (!cid.isEmpty()) {
            sections.append("a=msid:stream ").append(cid).append("\r\n");
        }
        if (audio) {
            sections.append(
                    "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n");
        } else {
            sections.append(
                    "a=rtpmap:96 %s/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n"
                            .formatted(videoCodec));
            if (videoCodec.equals("H264")) {
                sections.append("a=fmtp:96 packetization-mode=1;profile-level-id=42e01f\r\n");
            }
            sections.append("a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n");
        }
        return this;
    }

    String offerSdp() {
        if (mids.isEmpty()) {
            mids.add("0");
            sections.append("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n");
            sections.append("c=IN IP4 0.0.0.0\r\na=mid:0\r\n@TRANSPORT@a=sctp-port:5000\r\n");
            sections.append("a=max-message-size:262144\r\n");
        }
        String transport =
                "a=ice-ufrag:%s\r\na=ice-pwd:passwordpasswordpassword\r\na=fingerprint:sha-256 %s\r\na=setup:actpass\r\n"
                        .formatted(ufrag, "AB:" + "CD:".repeat(30) + "EF");
        return "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE "
                + String.join(" ", mids)
                + "\r\n"
                + sections.toString().replace("@TRANSPORT@", transport);
    }

    /// Sends an offer with every section so far; the answer is what was heard last.
    SessionDescription offer() {
        asks().onOffer(bench.nowNs, description("offer", offerSdp(), ++offerIds));
        return last(MessageCase.ANSWER).getAnswer();
    }

    static SessionDescription description(String type, String sdp, int id) {
        return SessionDescription.newBuilder().setType(type).setSdp(sdp).setId(id).build();
    }

    /// Takes the server's last offer as it is.
    TestClient answer() {
        var offer = last(MessageCase.OFFER).getOffer();
        asks().onAnswer(
                        bench.nowNs,
                        description("answer", answerTo(offer.getSdp()), offer.getId()));
        return this;
    }

    String answerTo(String offer) {
        return offer.replaceAll("(?m)^a=(msid|ssrc|ssrc-group):?.*\\r?\\n", "")
                .replaceAll("a=sendonly", "a=recvonly")
                .replaceAll("a=setup:\\w+", "a=setup:passive")
                .replaceAll("a=ice-ufrag:\\S+", "a=ice-ufrag:" + ufrag)
                .replaceAll("a=ice-pwd:\\S+", "a=ice-pwd:passwordpasswordpassword");
    }

    void sendsData(String label, byte[] payload) {
        var peer = participant().negotiation().isSingle() ? publisher() : openPublisher();
        peer.say(new PeerEvent.DataReceived(label, true, payload));
    }

    private FakeMedia.FakePeer openPublisher() {
        if (mids.isEmpty()) {
            offer();
        }
        return publisher();
    }
}

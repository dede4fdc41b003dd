package io.parley.webrtc.sdp;

/// Descriptions as real clients write them, shortened.
public final class SampleSdps {
    private SampleSdps() {}

    public static String session(String bundle) {
        return """
        v=0
        o=- 4611731400430051336 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE %s
        a=extmap-allow-mixed
        a=msid-semantic: WMS
        """
                .formatted(bundle);
    }

    private static String transport(String mid) {
        return """
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:uF1a
        a=ice-pwd:asd88fgpdd777uzjYhagZgaa
        a=ice-options:trickle
        a=fingerprint:sha-256 19:E2:1C:3B:4B:9F:81:E6:B8:5C:F4:A5:A8:D8:73:04:BB:05:2F:70:9F:04:A9:0E:05:E9:26:33:E8:70:88:A2
        a=setup:actpass
        a=mid:%s
        """
                .formatted(mid);
    }

    public static String data(String mid) {
        return "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\n"
                + transport(mid)
                + "a=sctp-port:5000\na=max-message-size:262144\n";
    }

    public static String audio(String mid, String direction, String sender) {
        return "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\n"
                + transport(mid)
                + """
                a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
                a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
                a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
                a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
                """
                + "a="
                + direction
                + "\n"
                + sender
                + """
                a=rtcp-mux
                a=rtcp-rsize
                a=rtpmap:111 opus/48000/2
                a=rtcp-fb:111 transport-cc
                a=fmtp:111 minptime=10;useinbandfec=1
                a=rtpmap:63 red/48000/2
                a=fmtp:63 111/111
                a=rtpmap:9 G722/8000
                a=rtpmap:0 PCMU/8000
                a=rtpmap:8 PCMA/8000
                a=rtpmap:13 CN/8000
                a=rtpmap:110 telephone-event/48000
                a=rtpmap:126 telephone-event/8000
                """;
    }

    public static String video(String mid, String direction, String sender) {
        return "m=video 9 UDP/TLS/RTP/SAVPF 96 97 103 104 107 108 109 114 39 40 45 46 98 99 100"
                + " 101 119 120\n"
                + transport(mid)
                + """
                a=extmap:14 urn:ietf:params:rtp-hdrext:toffset
                a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
                a=extmap:13 urn:3gpp:video-orientation
                a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
                a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
                a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
                a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
                a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
                a=extmap:12 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension
                """
                + "a="
                + direction
                + "\n"
                + sender
                + "a=rtcp-mux\na=rtcp-rsize\n"
                + codec(96, 97, "VP8", "")
                + codec(103, 104, "H264", h264(1, "42001f"))
                + codec(107, 108, "H264", h264(0, "42e01f"))
                + codec(109, 114, "H264", h264(1, "42e01f"))
                + codec(39, 40, "H264", h264(1, "640034"))
                + codec(45, 46, "AV1", "level-idx=5;profile=0;tier=0")
                + codec(98, 99, "VP9", "profile-id=0")
                + codec(100, 101, "VP9", "profile-id=2")
                + codec(119, 120, "H265", "level-id=93;profile-id=1;tier-flag=0;tx-mode=SRST");
    }

    private static String h264(int mode, String profile) {
        return "level-asymmetry-allowed=1;packetization-mode="
                + mode
                + ";profile-level-id="
                + profile;
    }

    private static String codec(int payloadType, int rtx, String name, String fmtp) {
        String text =
                """
                a=rtpmap:PT NAME/90000
                a=rtcp-fb:PT goog-remb
                a=rtcp-fb:PT transport-cc
                a=rtcp-fb:PT ccm fir
                a=rtcp-fb:PT nack
                a=rtcp-fb:PT nack pli
                FMTPa=rtpmap:RTX rtx/90000
                a=fmtp:RTX apt=PT
                """;
        return text.replace("FMTP", fmtp.isEmpty() ? "" : "a=fmtp:PT " + fmtp + "\n")
                .replace("PT", Integer.toString(payloadType))
                .replace("RTX", Integer.toString(rtx))
                .replace("NAME", name);
    }

    public static String msid(String trackId) {
        return "a=msid:stream-1 " + trackId + "\n";
    }

    public static String declared(String trackId, long ssrc) {
        return msid(trackId) + "a=ssrc:" + ssrc + " cname:c0\n";
    }

    public static String simulcast(String trackId) {
        return msid(trackId)
                + "a=rid:q send\na=rid:h send\na=rid:f send\na=simulcast:send q;h;~f\n";
    }

    public static String firefoxVideo(String mid, String trackId) {
        return "m=video 9 UDP/TLS/RTP/SAVPF 120 124 126 127\n"
                + transport(mid)
                + "a=sendonly\n"
                + """
                a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid
                a=extmap:4 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
                a=extmap:7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
                a=extmap:8/sendonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
                a=fmtp:126 profile-level-id=42e01f;level-asymmetry-allowed=1;packetization-mode=1
                a=fmtp:120 max-fs=12288;max-fr=60
                a=fmtp:124 apt=120
                a=fmtp:127 apt=126
                a=rtcp-fb:120 nack
                a=rtcp-fb:120 nack pli
                a=rtcp-fb:120 ccm fir
                a=rtcp-fb:120 goog-remb
                a=rtcp-fb:120 transport-cc
                a=rtcp-mux
                a=rtcp-rsize
                a=rtpmap:120 VP8/90000
                a=rtpmap:124 rtx/90000
                a=rtpmap:126 H264/90000
                a=rtpmap:127 rtx/90000
                a=rid:h send
                a=rid:q send
                a=simulcast:send h;q
                a=ssrc:3111 cname:{x}
                a=ssrc:3112 cname:{x}
                a=ssrc-group:FID 3111 3112
                """
                + "a=msid:- "
                + trackId
                + "\n";
    }

    /// What every client offers to publish a microphone and a camera.
    public static String publisher() {
        return session("0 1 2")
                + data("0")
                + audio("1", "sendonly", declared("mic", 1111))
                + video("2", "sendonly", simulcast("cam"));
    }
}

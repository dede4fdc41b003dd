package io.parley.scenario;

import io.parley.TestNode;
import java.util.Base64;
import livekit.LivekitModels.ClientInfo;
import livekit.LivekitRtc.ConnectionSettings;
import livekit.LivekitRtc.JoinRequest;
import livekit.LivekitRtc.WrappedJoinRequest;

/// Who joins, and how.
public record JoinOptions(
        String room,
        String identity,
        String grants,
        String claims,
        boolean single,
        boolean autoSubscribe,
        boolean tcp,
        Browser browser) {
    private static final Browser CHROME = new Browser("Chrome", "140.0.1");

    /// What the client says it runs in.
    public record Browser(String name, String version) {}

    public static JoinOptions of(String room, String identity) {
        return new JoinOptions(room, identity, "", "", false, true, false, CHROME);
    }

    /// More of the video grant, such as `"hidden":true`.
    public JoinOptions withGrants(String value) {
        return new JoinOptions(room, identity, value, claims, single, autoSubscribe, tcp, browser);
    }

    /// More claims, such as `"metadata":"m"`.
    public JoinOptions withClaims(String value) {
        return new JoinOptions(room, identity, grants, value, single, autoSubscribe, tcp, browser);
    }

    public JoinOptions withSingle(boolean value) {
        return new JoinOptions(room, identity, grants, claims, value, autoSubscribe, tcp, browser);
    }

    public JoinOptions withAutoSubscribe(boolean value) {
        return new JoinOptions(room, identity, grants, claims, single, value, tcp, browser);
    }

    public JoinOptions withTcp(boolean value) {
        return new JoinOptions(
                room, identity, grants, claims, single, autoSubscribe, value, browser);
    }

    public JoinOptions withBrowser(String name, String version) {
        var other = new Browser(name, version);
        return new JoinOptions(room, identity, grants, claims, single, autoSubscribe, tcp, other);
    }

    public String token() {
        return TestNode.token(
                """
                {"identity":"%s","name":"Name of %s","video":{"roomJoin":true,"room":"%s"%s}%s}\
                """
                        .formatted(identity, identity, room, more(grants), more(claims)));
    }

    private static String more(String json) {
        return json.isEmpty() ? "" : "," + json;
    }

    public String path() {
        return path(false, "");
    }

    public String resumePath(String sid) {
        return path(true, sid);
    }

    private String path(boolean resume, String sid) {
        if (single) {
            return "/rtc/v1?join_request=" + joinRequest(resume, sid);
        }
        String path =
                "/rtc?sdk=js&version=2.15.0&protocol=16&browser=%s&auto_subscribe=%s"
                        .formatted(browser.name(), autoSubscribe ? "1" : "0");
        return resume ? path + "&reconnect=1&reconnect_reason=1&sid=" + sid : path;
    }

    private String joinRequest(boolean resume, String sid) {
        JoinRequest request =
                JoinRequest.newBuilder()
                        .setClientInfo(
                                ClientInfo.newBuilder()
                                        .setSdk(ClientInfo.SDK.JS)
                                        .setVersion("2.15.0")
                                        .setBrowser(browser.name())
                                        .setBrowserVersion(browser.version())
                                        .setProtocol(16))
                        .setConnectionSettings(
                                ConnectionSettings.newBuilder().setAutoSubscribe(autoSubscribe))
                        .setReconnect(resume)
                        .setParticipantSid(sid)
                        .build();
        return Base64.getUrlEncoder()
                .encodeToString(
                        WrappedJoinRequest.newBuilder()
                                .setJoinRequest(request.toByteString())
                                .build()
                                .toByteArray());
    }
}

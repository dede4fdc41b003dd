package io.parley.cluster;

/// The operations on the bus and the headers that go with them.
///
/// | op | to | body | headers | answer |
/// |---|---|---|---|---|
/// | `join` | room | `livekit.StartSession` | [#CONNECTION], [#EDGE], [#TOKEN_EXPIRES_MS], [#TOKEN_ISSUED_MS], [#API_KEY], [#CLIENT_ADDRESS] | [JoinReply] |
/// | `check` | room | as `join` | as `join` | [JoinReply], as a join would get it; nothing else happens |
/// | `take_over` | room | – | – | empty; the room is open by then |
/// | `attach` | room | – | [#CONNECTION], [#EDGE], [#PARTICIPANT]: the websocket has outlived the room's last owner | [JoinReply] |
/// | `hand_over` | room | – | [#NODE] | empty once that node has the room; a failure if it stays |
/// | `epoch` | room | – | [#FORMER]; the message's epoch is the directory's | any: a room in an older epoch than the message's adopts that one if FORMER is its own, else closes as superseded before it answers |
/// | `signal` | session | SignalRequest bytes, untouched | [#CONNECTION], [#NUMBER] | – |
/// | `progress` | session | – | [#CONNECTION], [#DONE] of the responses; at times [#SENT] of the signals: then a `progress` comes back | – |
/// | `closed` | session | – | [#CONNECTION], [#REASON]; from the session's own node with [#EDGE], if that one takes nothing any more | – |
/// | `idle` | session | – | [#CONNECTION]: no frame for 3 ping timeouts; the socket is then closed | – |
/// | `move` | session | – | [#CONNECTION]: the node that holds the websocket leaves, the client is to resume through another | – |
/// | `drain` | [Addresses#CONNECTIONS] | – | – : this node gives its rooms away, nobody resumes here any more | – |
/// | `move` | [Addresses#CONNECTIONS] | – | – : this node leaves, all websockets are to go | – |
/// | `response` | connection | SignalResponse bytes | [#NUMBER] | – |
/// | `progress` | connection | – | [#DONE] of the signals; as an answer also [#SENT] of the responses | – |
/// | `close` | connection | – | [#CLOSE_CODE] (1000 after a Leave, 1012 for a restart, 1001 going away, 1013 reads too slowly), [#REASON] | – |
/// | `api.<Method>` | room | the Twirp request message | – | the response message; a failure has the Twirp code |
/// | `drain` | [Addresses#OPERATIONS] | – | – : leave | JSON: `node`, `draining`, and how many `rooms`, `participants`, `connections` are still there |
/// | `rooms` | [Addresses#OPERATIONS] | – | – | JSON: an array of `name`, `epoch`, `participants` of the rooms that are open there |
///
/// A session ignores messages whose [#CONNECTION] is not its present one.
public final class Ops {
    public static final String JOIN = "join";
    public static final String CHECK = "check";
    public static final String TAKE_OVER = "take_over";
    public static final String HAND_OVER = "hand_over";
    public static final String ATTACH = "attach";
    public static final String MOVE = "move";
    public static final String EPOCH = "epoch";
    public static final String SIGNAL = "signal";
    public static final String CLOSED = "closed";
    public static final String IDLE = "idle";
    public static final String RESPONSE = "response";
    public static final String PROGRESS = "progress";
    public static final String CLOSE = "close";

    public static final String ROOMS = "rooms";
    public static final String DRAIN = "drain";

    /// Prefix of the server API's operations, for example `api.ListParticipants`.
    public static final String API = "api.";

    /// The websocket's `CO_…` id.
    public static final String CONNECTION = "connection";

    /// The node that holds the websocket; answers go to `connection.<id>` there.
    public static final String EDGE = "edge";

    /// Unix milliseconds at which the token expires.
    public static final String TOKEN_EXPIRES_MS = "token_expires_ms";

    /// Unix milliseconds at which the token was made, 0 if it does not say.
    public static final String TOKEN_ISSUED_MS = "token_issued_ms";

    /// The API key that signed the token; a refreshed token is signed with the same one.
    public static final String API_KEY = "api_key";

    /// The client's address as the proxies tell it; also in ClientInfo.address.
    public static final String CLIENT_ADDRESS = "client_address";

    /// The node that something is for.
    public static final String NODE = "node";

    /// The session's `PA_…` id.
    public static final String PARTICIPANT = "participant";

    /// The epoch in which a merge has found the room, and raised it; absent if another node owns
    /// the room now.
    public static final String FORMER = "former";

    /// Counts signals or responses of one connection from 1, so that a lost one is missed.
    public static final String NUMBER = "number";

    /// The receiver has worked off everything up to that [#NUMBER] ([SendWindow]).
    public static final String DONE = "done";

    /// The last [#NUMBER] that the other side should have by now.
    public static final String SENT = "sent";

    public static final String CLOSE_CODE = "close_code";
    public static final String REASON = "reason";

    private Ops() {}
}

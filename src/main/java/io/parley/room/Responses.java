package io.parley.room;

import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.RequestResponse.Reason;
import livekit.LivekitRtc.SignalResponse;

/// Answers requests that have no answer of their own kind (signal.md §4.1). Old Rust clients know
/// no RequestResponse, old protocols no OK. Owned by its participant.
final class Responses {
    /// `Reason.INVALID_REQUEST`, younger than the generated classes.
    static final int INVALID_REQUEST = 11;

    private final Signaller signal;
    private final ClientTraits client;

    Responses(Signaller signal, ClientTraits client) {
        this.signal = signal;
        this.client = client;
    }

    /// `response` brings its echo or request id.
    void refuse(RequestResponse.Builder response, Reason reason, String message) {
        send(response.setReason(reason).setMessage(message));
    }

    void ok(int requestId) {
        if (client.takesOkResponses()) {
            send(RequestResponse.newBuilder().setRequestId(requestId).setReason(Reason.OK));
        }
    }

    /// A reason that this version of the generated classes has no name for.
    void refuse(RequestResponse.Builder response, int reason, String message) {
        send(response.setReasonValue(reason).setMessage(message));
    }

    private void send(RequestResponse.Builder response) {
        if (client.takesRequestResponses()) {
            signal.send(SignalResponse.newBuilder().setRequestResponse(response));
        }
    }
}

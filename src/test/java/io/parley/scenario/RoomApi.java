package io.parley.scenario;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.parley.TestNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Calls the room API of a node, as the server SDKs do.
public final class RoomApi {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final String base;
    private final Duration limit;

    RoomApi(TestNode node) {
        this("http://127.0.0.1:" + node.port(), LIMIT);
    }

    /// Of any node, by its URL without a path.
    public RoomApi(String base, Duration limit) {
        this.base = base;
        this.limit = limit;
    }

    /// An HTTP error's status and text.
    public static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        public final int status;

        Failed(int status, String body) {
            super(status + " " + body);
            this.status = status;
        }
    }

    public <T extends MessageLite> T call(
            String method, String room, Message request, Parser<T> parser) {
        String token =
                TestNode.token(
                        """
                        {"video":{"roomAdmin":true,"roomCreate":true,"roomList":true,"room":"%s"}}\
                        """
                                .formatted(room));
        HttpRequest post =
                HttpRequest.newBuilder(
                                URI.create(
                                        "%s/twirp/livekit.RoomService/%s".formatted(base, method)))
                        .timeout(limit)
                        .header("Content-Type", "application/protobuf")
                        .header("Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(request.toByteArray()))
                        .build();
        try {
            HttpResponse<byte[]> response =
                    CLIENT.send(post, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new Failed(
                        response.statusCode(), new String(response.body(), StandardCharsets.UTF_8));
            }
            return parser.parseFrom(response.body());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("not the message expected of " + method, e);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

package io.parley.store;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/// The script `redis/room.lua`, which is all that ever changes a room's key of ours.
final class RoomScript {
    private static final String RESOURCE = "/redis/room.lua";

    private final RedisLink link;
    private final byte[] text;
    private final byte[] sha1;

    RoomScript(RedisLink link) {
        this.link = link;
        try (InputStream in = RoomScript.class.getResourceAsStream(RESOURCE)) {
            text = Objects.requireNonNull(in, "no " + RESOURCE + " in the jar").readAllBytes();
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text);
            sha1 = HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// By its digest; a server that has not seen the script, or has forgotten it, gets it whole.
    Future<Response> run(List<String> keys, List<byte[]> arguments) {
        return call(Command.EVALSHA, sha1, keys, arguments)
                .recover(e ->
                        e instanceof ErrorType error && error.is("NOSCRIPT")
                                ? call(Command.EVAL, text, keys, arguments)
                                : Future.failedFuture(e));
    }

    private Future<Response> call(
            Command command, byte[] script, List<String> keys, List<byte[]> arguments) {
        var request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        arguments.forEach(request::arg);
        return link.call(request).map(Objects::requireNonNull);
    }
}

package io.parley.webrtc.sctp;

import java.util.List;

/// Writes one control chunk, padded; DATA has its own way ([DataChunk#write]).
final class ChunkWriter {
    private ChunkWriter() {}

    static void write(WireWriter out, SctpChunk chunk) {
        int start = out.position();
        switch (chunk) {
            case SctpChunk.Init(InitBody body) -> init(out, SctpChunk.INIT, body);
            case SctpChunk.InitAck(InitBody body) -> init(out, SctpChunk.INIT_ACK, body);
            case SackChunk sack -> {
                header(out, SctpChunk.SACK, 0);
                sack.write(out);
            }
            case SctpChunk.Heartbeat(Octets info) -> octets(out, SctpChunk.HEARTBEAT, 0, info);
            case SctpChunk.HeartbeatAck(Octets info) ->
                    octets(out, SctpChunk.HEARTBEAT_ACK, 0, info);
            case SctpChunk.Abort(boolean reflected, List<ErrorCause> causes) ->
                    causes(out, SctpChunk.ABORT, reflected ? 1 : 0, causes);
            case SctpChunk.Shutdown(int cumulativeTsn) -> {
                header(out, SctpChunk.SHUTDOWN, 0);
                out.i32(cumulativeTsn);
            }
            case SctpChunk.ShutdownAck() -> header(out, SctpChunk.SHUTDOWN_ACK, 0);
            case SctpChunk.OperationError(List<ErrorCause> causes) ->
                    causes(out, SctpChunk.ERROR, 0, causes);
            case SctpChunk.CookieEcho(Octets cookie) ->
                    octets(out, SctpChunk.COOKIE_ECHO, 0, cookie);
            case SctpChunk.CookieAck() -> header(out, SctpChunk.COOKIE_ACK, 0);
            case SctpChunk.ShutdownComplete(boolean reflected) ->
                    header(out, SctpChunk.SHUTDOWN_COMPLETE, reflected ? 1 : 0);
            case SctpChunk.ReConfig(List<SctpParameter> parameters) -> {
                header(out, SctpChunk.RE_CONFIG, 0);
                parameters(out, parameters);
            }
            case SctpChunk.ForwardTsn forward -> forwardTsn(out, forward);
            case SctpChunk.Unknown(int type, int flags, Octets value) ->
                    octets(out, type, flags, value);
            case DataChunk _ -> throw new IllegalStateException("DATA is written from its message");
        }
        out.close(start);
    }

    private static void header(WireWriter out, int type, int flags) {
        out.u8(type);
        out.u8(flags);
        out.u16(0);
    }

    private static void octets(WireWriter out, int type, int flags, Octets value) {
        header(out, type, flags);
        value.writeTo(out);
    }

    private static void init(WireWriter out, int type, InitBody body) {
        header(out, type, 0);
        out.i32(body.initiateTag());
        out.i32((int) body.windowBytes());
        out.u16(body.outboundStreams());
        out.u16(body.inboundStreams());
        out.i32(body.initialTsn());
        parameters(out, body.parameters());
    }

    private static void forwardTsn(WireWriter out, SctpChunk.ForwardTsn forward) {
        header(out, SctpChunk.FORWARD_TSN, 0);
        out.i32(forward.newCumulativeTsn());
        for (SctpChunk.Skip skip : forward.skips()) {
            out.u16(skip.streamId());
            out.u16(skip.ssn());
        }
    }

    private static void causes(WireWriter out, int type, int flags, List<ErrorCause> causes) {
        header(out, type, flags);
        int end = out.position();
        for (ErrorCause cause : causes) {
            int start = out.position();
            out.u16(cause.code());
            out.u16(0);
            cause.info().writeTo(out);
            end = out.close(start);
        }
        out.position(end);
    }

    /// A parameter's padding counts for the chunk's length only if another follows (RFC 9260 §3.2).
    private static void parameters(WireWriter out, List<SctpParameter> parameters) {
        int end = out.position();
        for (SctpParameter parameter : parameters) {
            int start = out.position();
            out.u16(typeOf(parameter));
            out.u16(0);
            value(out, parameter);
            end = out.close(start);
        }
        out.position(end);
    }

    private static int typeOf(SctpParameter parameter) {
        return switch (parameter) {
            case SctpParameter.StateCookie _ -> SctpParameter.STATE_COOKIE;
            case SctpParameter.Unrecognized _ -> SctpParameter.UNRECOGNIZED;
            case SctpParameter.ZeroChecksum _ -> SctpParameter.ZERO_CHECKSUM;
            case SctpParameter.SupportedExtensions _ -> SctpParameter.SUPPORTED_EXTENSIONS;
            case SctpParameter.ForwardTsnSupported _ -> SctpParameter.FORWARD_TSN_SUPPORTED;
            case SctpParameter.OutgoingReset _ -> SctpParameter.OUTGOING_RESET;
            case SctpParameter.IncomingReset _ -> SctpParameter.INCOMING_RESET;
            case SctpParameter.TsnReset _ -> SctpParameter.TSN_RESET;
            case SctpParameter.ReconfigResponse _ -> SctpParameter.RECONFIG_RESPONSE;
            case SctpParameter.AddStreams add ->
                    add.outgoing()
                            ? SctpParameter.ADD_OUTGOING_STREAMS
                            : SctpParameter.ADD_INCOMING_STREAMS;
            case SctpParameter.Unknown(int type, Octets _) -> type;
        };
    }

    private static void value(WireWriter out, SctpParameter parameter) {
        switch (parameter) {
            case SctpParameter.StateCookie(Octets cookie) -> cookie.writeTo(out);
            case SctpParameter.Unrecognized(Octets whole) -> whole.writeTo(out);
            case SctpParameter.ZeroChecksum(int method) -> out.i32(method);
            case SctpParameter.SupportedExtensions(Octets types) -> types.writeTo(out);
            case SctpParameter.ForwardTsnSupported() -> {}
            case SctpParameter.OutgoingReset reset -> {
                out.i32(reset.requestSeq());
                out.i32(reset.responseSeq());
                out.i32(reset.lastTsn());
                streamIds(out, reset.streamIds());
            }
            case SctpParameter.IncomingReset(int requestSeq, List<Integer> ids) -> {
                out.i32(requestSeq);
                streamIds(out, ids);
            }
            case SctpParameter.TsnReset(int requestSeq) -> out.i32(requestSeq);
            case SctpParameter.ReconfigResponse(int responseSeq, int result) -> {
                out.i32(responseSeq);
                out.i32(result);
            }
            case SctpParameter.AddStreams(boolean _, int requestSeq, int count) -> {
                out.i32(requestSeq);
                out.u16(count);
                out.u16(0);
            }
            case SctpParameter.Unknown(int _, Octets octets) -> octets.writeTo(out);
        }
    }

    private static void streamIds(WireWriter out, List<Integer> ids) {
        for (int id : ids) {
            out.u16(id);
        }
    }
}

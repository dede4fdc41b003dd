package io.parley.webrtc.sctp;

import java.util.ArrayList;
import java.util.List;

/// Reads one chunk's value into its variant; throws [MalformedSctpException].
final class ChunkReader {
    private ChunkReader() {}

    static SctpChunk read(int type, int flags, WireReader in) {
        return switch (type) {
            case SctpChunk.DATA -> DataChunk.read(flags, in);
            case SctpChunk.INIT -> new SctpChunk.Init(init(in));
            case SctpChunk.INIT_ACK -> new SctpChunk.InitAck(init(in));
            case SctpChunk.SACK -> SackChunk.read(in);
            case SctpChunk.HEARTBEAT -> new SctpChunk.Heartbeat(in.octets(in.remaining()));
            case SctpChunk.HEARTBEAT_ACK -> new SctpChunk.HeartbeatAck(in.octets(in.remaining()));
            case SctpChunk.ABORT -> new SctpChunk.Abort((flags & 1) != 0, causes(in));
            case SctpChunk.SHUTDOWN -> new SctpChunk.Shutdown(in.i32());
            case SctpChunk.SHUTDOWN_ACK -> new SctpChunk.ShutdownAck();
            case SctpChunk.ERROR -> new SctpChunk.OperationError(causes(in));
            case SctpChunk.COOKIE_ECHO -> new SctpChunk.CookieEcho(in.octets(in.remaining()));
            case SctpChunk.COOKIE_ACK -> new SctpChunk.CookieAck();
            case SctpChunk.SHUTDOWN_COMPLETE -> new SctpChunk.ShutdownComplete((flags & 1) != 0);
            case SctpChunk.RE_CONFIG -> new SctpChunk.ReConfig(parameters(in));
            case SctpChunk.FORWARD_TSN -> forwardTsn(in);
            default -> new SctpChunk.Unknown(type, flags, in.octets(in.remaining()));
        };
    }

    private static InitBody init(WireReader in) {
        int tag = in.i32();
        long windowBytes = in.u32();
        int outbound = in.u16();
        int inbound = in.u16();
        int initialTsn = in.i32();
        if (tag == 0 || outbound == 0 || inbound == 0) {
            throw new MalformedSctpException("INIT with zero tag or streams");
        }
        return new InitBody(tag, windowBytes, outbound, inbound, initialTsn, parameters(in));
    }

    private static SctpChunk forwardTsn(WireReader in) {
        int newCumulativeTsn = in.i32();
        List<SctpChunk.Skip> skips = new ArrayList<>(in.remaining() / 4);
        while (in.remaining() >= 4) {
            skips.add(new SctpChunk.Skip(in.u16(), in.u16()));
        }
        return new SctpChunk.ForwardTsn(newCumulativeTsn, List.copyOf(skips));
    }

    /// Lenient: an ABORT with broken causes is still an ABORT.
    private static List<ErrorCause> causes(WireReader in) {
        List<ErrorCause> causes = new ArrayList<>(1);
        while (in.remaining() >= 4) {
            int code = in.u16();
            int length = in.u16() - 4;
            if (length < 0 || length > in.remaining()) {
                break;
            }
            causes.add(new ErrorCause(code, in.octets(length)));
            in.skipPadding(length);
        }
        return List.copyOf(causes);
    }

    private static List<SctpParameter> parameters(WireReader in) {
        List<SctpParameter> parameters = new ArrayList<>(4);
        while (in.remaining() >= 4) {
            int type = in.u16();
            int length = in.u16() - 4;
            if (length < 0) {
                throw new MalformedSctpException("parameter length");
            }
            SctpParameter parameter = parameter(type, in.slice(length));
            in.skipPadding(length);
            parameters.add(parameter);
            if (parameter instanceof SctpParameter.Unknown unknown && unknown.stops()) {
                break;
            }
        }
        return List.copyOf(parameters);
    }

    private static SctpParameter parameter(int type, WireReader in) {
        return switch (type) {
            case SctpParameter.STATE_COOKIE ->
                    new SctpParameter.StateCookie(in.octets(in.remaining()));
            case SctpParameter.UNRECOGNIZED ->
                    new SctpParameter.Unrecognized(in.octets(in.remaining()));
            case SctpParameter.ZERO_CHECKSUM -> new SctpParameter.ZeroChecksum(in.i32());
            case SctpParameter.SUPPORTED_EXTENSIONS ->
                    new SctpParameter.SupportedExtensions(in.octets(in.remaining()));
            case SctpParameter.FORWARD_TSN_SUPPORTED -> new SctpParameter.ForwardTsnSupported();
            case SctpParameter.OUTGOING_RESET ->
                    new SctpParameter.OutgoingReset(in.i32(), in.i32(), in.i32(), streamIds(in));
            case SctpParameter.INCOMING_RESET ->
                    new SctpParameter.IncomingReset(in.i32(), streamIds(in));
            case SctpParameter.TSN_RESET -> new SctpParameter.TsnReset(in.i32());
            case SctpParameter.RECONFIG_RESPONSE ->
                    new SctpParameter.ReconfigResponse(in.i32(), in.i32());
            case SctpParameter.ADD_OUTGOING_STREAMS ->
                    new SctpParameter.AddStreams(true, in.i32(), in.u16());
            case SctpParameter.ADD_INCOMING_STREAMS ->
                    new SctpParameter.AddStreams(false, in.i32(), in.u16());
            default -> new SctpParameter.Unknown(type, in.octets(in.remaining()));
        };
    }

    private static List<Integer> streamIds(WireReader in) {
        List<Integer> ids = new ArrayList<>(in.remaining() / 2);
        while (in.remaining() >= 2) {
            ids.add(in.u16());
        }
        return List.copyOf(ids);
    }
}

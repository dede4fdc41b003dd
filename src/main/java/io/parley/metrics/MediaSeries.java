package io.parley.metrics;

import java.util.List;

/// The media counters as series: LiveKit's names first, then ours. Stateless.
final class MediaSeries {
    private static final String IN = "incoming";
    private static final String OUT = "outgoing";
    private static final List<String> WAY = List.of("direction", "transmission", "country");
    private static final List<String> DIRECTION = List.of("direction", "country");

    /// LiveKit's label; we look nobody's country up.
    private static final String NO_COUNTRY = "";

    private MediaSeries() {}

    static void write(MediaCounters media, Exposition page) {
        packets(media, page);
        feedback(media, page);
        page.family(Family.Type.GAUGE, "livekit_node_packet_total", "Datagrams sent by the node");
        page.sample(
                "livekit_node_packet_total", List.of("type"), List.of("out"), media.datagramsOut());
        own(media, page);
    }

    private static void packets(MediaCounters media, Exposition page) {
        long again = media.retransmitted();
        String total = "livekit_packet_total";
        page.family(Family.Type.COUNTER, total, "Media packets, datagram by datagram");
        page.sample(total, WAY, way(IN, "initial"), media.datagramsIn());
        page.sample(total, WAY, way(OUT, "initial"), Math.max(0, media.datagramsOut() - again));
        page.sample(total, WAY, way(OUT, "retransmit"), again);
        long bytesAgain = media.retransmittedBytes();
        String bytes = "livekit_packet_bytes";
        page.family(Family.Type.COUNTER, bytes, "Bytes of media packets");
        page.sample(bytes, WAY, way(IN, "initial"), media.bytesIn());
        page.sample(bytes, WAY, way(OUT, "initial"), Math.max(0, media.bytesOut() - bytesAgain));
        page.sample(bytes, WAY, way(OUT, "retransmit"), bytesAgain);
    }

    private static List<String> way(String direction, String transmission) {
        return List.of(direction, transmission, NO_COUNTRY);
    }

    private static void feedback(MediaCounters media, Exposition page) {
        MediaCounters.Feedback in = media.feedbackIn();
        MediaCounters.Feedback out = media.feedbackOut();
        both(page, "livekit_nack_total", "Packets asked for again", in.nacks(), out.nacks());
        both(page, "livekit_pli_total", "Key frames asked for by PLI", in.plis(), out.plis());
        both(page, "livekit_fir_total", "Key frames asked for by FIR", in.firs(), out.firs());
    }

    private static void both(Exposition page, String name, String help, long in, long out) {
        page.family(Family.Type.COUNTER, name, help);
        page.sample(name, DIRECTION, List.of(IN, NO_COUNTRY), in);
        page.sample(name, DIRECTION, List.of(OUT, NO_COUNTRY), out);
    }

    private static void own(MediaCounters media, Exposition page) {
        List<String> direction = List.of("direction");
        String datagrams = "parley_media_datagrams_total";
        page.family(Family.Type.COUNTER, datagrams, "Datagrams through the media ports");
        page.sample(datagrams, direction, List.of(IN), media.datagramsIn());
        page.sample(datagrams, direction, List.of(OUT), media.datagramsOut());
        String bytes = "parley_media_bytes_total";
        page.family(Family.Type.COUNTER, bytes, "Bytes through the media ports");
        page.sample(bytes, direction, List.of(IN), media.bytesIn());
        page.sample(bytes, direction, List.of(OUT), media.bytesOut());
        page.single(
                Family.Type.GAUGE,
                "parley_media_peers",
                "Peer connections on the media loops",
                media.peers());
        page.family(Family.Type.COUNTER, "parley_drops_total", "What was dropped, by reason");
        media.drops()
                .forEach((reason, count) ->
                        page.sample(
                                "parley_drops_total", List.of("reason"), List.of(reason), count));
    }
}

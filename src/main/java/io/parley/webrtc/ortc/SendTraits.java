package io.parley.webrtc.ortc;

/// How one subscriber is served with one track, beyond what its section says.
///
/// @param stripsTrailers the track carries packet trailers that the subscriber does not know
/// @param opensWithPadding the subscriber learns of a track from its first packet, so that one is
///   sent before there is any
/// @param ownFrameTrailer ends each frame of the server's own in an encrypted track, so that
///   subscribers do not try to decrypt it (media.md §8); empty where there is none
public record SendTraits(
        boolean stripsTrailers,
        boolean opensWithPadding,
        String ownFrameTrailer,
        PlayoutDelay playoutDelay) {
    public static final SendTraits NONE = new SendTraits(false, false, "", PlayoutDelay.NONE);
}

package io.parley.room;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import livekit.LivekitModels.ClientInfo;
import livekit.LivekitModels.ClientInfo.Capability;
import livekit.LivekitModels.ClientInfo.SDK;

/// What a client can and cannot do, by its announced protocol version, SDK and browser (signal.md
/// §9.1, §9.2; media.md §1.9). The one place that knows clients by name.
public record ClientTraits(ClientInfo info) {
    private static final int SUBSCRIBER_PRIMARY = 3;
    private static final int TRANSCEIVER_REUSE = 4;
    private static final int CONNECTION_QUALITY = 5;
    private static final int ICE_LITE = 6;
    private static final int TRACK_UNPUBLISHED = 7;
    private static final int FAST_START = 8;
    private static final int DISCONNECTED_ON_RESUME = 9;
    private static final int SYNC_STREAMS = 10;
    private static final int RUST_RESPONSES = 10;
    private static final int QUALITY_LOST = 11;
    private static final int IDENTITY_BASED = 12;
    private static final int LEAVE_ACTION = 13;
    private static final int OK_RESPONSES = 15;
    private static final int CHROMIUM_GCM = 90;
    private static final int FIREFOX_GCM = 73;

    public int protocol() {
        return info.getProtocol();
    }

    boolean takesSubscriberPrimary() {
        return protocol() >= SUBSCRIBER_PRIMARY;
    }

    boolean takesSpeakerDeltas() {
        return protocol() >= SUBSCRIBER_PRIMARY;
    }

    /// Idle sections may carry another track (§5.6).
    boolean reusesTransceivers() {
        return protocol() >= TRANSCEIVER_REUSE && !isSafari();
    }

    boolean takesConnectionQuality() {
        return protocol() >= CONNECTION_QUALITY;
    }

    boolean takesQualityLost() {
        return protocol() >= QUALITY_LOST;
    }

    boolean takesTrackUnpublished() {
        return protocol() >= TRACK_UNPUBLISHED;
    }

    /// Existing tracks stand in the first offer.
    boolean takesFastStart() {
        return protocol() >= FAST_START;
    }

    boolean takesDisconnectedOnResume() {
        return protocol() >= DISCONNECTED_ON_RESUME;
    }

    boolean takesSyncStreams() {
        return protocol() >= SYNC_STREAMS && !isFirefox();
    }

    /// Knows a replaced session by its identity and needs no farewell of the old one.
    boolean isIdentityBased() {
        return protocol() >= IDENTITY_BASED;
    }

    boolean takesLeaveAction() {
        return protocol() >= LEAVE_ACTION;
    }

    boolean takesOkResponses() {
        return protocol() >= OK_RESPONSES;
    }

    boolean takesTrackSubscribed() {
        return !(info.getSdk() == SDK.RUST && protocol() < RUST_RESPONSES);
    }

    boolean takesRequestResponses() {
        return takesTrackSubscribed();
    }

    /// Keeps its peer connections when the same sections come with another node's credentials and
    /// fingerprint: a second DTLS association. Measured: Chromium does, Firefox never moves the
    /// picture.
    boolean takesAnotherAssociation() {
        return takesSctpRestart() && !isFirefox();
    }

    /// Keeps its data channels when the SCTP association restarts beneath them (RFC 9260 §5.2.4).
    /// pion refuses an INIT once it is established.
    boolean takesSctpRestart() {
        return switch (info.getSdk()) {
            case GO, UNKNOWN, UNRECOGNIZED -> false;
            default -> true;
        };
    }

    boolean takesReconnectResponse() {
        return info.getSdk() != SDK.JS || isVersionAtLeast(1, 6, 3);
    }

    /// Go announces a track when its packets arrive, the others when it stands in the SDP.
    boolean publishesByMedia() {
        return info.getSdk() == SDK.GO;
    }

    /// Tells its application of a track when the first packet comes, not when it stands in the SDP.
    boolean tellsTracksByMedia() {
        return info.getSdk() == SDK.GO;
    }

    /// Knows what SDKs append to pictures.
    boolean takesPacketTrailers() {
        return info.getCapabilitiesList().contains(Capability.CAP_PACKET_TRAILER);
    }

    /// Firefox lets its own synchronisation go wrong where both are wanted (media.md §2.3).
    boolean takesPlayoutDelay(boolean syncStreams) {
        return !(syncStreams && isFirefox());
    }

    boolean takesRed() {
        return !isFirefox() && !isSafari();
    }

    boolean takesIceLite() {
        return protocol() >= ICE_LITE && !isFirefox();
    }

    /// Firefox on Linux and Android takes the first codec it likes, not our first one.
    boolean ignoresCodecOrder() {
        String os = info.getOs().toLowerCase(Locale.ROOT);
        return isFirefox() && (os.equals("linux") || os.equals("android"));
    }

    boolean takesTcp() {
        return info.getSdk() != SDK.GO && (info.getSdk() != SDK.SWIFT || isVersionAtLeast(1, 0, 5));
    }

    boolean takesSctpZeroChecksum() {
        return switch (info.getSdk()) {
            case UNKNOWN, UNRECOGNIZED -> false;
            case GO -> isVersionAtLeast(2, 4, 0);
            default -> true;
        };
    }

    /// Clients known to take AES-GCM for SRTP: browsers of the Chromium family and Firefox of the
    /// versions from 2021 and 2020 that were seen to, everything on the Rust core, Go.
    boolean takesGcm() {
        return switch (info.getSdk()) {
            case PYTHON, NODE, RUST, UNITY, CPP, GO -> true;
            case JS -> isBrowserWithGcm() && !isWebKitInDisguise();
            default -> false;
        };
    }

    private boolean isBrowserWithGcm() {
        int major = numbers(info.getBrowserVersion()).getFirst();
        return isFirefox() ? major >= FIREFOX_GCM : isChromium() && major >= CHROMIUM_GCM;
    }

    /// Every browser of iOS is Safari underneath, whatever it calls itself.
    private boolean isWebKitInDisguise() {
        String os = info.getOs().toLowerCase(Locale.ROOT);
        return os.contains("ios") || os.contains("ipad") || browser().contains("ios");
    }

    boolean isFirefox() {
        return browser().startsWith("firefox");
    }

    boolean isSafari() {
        return browser().contains("safari");
    }

    boolean isObs() {
        return browser().contains("obs");
    }

    boolean isDevice(String model) {
        return info.getDeviceModel().equalsIgnoreCase(model);
    }

    boolean isOs(String name) {
        return info.getOs().equalsIgnoreCase(name);
    }

    boolean isBrowserNewerThan(int major, int minor) {
        var parts = numbers(info.getBrowserVersion());
        int theirs = parts.get(0);
        return theirs > major || (theirs == major && parts.get(1) > minor);
    }

    private boolean isChromium() {
        String browser = browser();
        return browser.contains("chrom")
                || browser.contains("edge")
                || browser.contains("opera")
                || browser.contains("electron");
    }

    private String browser() {
        return info.getBrowser().toLowerCase(Locale.ROOT);
    }

    private boolean isVersionAtLeast(int major, int minor, int patch) {
        var parts = numbers(info.getVersion());
        int[] wanted = {major, minor, patch};
        for (int i = 0; i < wanted.length; i++) {
            int theirs = parts.get(i);
            if (theirs != wanted[i]) {
                return theirs > wanted[i];
            }
        }
        return true;
    }

    /// The first three numbers of a version; what is not a number counts as 0.
    private static List<Integer> numbers(String version) {
        var parts = new ArrayList<Integer>();
        for (String part : version.split("[^0-9]+", -1)) {
            if (!part.isEmpty() && part.length() <= 8) {
                parts.add(Integer.parseInt(part));
            }
        }
        while (parts.size() < 3) {
            parts.add(0);
        }
        return parts;
    }
}

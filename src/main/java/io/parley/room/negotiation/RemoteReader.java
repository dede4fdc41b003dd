package io.parley.room.negotiation;

import io.parley.webrtc.ortc.DtlsFingerprint;
import io.parley.webrtc.ortc.DtlsParameters;
import io.parley.webrtc.ortc.DtlsRole;
import io.parley.webrtc.ortc.IceParameters;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.SctpParameters;
import io.parley.webrtc.sdp.MalformedSdpException;
import io.parley.webrtc.sdp.MediaSection;
import io.parley.webrtc.sdp.Msid;
import io.parley.webrtc.sdp.SessionDescription;
import io.parley.webrtc.sdp.SsrcAttribute;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a client's description: its transport, and what its sections are.
final class RemoteReader {
    private static final int DEFAULT_SCTP_PORT = 5000;

    /// What a client takes that does not say (RFC 8841 §6 says 64 K; Pion's value).
    private static final int DEFAULT_MAX_MESSAGE_SIZE_BYTES = 65_535;

    private RemoteReader() {}

    /// Parses and checks what has to be in every offer and answer of a bundled connection.
    static SessionDescription parse(String sdp) {
        SessionDescription description = SessionDescription.parse(sdp);
        Set<String> mids = new HashSet<>();
        for (MediaSection section : description.sections()) {
            if (!section.isRejected() && section.mid().isEmpty()) {
                throw new MalformedSdpException(0, "a section has no mid");
            }
            if (!section.mid().isEmpty() && !mids.add(section.mid())) {
                throw new MalformedSdpException(0, "two sections have the same mid");
            }
        }
        return description;
    }

    /// The transport is that of the first live section: all others are bundled with it.
    static RemoteTransport transport(
            SessionDescription description, DtlsRole role, @Nullable IceParameters before) {
        MediaSection first = first(description);
        String ufrag = description.value(first, "ice-ufrag");
        String password = description.value(first, "ice-pwd");
        if (ufrag.isEmpty() || password.isEmpty()) {
            throw new MalformedSdpException(0, "no ICE credentials");
        }
        List<DtlsFingerprint> fingerprints =
                description.fingerprints(first).stream()
                        .map(each -> new DtlsFingerprint(each.algorithm(), each.value()))
                        .toList();
        if (fingerprints.isEmpty()) {
            throw new MalformedSdpException(0, "no fingerprint");
        }
        IceParameters ice = new IceParameters(ufrag, password, description.isIceLite());
        return new RemoteTransport(
                ice,
                before != null && !sameCredentials(before, ice),
                new DtlsParameters(role, fingerprints),
                sctp(description),
                candidates(description));
    }

    /// Our role in an answer. Being the DTLS client lets another node take the connection over, so
    /// that we are it unless the client insists, or is a lite agent while we are not.
    static DtlsRole answerRole(SessionDescription offer, boolean localLite) {
        return switch (offer.setup(first(offer))) {
            case ACTIVE -> DtlsRole.SERVER;
            case PASSIVE -> DtlsRole.CLIENT;
            case ACTPASS, HOLDCONN ->
                    offer.isIceLite() && !localLite ? DtlsRole.SERVER : DtlsRole.CLIENT;
        };
    }

    private static boolean sameCredentials(IceParameters one, IceParameters other) {
        return one.usernameFragment().equals(other.usernameFragment())
                && one.password().equals(other.password());
    }

    private static MediaSection first(SessionDescription description) {
        for (MediaSection section : description.sections()) {
            if (!section.isRejected()) {
                return section;
            }
        }
        if (description.sections().isEmpty()) {
            throw new MalformedSdpException(0, "no media section");
        }
        return description.sections().get(0);
    }

    private static @Nullable SctpParameters sctp(SessionDescription description) {
        for (MediaSection section : description.sections()) {
            if (isData(section) && !section.isRejected()) {
                long port = section.number("sctp-port", DEFAULT_SCTP_PORT);
                long most = section.number("max-message-size", DEFAULT_MAX_MESSAGE_SIZE_BYTES);
                boolean unlimited = most == 0 || most > Integer.MAX_VALUE;
                return new SctpParameters((int) port, unlimited ? Integer.MAX_VALUE : (int) most);
            }
        }
        return null;
    }

    private static List<String> candidates(SessionDescription description) {
        Set<String> candidates = new LinkedHashSet<>();
        for (MediaSection section : description.sections()) {
            if (!section.isRejected()) {
                candidates.addAll(section.candidates());
            }
        }
        return List.copyOf(candidates);
    }

    static boolean isData(MediaSection section) {
        return section.media().equals("application")
                && section.protocol().endsWith("DTLS/SCTP")
                && section.formats().contains("webrtc-datachannel");
    }

    /// Null for anything that is neither audio nor video over the profile of WebRTC (RFC 8834 §4).
    static @Nullable MediaKind kind(MediaSection section) {
        if (!section.protocol().endsWith("RTP/SAVPF")) {
            return null;
        }
        return switch (section.media()) {
            case "audio" -> MediaKind.AUDIO;
            case "video" -> MediaKind.VIDEO;
            default -> null;
        };
    }

    /// Of `a=msid`, else of the first SSRC that has one (older native clients).
    static Msid msid(MediaSection section) {
        if (section.has("msid")) {
            return section.msid();
        }
        for (SsrcAttribute line : section.ssrcs()) {
            if (line.name().equals("msid")) {
                int space = line.value().indexOf(' ');
                return space < 0
                        ? new Msid(line.value(), "")
                        : new Msid(
                                line.value().substring(0, space),
                                line.value().substring(space + 1).strip());
            }
        }
        return Msid.NONE;
    }
}

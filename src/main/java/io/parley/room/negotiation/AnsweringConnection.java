package io.parley.room.negotiation;

import io.parley.webrtc.ortc.DtlsRole;
import io.parley.webrtc.ortc.IceParameters;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.sdp.MalformedSdpException;
import io.parley.webrtc.sdp.MediaSection;
import io.parley.webrtc.sdp.SessionDescription;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The client offers: the PUBLISHER connection of a dual client, or the only connection of a single
/// one. Owned by its room's context.
public final class AnsweringConnection {
    private final NegotiationSettings settings; // given

    private final ReceiveNegotiation receiving; // owned
    private final SendNegotiation sending;

    private LocalTransport local; // state
    private @Nullable SessionDescription offer;
    private @Nullable IceParameters remoteIce;
    private DtlsRole role = DtlsRole.CLIENT;
    private boolean answerDue;
    private long version;
    private List<AnsweredSection> sections = List.of();
    private final Map<SendId, SendRequest> waiting = new LinkedHashMap<>();
    private final Map<String, SendRequest> resumed = new LinkedHashMap<>();
    private boolean asked;
    private int askedAudios;
    private int askedVideos;

    public AnsweringConnection(NegotiationSettings settings, LocalTransport local) {
        this.settings = settings;
        this.local = local;
        this.receiving = new ReceiveNegotiation(settings);
        this.sending = new SendNegotiation(settings);
    }

    /// Goes on where another node left off, with the client's next offer.
    public void resume(long versionBefore) {
        version = versionBefore + OfferingSnapshot.MARGIN;
    }

    /// Single connection only: the track that this section carried before; it goes there again if
    /// the client offers the section again.
    public void resumeSend(String mid, SendRequest request) {
        resumed.put(mid, request);
    }

    /// Rises with each answer; 0 before the first.
    public long version() {
        return version;
    }

    /// The section that carries a track.
    public Optional<String> midOf(SendId id) {
        for (AnsweredSection section : sections) {
            SendRequest carried = section.send();
            if (carried != null && carried.id().equals(id)) {
                return Optional.of(section.mid());
            }
        }
        return resumed.entrySet().stream()
                .filter(each -> each.getValue().id().equals(id))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /// Our credentials changed, because the client restarted ICE: call before `createAnswer`.
    public void restartIce(IceParameters changed) {
        local = local.withIce(changed);
    }

    /// Other candidates from now on, for example TCP ones only.
    public void useCandidates(List<String> candidates) {
        local = new LocalTransport(local.ice(), local.fingerprint(), candidates);
    }

    /// Applies a client's offer; `createAnswer` is due afterwards.
    public OfferOutcome onOffer(String sdp, PublishedTracks tracks) {
        SessionDescription description;
        RemoteTransport transport;
        DtlsRole ourRole;
        try {
            description = RemoteReader.parse(sdp);
            ourRole = RemoteReader.answerRole(description, local.ice().lite());
            transport = RemoteReader.transport(description, ourRole, remoteIce);
        } catch (MalformedSdpException e) {
            return new OfferOutcome.Malformed(String.valueOf(e.getMessage()));
        }
        offer = description;
        remoteIce = transport.ice();
        role = ourRole;
        answerDue = true;
        List<String> ended = applySections(description.sections());
        List<PublishedSection> published = matchSections(tracks);
        List<String> unmatched = new ArrayList<>();
        for (AnsweredSection section : sections) {
            if (section.isUnmatched()) {
                unmatched.add(section.mid());
            }
        }
        return new OfferOutcome.Accepted(new AppliedOffer(transport, ended, published, unmatched));
    }

    private List<String> applySections(List<MediaSection> offered) {
        Map<String, AnsweredSection> before = new LinkedHashMap<>();
        for (AnsweredSection section : sections) {
            before.put(section.mid(), section);
        }
        List<String> ended = new ArrayList<>();
        List<AnsweredSection> after = new ArrayList<>();
        for (MediaSection media : offered) {
            AnsweredSection section = before.get(media.mid());
            if (section == null || !section.isKindOf(media)) {
                section = new AnsweredSection(media, receiving, sending);
            } else {
                before.remove(media.mid());
            }
            if (section.onOffer(media)) {
                ended.add(media.mid());
            }
            after.add(section);
        }
        for (AnsweredSection gone : before.values()) {
            if (gone.close()) {
                ended.add(gone.mid());
            }
            waitAgain(gone);
        }
        sections = after;
        sections.stream().filter(each -> !each.isSendable()).forEach(this::waitAgain);
        return ended;
    }

    /// A section that can carry its track no longer gives it back.
    private void waitAgain(AnsweredSection section) {
        SendRequest request = section.release();
        if (request != null) {
            waiting.put(request.id(), request);
        }
    }

    /// An AddTrackRequest arrived after its section: whatever matches now is to be received.
    public List<PublishedSection> retryPending(PublishedTracks tracks) {
        return matchSections(tracks);
    }

    private List<PublishedSection> matchSections(PublishedTracks tracks) {
        List<PublishedSection> published = new ArrayList<>();
        for (AnsweredSection section : sections) {
            section.match(tracks, answerDue);
            PublishedSection next = section.nextPublished();
            if (next != null) {
                published.add(next);
            }
        }
        return published;
    }

    /// The server ended the track of this section: it stays without one until the client stops
    /// sending there.
    public void unpublish(String mid) {
        for (AnsweredSection section : sections) {
            if (section.mid().equals(mid)) {
                section.unpublish();
            }
        }
    }

    /// Single connection only: a subscribed track wants a section.
    public void addSend(SendRequest request) {
        if (!settings.singleConnection()) {
            throw new IllegalStateException("a publisher connection sends nothing");
        }
        waiting.put(request.id(), request);
        asked = false;
    }

    /// The track is no longer wanted; its section becomes inactive with the next answer.
    public void removeSend(SendId id) {
        waiting.remove(id);
        resumed.values().removeIf(request -> request.id().equals(id));
        for (AnsweredSection section : sections) {
            SendRequest carried = section.send();
            if (carried != null && carried.id().equals(id)) {
                section.release();
                asked = false;
            }
        }
    }

    /// Whether the client should offer again, and was not asked to yet.
    public boolean needsOffer() {
        boolean changed =
                !waiting.isEmpty() || sections.stream().anyMatch(AnsweredSection::isDraining);
        return changed && !asked && version > 0;
    }

    /// What to ask the client for (MediaSectionsRequirement), beyond what it was asked for since
    /// the last answer. Counts tracks that still want to be sent, so that one that left before it
    /// was negotiated is not asked for again and again.
    public MediaSectionsNeeded requireSections() {
        int audios = 0;
        int videos = 0;
        Set<AnsweredSection> taken = new HashSet<>();
        for (SendRequest request : waiting.values()) {
            AnsweredSection free = freeSection(request, taken);
            if (free != null) {
                taken.add(free);
            } else if (request.kind() == MediaKind.AUDIO) {
                audios++;
            } else {
                videos++;
            }
        }
        audios = Math.max(0, audios - askedAudios);
        videos = Math.max(0, videos - askedVideos);
        askedAudios += audios;
        askedVideos += videos;
        asked = true;
        return new MediaSectionsNeeded(audios, videos);
    }

    private @Nullable AnsweredSection freeSection(SendRequest request, Set<AnsweredSection> taken) {
        boolean reuse = settings.quirks().transceiverReuse();
        for (AnsweredSection section : sections) {
            if (section.isFreeFor(request, reuse) && !taken.contains(section)) {
                return section;
            }
        }
        return null;
    }

    /// Answers the last offer, giving free sections to waiting sends.
    public Answer createAnswer() {
        SessionDescription answered = offer;
        if (answered == null) {
            throw new IllegalStateException("there is no offer to answer");
        }
        List<SendId> unsupported = new ArrayList<>();
        fillSections(unsupported);
        DescriptionWriter writer = new DescriptionWriter(local, role);
        Map<String, String> midToTrackId = new LinkedHashMap<>();
        List<RtpSendParameters> sends = new ArrayList<>();
        for (AnsweredSection section : sections) {
            RtpSendParameters before = section.negotiated();
            RtpSendParameters settled = section.settle();
            SendRequest request = section.send();
            if (request != null && settled != null) {
                midToTrackId.put(section.mid(), request.trackSid());
                if (!settled.equals(before)) {
                    sends.add(settled);
                }
            } else if (request != null) {
                section.release();
                unsupported.add(request.id());
            }
            section.write(writer);
        }
        answerDue = false;
        version++;
        asked = false;
        askedAudios = 0;
        askedVideos = 0;
        String sdp =
                writer.finish(settings.sessionId(), version, answered.has("extmap-allow-mixed"));
        return new Answer(sdp, midToTrackId, sends, unsupported);
    }

    private void fillSections(List<SendId> unsupported) {
        resumeSections();
        for (SendRequest request : List.copyOf(waiting.values())) {
            AnsweredSection free = freeSection(request, Set.of());
            if (free != null) {
                free.assign(request);
                waiting.remove(request.id());
            } else if (isRefused(request.kind())) {
                waiting.remove(request.id());
                unsupported.add(request.id());
            }
        }
    }

    private void resumeSections() {
        for (AnsweredSection section : sections) {
            SendRequest request = resumed.remove(section.mid());
            if (request != null && section.isFreeFor(request, true)) {
                section.assign(request);
            } else if (request != null) {
                waiting.put(request.id(), request);
            }
        }
        resumed.values().forEach(request -> waiting.put(request.id(), request));
        resumed.clear();
    }

    /// The client offers sections of that kind, but with none of our codecs: asking for more of
    /// them would never end.
    private boolean isRefused(MediaKind kind) {
        return sections.stream().anyMatch(each -> each.isKind(kind) && each.isIncompatible());
    }
}

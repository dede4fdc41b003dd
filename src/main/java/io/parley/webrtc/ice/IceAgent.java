package io.parley.webrtc.ice;

import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One component's ICE agent: full or lite, either role, trickling, with consent and restarts (RFC
/// 8445, 8838, 7675; TCP is RFC 6544 with the dialling outside). Owned by its peer's media loop.
///
/// | from | on | to |
/// |---|---|---|
/// | NEW | remote credentials | CHECKING |
/// | NEW, CHECKING, DISCONNECTED | a pair works, or is nominated | CONNECTED |
/// | CHECKING | `disconnectedAfter + failedAfter` without a working pair | FAILED |
/// | CONNECTED | `disconnectedAfter` without authenticated traffic, or its TCP closed | DISCONNECTED |
/// | DISCONNECTED | authenticated traffic on the selected path | CONNECTED |
/// | DISCONNECTED | another `failedAfter` of silence | FAILED |
/// | CONNECTED, DISCONNECTED | restart | same, with a fresh silence limit (RFC 8445 §9) |
/// | FAILED | restart, or other remote credentials | CHECKING |
///
/// `Deviates:` any authenticated packet counts as consent, not binding responses alone (RFC 7675
/// §5.1), as LiveKit's timers do (signal.md §6.2).
public final class IceAgent {
    private static final long NEVER = Long.MAX_VALUE;

    private final IceListener listener;
    private final IceSink sink;
    private final boolean lite;
    private final boolean dialTcp;
    private final long disconnectedNs;
    private final long failedNs;
    private final long keepaliveNs;
    private final long consentNs;
    private final long nominationWaitNs;

    private final Checks checks;
    private final Generations generations;
    private final ConsentTimer consent;
    private final StunMessage message = new StunMessage();

    private CandidateFilter filter;
    private @Nullable CandidatePair selected;
    private @Nullable CandidatePair lastNominated;
    private int nominationsInRow;
    private boolean nominated;
    private IceState state = IceState.NEW;
    private long checkingSinceNs;
    private long lastHeardNs;
    private long rttNs = -1;
    private long nextWakeNs = NEVER;

    public IceAgent(
            IceSettings settings,
            IceCredentials local,
            boolean controlling,
            RandomGenerator random,
            IceSink sink,
            IceListener listener) {
        this.listener = listener;
        this.sink = sink;
        this.lite = settings.lite();
        this.dialTcp = settings.dialTcp();
        this.filter = settings.filter();
        this.disconnectedNs = settings.disconnectedAfter().toNanos();
        this.failedNs = settings.failedAfter().toNanos();
        this.keepaliveNs = settings.keepalive().toNanos();
        this.consentNs = settings.consent().toNanos();
        this.nominationWaitNs = settings.nominationWait().toNanos();
        this.checks = new Checks(settings, controlling && !lite, random, sink);
        this.consent = new ConsentTimer(settings, random);
        this.generations = new Generations(local, listener);
    }

    /// The other side's credentials: the first ones start the checks, others than before begin a
    /// new generation, the same ones change nothing. May come after its first checks.
    public void setRemote(long nowNs, IceCredentials remote, boolean remoteLite) {
        if (remoteLite && !lite) {
            checks.becomeControlling(true);
        }
        if (remote.equals(current().remote)) {
            return;
        }
        if (current().remote != null) {
            nextGeneration(nowNs, current().local);
        }
        current().setRemote(remote);
        if (state == IceState.NEW) {
            checkingSinceNs = nowNs;
            moveTo(IceState.CHECKING);
        }
        proceed(nowNs);
    }

    /// A trickled candidate (RFC 8838). What cannot be used is ignored: other components, names,
    /// filtered transports, other generations, more than 64.
    public void addRemoteCandidate(long nowNs, IceCandidate candidate) {
        if (lite || !isUsable(candidate)) {
            return;
        }
        InetSocketAddress address = RemoteAddress.of(candidate.address(), candidate.port());
        if (address == null) {
            return;
        }
        current().remoteCandidates++;
        IcePath path = sink.path(candidate.transport(), address);
        if (path != null) {
            pairWith(nowNs, path, candidate.priority());
        }
        proceed(nowNs);
    }

    /// New local credentials. The selected path keeps its job until a new check succeeds; the other
    /// side's new credentials follow by [#setRemote].
    public void restart(long nowNs, IceCredentials local) {
        nextGeneration(nowNs, local);
        listener.onIceEvent(new IceEvent.Restarted(local.usernameFragment()));
        rearm(nowNs);
    }

    /// From now on only those transports, for candidates and checks of the current generation.
    public void useOnly(CandidateFilter value) {
        filter = value;
    }

    /// Any STUN message that arrived on that path. Only `NONE` says that the sender is the other
    /// side.
    public IceDropReason onStun(long nowNs, byte[] b, int off, int len, IcePath path) {
        IceDropReason drop = message.read(b, off, len);
        if (drop != IceDropReason.NONE) {
            return drop;
        }
        if (state == IceState.FAILED) {
            return IceDropReason.INACTIVE;
        }
        drop =
                switch (message.type()) {
                    case Stun.BINDING_REQUEST -> onRequest(nowNs, path);
                    case Stun.BINDING_SUCCESS, Stun.BINDING_ERROR -> onResponse(nowNs, path);
                    case Stun.BINDING_INDICATION -> IceDropReason.INDICATION;
                    default -> IceDropReason.UNEXPECTED_TYPE;
                };
        rearm(nowNs);
        return drop;
    }

    /// Authenticated packets (SRTP, DTLS) came in on the selected path; those from elsewhere do not
    /// prove it. Once per batch is enough.
    public void onTraffic(long nowNs) {
        lastHeardNs = nowNs;
        if (state == IceState.DISCONNECTED && selected != null) {
            moveTo(IceState.CONNECTED);
            rearm(nowNs);
        }
    }

    /// The TCP connection of that path is gone.
    public void onPathClosed(long nowNs, IcePath path) {
        boolean wasSelected = selected != null && selected.path == path;
        generations.remove(path);
        if (wasSelected) {
            selected = null;
            nominated = false;
            consent.stop();
            replaceSelected(nowNs);
        }
        proceed(nowNs);
    }

    public void onTime(long nowNs) {
        if (nowNs >= nextWakeNs) {
            checkLiveness(nowNs);
            proceed(nowNs);
        }
    }

    public long nextWakeNs() {
        return nextWakeNs;
    }

    public IceState state() {
        return state;
    }

    /// Where media goes, or null while nothing works.
    public @Nullable IcePath selected() {
        return selected == null ? null : selected.path;
    }

    public boolean isNominated() {
        return nominated;
    }

    public boolean isControlling() {
        return checks.isControlling();
    }

    public String localUfrag() {
        return current().local.usernameFragment();
    }

    /// Whether a binding request that names this fragment is for this agent, now.
    public boolean accepts(String usernameFragment) {
        return generations.accepts(usernameFragment);
    }

    /// Of the last answered request on the selected path; -1 while unknown.
    public long rttNs() {
        return rttNs;
    }

    private CheckList current() {
        return generations.current();
    }

    private boolean isUsable(IceCandidate candidate) {
        boolean isReachable =
                candidate.transport() == Transport.UDP
                        || (dialTcp && candidate.tcpType() == TcpType.PASSIVE);
        return isReachable && filter.takes(candidate.transport()) && current().takes(candidate);
    }

    private void pairWith(long nowNs, IcePath path, long remotePriority) {
        CandidatePair known = current().find(path);
        if (known != null) {
            known.remotePriority = remotePriority;
            known.peerReflexive = false;
            return;
        }
        add(nowNs, current(), new CandidatePair(current(), path, remotePriority, false));
    }

    /// False where the list is full of pairs that cannot be given up.
    private boolean add(long nowNs, CheckList list, CandidatePair pair) {
        if (list.isFullFor(pair)) {
            CandidatePair evicted = list.evictable(selected());
            if (evicted == null) {
                return false;
            }
            list.pairs.remove(evicted);
            listener.onIceEvent(new IceEvent.Forgotten(evicted.path));
        }
        pair.heardNs = nowNs;
        list.pairs.add(pair);
        return true;
    }

    private IceDropReason onRequest(long nowNs, IcePath path) {
        CheckList list = generations.ofRequest(message);
        if (list == null) {
            return IceDropReason.UNKNOWN_USERNAME;
        }
        if (!message.hasIntegrity()) {
            return IceDropReason.MISSING_INTEGRITY;
        }
        if (!list.localKey.verifies(message)) {
            return IceDropReason.BAD_INTEGRITY;
        }
        if (list == current() && !filter.takes(path.transport())) {
            return IceDropReason.FILTERED;
        }
        if (message.unknownCount() > 0) {
            checks.refuse(message, list, path, Stun.ERROR_UNKNOWN_ATTRIBUTE);
            return IceDropReason.UNKNOWN_ATTRIBUTE;
        }
        if (!lite && checks.keepsRoleAgainst(message)) {
            checks.refuse(message, list, path, Stun.ERROR_ROLE_CONFLICT);
            return IceDropReason.ROLE_CONFLICT;
        }
        checks.answer(message, list, path);
        onCheck(nowNs, list, path);
        return IceDropReason.NONE;
    }

    /// An authenticated check: an unknown source is a peer-reflexive candidate (RFC 8445 §7.3.1.3).
    private void onCheck(long nowNs, CheckList list, IcePath path) {
        CandidatePair pair = list.find(path);
        if (pair == null) {
            long priority =
                    message.hasPriority()
                            ? message.priority()
                            : IceCandidate.priority(CandidateType.PRFLX, path.transport(), 0);
            pair = new CandidatePair(list, path, priority, true);
            if (!add(nowNs, list, pair)) {
                return;
            }
        }
        heard(nowNs, pair);
        if (message.hasUseCandidate() && !checks.isControlling()) {
            onNomination(nowNs, pair);
        }
        if (!lite) {
            checks.trigger(nowNs, pair);
            considerNomination(nowNs);
        }
    }

    private void heard(long nowNs, CandidatePair pair) {
        pair.heardNs = nowNs;
        if (selected != null && selected.path == pair.path) {
            onTraffic(nowNs);
        }
    }

    /// USE-CANDIDATE while controlled (RFC 8445 §7.3.1.5). A lite agent trusts it as it comes.
    private void onNomination(long nowNs, CandidatePair pair) {
        nominationsInRow = lastNominated == pair ? nominationsInRow + 1 : 1;
        lastNominated = pair;
        if (lite) {
            pair.state = CandidatePair.State.SUCCEEDED;
        }
        if (pair.state == CandidatePair.State.SUCCEEDED) {
            followNomination(nowNs, pair);
        } else {
            pair.nominateOnSuccess = true;
        }
    }

    /// libwebrtc nominates several pairs while it makes up its mind and then only repeats the one
    /// it uses: a better pair is followed at once, a worse one at its second nomination in a row.
    private void followNomination(long nowNs, CandidatePair pair) {
        CandidatePair old = selected;
        boolean follows =
                old == null
                        || !nominated
                        || state != IceState.CONNECTED
                        || (old.list != pair.list && pair.list == current())
                        || pair.priority(false) >= old.priority(false)
                        || nominationsInRow >= 2;
        if (follows) {
            select(nowNs, pair, true);
        }
    }

    private IceDropReason onResponse(long nowNs, IcePath path) {
        CandidatePair pair = generations.ofResponse(message, path);
        if (pair == null) {
            return IceDropReason.UNKNOWN_TRANSACTION;
        }
        StunKey key = pair.list.remoteKey;
        if (!message.hasIntegrity()) {
            return IceDropReason.MISSING_INTEGRITY;
        }
        if (key == null || !key.verifies(message)) {
            return IceDropReason.BAD_INTEGRITY;
        }
        if (message.unknownCount() > 0) {
            return IceDropReason.UNKNOWN_ATTRIBUTE;
        }
        CandidatePair.Purpose purpose = pair.inFlight;
        pair.inFlight = CandidatePair.Purpose.NONE;
        if (message.type() == Stun.BINDING_ERROR) {
            onErrorResponse(nowNs, pair, purpose);
            return IceDropReason.ERROR_RESPONSE;
        }
        onSuccess(nowNs, pair, purpose);
        return IceDropReason.NONE;
    }

    private void onErrorResponse(long nowNs, CandidatePair pair, CandidatePair.Purpose purpose) {
        if (message.errorCode() != Stun.ERROR_ROLE_CONFLICT) {
            if (purpose != CandidatePair.Purpose.CONSENT) {
                pair.state = CandidatePair.State.FAILED;
            }
            return;
        }
        if (pair.sentAsControlling == checks.isControlling()) {
            checks.becomeControlling(!pair.sentAsControlling);
        }
        if (purpose == CandidatePair.Purpose.CHECK) {
            checks.send(nowNs, pair, CandidatePair.Purpose.CHECK);
        }
    }

    private void onSuccess(long nowNs, CandidatePair pair, CandidatePair.Purpose purpose) {
        pair.state = CandidatePair.State.SUCCEEDED;
        pair.list.firstSuccessNs = Math.min(pair.list.firstSuccessNs, nowNs);
        boolean isSelected = selected == null || selected.path == pair.path;
        if (pair.attempts == 1 && isSelected) {
            rttNs = nowNs - pair.sentNs;
        }
        heard(nowNs, pair);
        switch (purpose) {
            case CHECK -> onWorking(nowNs, pair);
            case NOMINATE -> {
                if (pair.sentAsControlling && checks.isControlling()) {
                    select(nowNs, pair, true);
                }
            }
            case CONSENT, NONE -> {}
        }
    }

    private void onWorking(long nowNs, CandidatePair pair) {
        if (pair.nominateOnSuccess && !checks.isControlling()) {
            pair.nominateOnSuccess = false;
            followNomination(nowNs, pair);
        } else if (selected == null || state != IceState.CONNECTED) {
            select(nowNs, pair, false);
        }
        considerNomination(nowNs);
    }

    /// The controlling side's choice (RFC 8445 §8.1.1): the best working pair once nothing better
    /// is pending or the wait is over; later again if the choice fell silent, or from TCP to UDP.
    private void considerNomination(long nowNs) {
        if (!checks.isControlling() || current().isNominating()) {
            return;
        }
        boolean chosen = hasChosen();
        long sinceNs = chosen && isSilent(nowNs) ? nowNs - keepaliveNs : Long.MIN_VALUE;
        CandidatePair best = current().bestSucceeded(true, sinceNs);
        if (best == null || (chosen && !isBetterChoice(nowNs, best))) {
            return;
        }
        boolean waits = !chosen && nowNs < nominationDueNs();
        if (!waits || !current().hasPendingAbove(best, true)) {
            checks.send(nowNs, best, CandidatePair.Purpose.NOMINATE);
        }
    }

    private boolean hasChosen() {
        return nominated && selected != null && selected.list == current();
    }

    private boolean isBetterChoice(long nowNs, CandidatePair best) {
        CandidatePair old = selected;
        if (old == null || best == old) {
            return false;
        }
        return isSilent(nowNs)
                || (old.path.transport() == Transport.TCP
                        && best.path.transport() == Transport.UDP);
    }

    /// At least one consent request went unanswered and nothing else was heard since.
    private boolean isSilent(long nowNs) {
        return selected != null
                && selected.inFlight == CandidatePair.Purpose.CONSENT
                && selected.attempts >= 2
                && nowNs - lastHeardNs > keepaliveNs;
    }

    private long nominationDueNs() {
        return current().firstSuccessNs == NEVER
                ? NEVER
                : current().firstSuccessNs + nominationWaitNs;
    }

    private void select(long nowNs, CandidatePair pair, boolean byNomination) {
        CandidatePair old = selected;
        boolean isNews =
                old == null
                        || old.path != pair.path
                        || old.list != pair.list
                        || (byNomination && !nominated);
        selected = pair;
        nominated = byNomination;
        pair.nominated = byNomination;
        lastHeardNs = nowNs;
        if (pair.list == current()) {
            generations.endPrevious(pair.path);
        }
        if (byNomination) {
            pair.list.freezeBelow(pair, checks.isControlling());
        }
        if (!lite && (isNews || !consent.isRunning())) {
            consent.start(nowNs);
        }
        if (isNews) {
            listener.onIceEvent(new IceEvent.Selected(pair.path, byNomination));
        }
        moveTo(IceState.CONNECTED);
    }

    private void replaceSelected(long nowNs) {
        CandidatePair next = current().bestSucceeded(checks.isControlling(), nowNs - consentNs);
        if (next != null) {
            select(nowNs, next, false);
        } else if (state == IceState.CONNECTED) {
            moveTo(IceState.DISCONNECTED);
            current().thaw();
        }
    }

    private void nextGeneration(long nowNs, IceCredentials local) {
        generations.begin(local, selected);
        lastNominated = null;
        lastHeardNs = nowNs;
        checkingSinceNs = nowNs;
        if (state == IceState.FAILED) {
            generations.endPrevious(null);
            moveTo(IceState.CHECKING);
        }
    }

    private void checkLiveness(long nowNs) {
        if (nowNs < livenessDueNs()) {
            return;
        }
        if (state == IceState.CONNECTED) {
            moveTo(IceState.DISCONNECTED);
            current().thaw();
            return;
        }
        selected = null;
        nominated = false;
        consent.stop();
        moveTo(IceState.FAILED);
    }

    private long livenessDueNs() {
        return switch (state) {
            case NEW, FAILED -> NEVER;
            case CHECKING -> checkingSinceNs + disconnectedNs + failedNs;
            case CONNECTED -> lastHeardNs + disconnectedNs;
            case DISCONNECTED -> lastHeardNs + disconnectedNs + failedNs;
        };
    }

    /// Sends whatever is due and asks for the next wake-up.
    private void proceed(long nowNs) {
        if (!lite && state != IceState.FAILED) {
            CheckList previous = generations.previous();
            if (previous != null) {
                checks.onTime(nowNs, previous);
            }
            checks.onTime(nowNs, current());
            if (selected != null && nowNs >= consent.nextNs()) {
                sendConsent(nowNs, selected);
            }
            considerNomination(nowNs);
        }
        rearm(nowNs);
    }

    private void sendConsent(long nowNs, CandidatePair pair) {
        boolean busy =
                pair.inFlight == CandidatePair.Purpose.CHECK
                        || pair.inFlight == CandidatePair.Purpose.NOMINATE;
        if (!busy) {
            checks.send(nowNs, pair, CandidatePair.Purpose.CONSENT);
        }
        consent.next(nowNs, lastHeardNs);
    }

    private void moveTo(IceState next) {
        if (state != next) {
            state = next;
            listener.onIceEvent(new IceEvent.StateChanged(next));
        }
    }

    private void rearm(long nowNs) {
        long wake = Math.min(livenessDueNs(), consent.nextNs());
        if (!lite && state != IceState.FAILED) {
            wake = Math.min(wake, checks.nextWakeNs(current()));
            CheckList previous = generations.previous();
            wake = previous == null ? wake : Math.min(wake, checks.nextWakeNs(previous));
            long nominationNs = nominationDueNs();
            boolean waits = checks.isControlling() && !hasChosen() && nominationNs > nowNs;
            wake = waits ? Math.min(wake, nominationNs) : wake;
        }
        nextWakeNs = wake;
    }
}

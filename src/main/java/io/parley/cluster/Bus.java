package io.parley.cluster;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The only door to the event bus. Rooms, sessions and connections are local consumers; each node
/// has one clustered consumer, `node.<id>`, which hands messages on to them (10,000 clustered
/// registrations would cost seconds at each node's death). Messages from one sender to one address
/// keep their order. Used from every thread of the node.
public final class Bus {
    static final DeliveryOptions LOCAL =
            new DeliveryOptions().setLocalOnly(true).setCodecName(BusMessageCodec.NAME);
    static final String HEARTBEAT = "!heartbeat";

    private static final String LEAVING = "!leaving";
    private static final String PROBE = "!probe";
    private static final String NOBODY = "!nobody";

    /// The answer to a request that came too late; it was not carried out.
    private static final String LATE = "!late";

    private static final Logger LOG = LoggerFactory.getLogger(Bus.class);
    private static final String TO = "to";
    private static final String FROM = "from";
    private static final String CONTACT = "contact";
    private static final String TIMEOUT_MS = "timeout_ms";

    private final VertxInternal vertx;
    private final EventBus eventBus;
    private final NodeId self;
    private final NodePairs pairs = new NodePairs();
    private final Contacts contacts = new Contacts();
    private final Map<String, Integer> consumers = new ConcurrentHashMap<>();
    private final Map<String, RoomOpening> openings = new ConcurrentHashMap<>();
    private final PendingCalls pending = new PendingCalls();
    private final OwnRooms rooms = new OwnRooms();
    private final AtomicReference<Optional<Hosting>> hosting =
            new AtomicReference<>(Optional.empty());

    private final AtomicReference<Neighbour> neighbour = new AtomicReference<>(Neighbour.NONE);

    /// What this node tells other nodes about itself, and hears about them.
    interface Neighbour {
        Neighbour NONE =
                new Neighbour() {
                    @Override
                    public BusMessage onHeartbeat() {
                        return BusMessage.of(HEARTBEAT);
                    }

                    @Override
                    public void onLeaving(NodeId node) {
                        // Nobody counts the nodes.
                    }
                };

        BusMessage onHeartbeat();

        /// The node says that it is about to leave in good order.
        void onLeaving(NodeId node);
    }

    private record Hosting(RoomDirectory directory, RoomHost host) {}

    private Bus(Vertx vertx, NodeId self) {
        this.vertx = (VertxInternal) vertx;
        this.eventBus = vertx.eventBus();
        this.self = self;
    }

    /// Registers this node's address. Once for each Vertx.
    public static Future<Bus> start(Vertx vertx, NodeId self) {
        var bus = new Bus(vertx, self);
        bus.eventBus.registerDefaultCodec(BusMessage.class, new BusMessageCodec());
        var consumer = bus.eventBus.<BusMessage>consumer(Addresses.node(self), bus::onEnvelope);
        return consumer.completion().map(bus);
    }

    /// From now on messages for rooms that the directory places here open them.
    public void host(RoomDirectory directory, RoomHost host) {
        hosting.set(Optional.of(new Hosting(directory, host)));
    }

    void neighbour(Neighbour listener) {
        neighbour.set(listener);
    }

    /// Nobody waits any longer for nodes that have gone or do not answer.
    void onNode(NodeEvent event) {
        switch (event) {
            case NodeEvent.Left _, NodeEvent.BusFault _ -> pending.onSilent(event.node());
            case NodeEvent.Joined _, NodeEvent.BusHealed _ -> pending.onHeard(event.node());
        }
    }

    /// Listens at an address of this node; the handler runs on the caller's context.
    public BusConsumer consume(String address, Handler<BusRequest> handler) {
        var consumer =
                eventBus.<BusMessage>localConsumer(
                        address, message -> handler.handle(new BusRequest(message)));
        consumers.merge(address, 1, Integer::sum);
        var open = new AtomicReference<>(true);
        return () -> {
            if (open.getAndSet(false)) {
                consumers.computeIfPresent(address, (_, count) -> withoutOne(address, count));
            }
            return consumer.unregister();
        };
    }

    private @Nullable Integer withoutOne(String address, int count) {
        if (count > 1) {
            return count - 1;
        }
        if (Addresses.isRoom(address)) {
            rooms.onClosed(Addresses.roomOf(address));
        }
        return null;
    }

    /// Sends without an answer, at most once; a message to nobody is dropped.
    public void send(NodeId node, String address, BusMessage message) {
        send(node, address, message, () -> {});
    }

    /// As [#send]; `onLost` runs if the message certainly did not leave this node.
    public void send(NodeId node, String address, BusMessage message, Runnable onLost) {
        if (node.equals(self)) {
            deliver(new Delivery(address, message, Optional.empty(), 0));
            return;
        }
        var producer = eventBus.<BusMessage>sender(Addresses.node(node), envelope(address));
        pairs.write(node, message.sizeBytes(), () -> producer.write(message))
                .onFailure(_ -> onLost.run());
    }

    /// Whether that node keeps up with what this one sends it; if not, `then` runs once it does, on
    /// any thread.
    public boolean isReady(NodeId node, Runnable then) {
        return node.equals(self) || pairs.isReady(node, then);
    }

    /// Sends to everybody who listens at that address of this node.
    public void publish(String address, BusMessage message) {
        eventBus.publish(address, message, LOCAL);
    }

    /// Sends and waits for the answer. A failure is always a [BusFailure]; the future completes on
    /// the caller's context.
    public Future<BusMessage> request(
            NodeId node, String address, BusMessage message, Duration timeout) {
        if (node.equals(self)) {
            ContextInternal context = vertx.getOrCreateContext();
            Promise<BusMessage> answer = context.promise();
            deliver(new Delivery(address, message, Optional.of(answer), timeout.toMillis()));
            return answer.future();
        }
        if (pending.isSilent(node)) {
            return Future.failedFuture(
                    new BusFailure(BusFailure.Kind.UNREACHABLE, "the node does not answer"));
        }
        Promise<BusMessage> answer = vertx.getOrCreateContext().promise();
        pending.add(node, answer);
        ask(node, address, message, timeout)
                .compose(reply ->
                        reply.isOp(LATE) && !answer.future().isComplete()
                                ? ask(node, address, message, timeout)
                                : Future.succeededFuture(reply))
                .compose(reply ->
                        reply.isOp(LATE) ? Future.failedFuture(late()) : Failures.unwrap(reply))
                .onComplete(answer::tryComplete, answer::tryFail);
        return answer.future()
                .eventually(() -> {
                    pending.remove(node, answer);
                    return Future.succeededFuture();
                });
    }

    private Future<BusMessage> ask(
            NodeId node, String address, BusMessage message, Duration timeout) {
        var options =
                fromHere(address)
                        .addHeader(CONTACT, String.valueOf(contacts.numberFor(node)))
                        .addHeader(TIMEOUT_MS, String.valueOf(timeout.toMillis()))
                        .setSendTimeout(timeout.toMillis());
        return call(node, message, options)
                .onSuccess(answer -> learn(node, answer))
                .recover(e -> Future.failedFuture(unreachable(e)));
    }

    private Future<BusMessage> call(NodeId node, BusMessage message, DeliveryOptions options) {
        return pairs.write(
                        node,
                        message.sizeBytes(),
                        () -> eventBus.<BusMessage>request(Addresses.node(node), message, options))
                .map(Message::body);
    }

    /// Also from a refusal, so that the second request names the right number.
    private void learn(NodeId node, BusMessage answer) {
        answer.number(CONTACT).ifPresent(number -> contacts.onTold(node, number));
    }

    private static BusFailure late() {
        return new BusFailure(BusFailure.Kind.NO_CONSUMER, "the node had lost sight of this one");
    }

    /// Whether somebody listens at that address on that node; fails if the node does not answer.
    public Future<Boolean> isConsumed(NodeId node, String address, Duration timeout) {
        if (node.equals(self)) {
            return Future.succeededFuture(consumers.containsKey(address));
        }
        var options = envelope(address).setSendTimeout(timeout.toMillis());
        return call(node, BusMessage.of(PROBE), options).map(answer -> answer.isOp(PROBE));
    }

    /// What that node says about itself and the others; fails if it does not answer on the bus.
    Future<BusMessage> heartbeat(NodeId node, Duration timeout) {
        var options = fromHere("").setSendTimeout(timeout.toMillis());
        return eventBus.<BusMessage>request(Addresses.node(node), BusMessage.of(HEARTBEAT), options)
                .map(Message::body)
                .onSuccess(answer -> learn(node, answer));
    }

    /// Tells that node that this one leaves in good order; done when it has taken note.
    Future<Void> sayLeaving(NodeId node, Duration timeout) {
        var options = envelope(self.value()).setSendTimeout(timeout.toMillis());
        return eventBus.request(Addresses.node(node), BusMessage.of(LEAVING), options).mapEmpty();
    }

    public NodeId self() {
        return self;
    }

    OwnRooms rooms() {
        return rooms;
    }

    public NodePairs pairs() {
        return pairs;
    }

    Vertx vertx() {
        return vertx;
    }

    private static BusFailure unreachable(Throwable cause) {
        return Failures.of(cause, BusFailure.Kind.UNREACHABLE);
    }

    private static DeliveryOptions envelope(String address) {
        return new DeliveryOptions().setCodecName(BusMessageCodec.NAME).addHeader(TO, address);
    }

    private DeliveryOptions fromHere(String address) {
        return envelope(address).addHeader(FROM, self.value());
    }

    private void onEnvelope(Message<BusMessage> envelope) {
        if (envelope.body().isOp(HEARTBEAT)) {
            long contact = onHeard(envelope);
            envelope.reply(neighbour.get().onHeartbeat().with(CONTACT, contact));
            return;
        }
        String to = Objects.requireNonNull(envelope.headers().get(TO), "envelope without address");
        if (envelope.body().isOp(LEAVING)) {
            neighbour.get().onLeaving(new NodeId(to));
            envelope.reply(BusMessage.of(LEAVING));
            return;
        }
        if (envelope.body().isOp(PROBE)) {
            envelope.reply(BusMessage.of(consumers.containsKey(to) ? PROBE : NOBODY));
            return;
        }
        if (envelope.replyAddress() == null) {
            deliver(new Delivery(to, envelope.body(), Optional.empty(), 0));
            return;
        }
        long contact = onHeard(envelope);
        if (!String.valueOf(contact).equals(envelope.headers().get(CONTACT))) {
            envelope.reply(BusMessage.of(LATE).with(CONTACT, contact));
            return;
        }
        Promise<BusMessage> answer = Promise.promise();
        answer.future()
                .onComplete(envelope::reply, failure -> envelope.reply(Failures.message(failure)));
        long timeoutMs = Long.parseLong(Objects.requireNonNull(envelope.headers().get(TIMEOUT_MS)));
        deliver(new Delivery(to, envelope.body(), Optional.of(answer), timeoutMs));
    }

    private long onHeard(Message<BusMessage> envelope) {
        String from = Objects.requireNonNull(envelope.headers().get(FROM), "nobody has sent it");
        return contacts.onHeard(new NodeId(from), System.nanoTime());
    }

    private void deliver(Delivery delivery) {
        var opening = openings.get(delivery.address());
        if (opening != null && opening.offer(delivery)) {
            return;
        }
        if (consumers.containsKey(delivery.address())) {
            hand(delivery);
        } else if (Addresses.isRoom(delivery.address())) {
            open(delivery);
        } else {
            delivery.fail(noConsumer(delivery));
        }
    }

    private static BusFailure noConsumer(Delivery delivery) {
        return new BusFailure(
                BusFailure.Kind.NO_CONSUMER, "nobody listens at " + delivery.address());
    }

    private void hand(Delivery delivery) {
        if (delivery.answer().isEmpty()) {
            eventBus.send(delivery.address(), delivery.message(), LOCAL);
            return;
        }
        var options = new DeliveryOptions(LOCAL).setSendTimeout(delivery.timeoutMs());
        eventBus.<BusMessage>request(delivery.address(), delivery.message(), options)
                .compose(reply -> Failures.unwrap(reply.body()))
                .onComplete(
                        delivery::succeed,
                        e -> delivery.fail(Failures.of(e, BusFailure.Kind.NO_CONSUMER)));
    }

    private void open(Delivery delivery) {
        var fresh = new RoomOpening(delivery);
        var present = openings.putIfAbsent(delivery.address(), fresh);
        if (present != null) {
            if (!present.offer(delivery)) {
                openings.remove(delivery.address(), present);
                deliver(delivery);
            }
            return;
        }
        openHere(Addresses.roomOf(delivery.address()))
                .onComplete(
                        _ -> finish(delivery.address(), fresh, this::hand),
                        e -> finish(delivery.address(), fresh, d -> d.fail(e)));
    }

    private Future<Void> openHere(RoomName room) {
        var here = hosting.get();
        if (here.isEmpty()) {
            return Future.failedFuture(notOwner(0));
        }
        return here.get()
                .directory()
                .find(room)
                .compose(location -> openIfOurs(here.get(), room, location));
    }

    private Future<Void> openIfOurs(Hosting here, RoomName room, Optional<RoomLocation> location) {
        if (location.isEmpty() || !location.get().node().equals(self)) {
            return Future.failedFuture(notOwner(location.map(RoomLocation::epoch).orElse(0L)));
        }
        if (consumers.containsKey(Addresses.room(room))) {
            return Future.succeededFuture();
        }
        LOG.debug("Opening a room on demand. room={} epoch={}", room, location.get().epoch());
        rooms.onOpening(room, location.get().epoch());
        return here.host().open(room, location.get().epoch()).onFailure(_ -> rooms.onClosed(room));
    }

    private static BusFailure notOwner(long epoch) {
        return new BusFailure(
                BusFailure.Kind.NOT_OWNER, "unavailable", "the room is elsewhere", epoch);
    }

    /// Messages that come while the queue is drained go to its end, so that nothing overtakes.
    private void finish(String address, RoomOpening opening, Handler<Delivery> each) {
        for (var next = opening.takeOrFinish(); next.isPresent(); next = opening.takeOrFinish()) {
            each.handle(next.get());
        }
        openings.remove(address, opening);
    }
}

package io.parley.chaos;

import io.parley.scenario.RoomApi;
import io.parley.scenario.Waiting;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import livekit.LivekitModels.Room;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRoom.ListRoomsRequest;
import livekit.LivekitRoom.ListRoomsResponse;
import org.jspecify.annotations.Nullable;

/// Where one run happens: sets up the network, the nodes and the clients, plays the schedule, waits
/// for quiet and gathers the evidence. Leaves nothing behind but files.
final class Stage implements AutoCloseable {
    static final String WHO = "stage";
    static final Duration WARM_LIMIT = Duration.ofSeconds(30);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);
    private static final Duration CALM_LIMIT = Duration.ofSeconds(75);
    private static final Duration HOSTED_LIMIT = Duration.ofSeconds(20);
    private static final Duration HOSTED_PAUSE = Duration.ofMillis(500);
    private static final Duration API_LIMIT = Duration.ofSeconds(10);
    private static final long QUIET_NS = 2_000_000_000L;
    private static final long CALM_PAUSE_MS = 250;
    private static final int ENOUGH_IDLE_PERCENT = 25;

    private final Run run;
    private final List<Step> schedule;
    private final EventLog log;
    private final Network network;
    private final List<NodeProcess> nodes = new ArrayList<>();
    private final FrontDoor door;
    private final Fleet fleet;
    private final @Nullable RedisProcess redis;
    private final MetadataWriter writer;
    private final Map<Integer, CpuLimit> starved = new ConcurrentHashMap<>();
    private final Map<String, Long> deaths = new ConcurrentHashMap<>();
    private final Map<String, Long> wakes = new ConcurrentHashMap<>();
    private final List<String> drains = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private volatile boolean disturbed;
    private volatile boolean abandoned;
    private long startNs;

    Stage(Run run, long seed, Path directory) {
        this.run = run;
        Run.Shape shape = run.shape();
        var random = new Random(seed);
        this.schedule = run.schedule(random);
        this.log = new EventLog(directory.resolve("events.jsonl"));
        this.network =
                shape.place() == Run.Place.NAMESPACES
                        ? new NamespaceNetwork(shape.allNodes())
                        : new LoopbackNetwork();
        String address = network.clients().getHostAddress();
        this.redis = shape.redis() ? new RedisProcess(directory, address) : null;
        List<String> flags = flags(seed);
        for (int node = 1; node <= shape.allNodes(); node++) {
            nodes.add(new NodeProcess(node, network, directory, flags));
        }
        List<NodeAddress> addresses = nodes.stream().map(NodeProcess::address).toList();
        this.door = new FrontDoor(addresses);
        this.fleet = new Fleet(shape, door, log, network.clients(), random);
        List<NodeAddress> written = addresses.subList(0, shape.nodes());
        this.writer = new MetadataWriter(fleet.rooms(), written, () -> disturbed, log, seed);
    }

    private List<String> flags(long seed) {
        List<String> members = new ArrayList<>();
        for (int node = 1; node <= run.shape().allNodes(); node++) {
            NodePorts ports = network.ports(node);
            members.add(ports.host() + ":" + ports.cluster());
        }
        List<String> flags = new ArrayList<>();
        flags.addAll(List.of("--cluster-name", "chaos-%s-%d".formatted(run.name(), seed)));
        flags.addAll(List.of("--cluster-members", String.join(",", members)));
        RedisProcess store = redis;
        if (store != null) {
            flags.addAll(List.of("--redis.address", store.address()));
            flags.addAll(List.of("--redis.password", RedisProcess.PASSWORD));
        }
        return flags;
    }

    List<Step> schedule() {
        return schedule;
    }

    // ---- before

    /// Everybody is in and hears everybody.
    void prepare() {
        RedisProcess store = redis;
        if (store != null) {
            store.start(RedisProcess.PASSWORD);
        }
        perform(new Step.Start(1));
        List<NodeProcess> others = nodes.subList(1, run.shape().nodes());
        others.forEach(NodeProcess::start);
        others.forEach(node -> node.awaitServing(START_LIMIT));
        Waits.until("the cluster is whole", START_LIMIT, this::isWhole);
        door.open();
        Waits.until(
                "the front door sees all nodes",
                START_LIMIT,
                () -> living().stream().allMatch(node -> door.isHealthy(node.number())));
        createRooms();
        fleet.joinAll();
        Waits.until(
                "everybody hears everybody",
                START_LIMIT,
                () -> new SightRules(fleet.sights()).isCalm());
        log.event(WHO, "ready", load());
    }

    /// Until the compilers of a start leave the machine some air, at most [#WARM_LIMIT]; says how
    /// it is.
    String warm() {
        var idle = new IdleCpu();
        long endNs = System.nanoTime() + WARM_LIMIT.toNanos();
        int calm = 0;
        int percent = 0;
        while (calm < 2 && System.nanoTime() < endNs) {
            sleep(Duration.ofSeconds(1));
            percent = idle.percent();
            calm = percent >= ENOUGH_IDLE_PERCENT ? calm + 1 : 0;
        }
        String how = "%d %% of the CPU idle, %s".formatted(percent, load());
        log.event(WHO, "warm", how);
        return how;
    }

    private boolean isWhole() {
        return living().stream()
                .allMatch(node ->
                        node.clusterPage()
                                .map(page -> page.getJsonArray("nodes").size() == living().size())
                                .orElse(false));
    }

    private void createRooms() {
        List<NodeProcess> owners =
                living().stream().filter(node -> node.number() != run.shape().ownerless()).toList();
        List<String> rooms = fleet.rooms();
        for (int i = 0; i < rooms.size(); i++) {
            NodeProcess owner = owners.get(i % owners.size());
            var request =
                    CreateRoomRequest.newBuilder()
                            .setName(rooms.get(i))
                            .setNodeId(owner.id())
                            .build();
            new RoomApi(owner.address().url(), API_LIMIT)
                    .call("CreateRoom", rooms.get(i), request, Room.parser());
        }
    }

    private List<NodeProcess> living() {
        return nodes.stream().filter(NodeProcess::isAlive).toList();
    }

    private NodeProcess node(int number) {
        return nodes.get(number - 1);
    }

    static String load() {
        double load =
                java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                        .getSystemLoadAverage();
        return "load average %.1f".formatted(load);
    }

    // ---- during

    /// Plays the schedule; what it does is printed as it happens.
    void play() {
        startNs = System.nanoTime();
        writer.start();
        if (run.shape().guests()) {
            fleet.invite();
        }
        boolean inFault = false;
        for (Step step : schedule) {
            if (step.isFault()) {
                writer.rest(1);
                if (inFault) {
                    faults.add(faults.removeLast().with(step));
                } else {
                    faults.add(fault(step));
                }
            }
            inFault = step.isFault();
            log.event(WHO, "step", step.toString());
            say(step.toString());
            perform(step);
        }
        writer.rest(2);
    }

    private Fault fault(Step step) {
        String hit = step.hit() == 0 ? "" : node(step.hit()).id();
        Map<String, String> owners = new TreeMap<>();
        directory()
                .values()
                .forEach(page ->
                        page.forEach((room, owner) -> owners.put(room, owner.split(" ", 2)[0])));
        return new Fault(System.nanoTime(), List.of(step), hit, owners);
    }

    private void say(String what) {
        double seconds = (System.nanoTime() - startNs) / 1e9;
        System.out.printf("  %+8.3f s  %s%n", seconds, what);
    }

    private void perform(Step step) {
        if (abandoned) {
            throw new IllegalStateException("given up");
        }
        switch (step) {
            case Step.Pause(Duration time) -> sleep(time);
            case Step.Warm() -> {
                String _ = warm();
            }
            case Step.Kill(int number) -> {
                node(number).kill();
                deaths.put(node(number).id(), System.nanoTime());
            }
            case Step.Stop(int number) -> {
                disturbed = true;
                node(number).signal("STOP");
            }
            case Step.Continue(int number) -> {
                wakes.put(node(number).id(), System.nanoTime());
                node(number).signal("CONT");
                disturbed = false;
            }
            case Step.Terminate(int number, Duration limit) -> terminate(node(number), limit);
            case Step.Start(int number) -> {
                node(number).start();
                node(number).awaitServing(START_LIMIT);
                Waits.until("the cluster is whole", START_LIMIT, this::isWhole);
            }
            case Step.Cut(int from, int to) -> {
                disturbed = true;
                network.cut(from, to);
            }
            case Step.CutBus(int number) -> {
                disturbed = true;
                network.cutBus(number);
            }
            case Step.Lose(double share) -> network.lose(share);
            case Step.Heal() -> {
                network.heal();
                disturbed = false;
            }
            case Step.Starve(int number, int percent) -> {
                var limit = new CpuLimit(node(number).pid());
                starved.put(number, limit);
                log.event(WHO, "starved", limit.limit(percent));
            }
            case Step.Feed(int number) ->
                    Optional.ofNullable(starved.remove(number)).ifPresent(CpuLimit::close);
            case Step.KillRedis() -> store().stop();
            case Step.StartRedis(boolean right) ->
                    store().start(right ? RedisProcess.PASSWORD : "another-password");
            case Step.StopRedis() -> store().signal("STOP");
            case Step.ContinueRedis() -> store().signal("CONT");
        }
    }

    private RedisProcess store() {
        RedisProcess store = redis;
        if (store == null) {
            throw new IllegalStateException("this run has no Redis");
        }
        return store;
    }

    private void terminate(NodeProcess node, Duration limit) {
        long begunNs = System.nanoTime();
        node.signal("TERM");
        Optional<Integer> status = node.awaitEnd(limit);
        String how =
                "node %d after SIGTERM: status %s after %d ms"
                        .formatted(
                                node.number(),
                                status.map(String::valueOf).orElse("none"),
                                (System.nanoTime() - begunNs) / 1_000_000);
        log.event(WHO, "ended", how);
        say(how);
        if (status.isEmpty()) {
            node.kill();
        }
        if (status.isEmpty() || status.get() != 0) {
            drains.add(how);
        }
        deaths.put(node.id(), System.nanoTime());
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    // ---- after

    /// Waits until all is as it should be, for a while, and takes down what is.
    Evidence settle() {
        fleet.sayGoodbye();
        boolean calm = awaitCalm(SETTLE_LIMIT);
        writer.close();
        calm = awaitCalm(CALM_LIMIT.minus(SETTLE_LIMIT)) && calm;
        log.event(WHO, "settled", "%s, %s".formatted(calm ? "calm" : "not calm", load()));
        say(calm ? "everything is at rest" : "not everything is at rest");
        long endNs = System.nanoTime();
        List<JournalEntry> journal = new ArrayList<>();
        nodes.forEach(node -> journal.addAll(JournalEntry.read(node.journal())));
        return new Evidence(
                run,
                startNs,
                endNs,
                calm,
                List.copyOf(faults),
                Map.copyOf(deaths),
                Map.copyOf(wakes),
                List.copyOf(drains),
                journal,
                writer.writes(),
                reads(),
                directory(),
                hosted(),
                fleet.sights(),
                log.events(),
                new FleetSound(fleet));
    }

    private boolean awaitCalm(Duration limit) {
        long endNs = System.nanoTime() + limit.toNanos();
        long calmSinceNs = Long.MAX_VALUE;
        while (System.nanoTime() < endNs) {
            long nowNs = System.nanoTime();
            boolean calm = new SightRules(fleet.sights()).isCalm() && isOwned();
            calmSinceNs = calm ? Math.min(calmSinceNs, nowNs) : Long.MAX_VALUE;
            if (calm && nowNs - calmSinceNs > QUIET_NS) {
                return true;
            }
            sleep(Duration.ofMillis(CALM_PAUSE_MS));
        }
        return false;
    }

    private boolean isOwned() {
        Map<String, Map<String, String>> pages = directory();
        return pages.size() == living().size() && pages.values().stream().distinct().count() == 1;
    }

    /// Each room's owner and epoch, by the node that says so.
    private Map<String, Map<String, String>> directory() {
        Set<String> rooms = new TreeSet<>(fleet.rooms());
        Map<String, Map<String, String>> pages = new TreeMap<>();
        for (NodeProcess node : living()) {
            node.clusterPage()
                    .ifPresent(page -> pages.put("node " + node.number(), owners(page, rooms)));
        }
        return pages;
    }

    private static Map<String, String> owners(JsonObject page, Set<String> rooms) {
        Map<String, String> owners = new TreeMap<>();
        for (JsonObject room : objects(page.getJsonArray("rooms"))) {
            if (rooms.contains(room.getString("name"))) {
                owners.put(
                        room.getString("name"),
                        room.getString("owner") + " epoch " + room.getLong("epoch"));
            }
        }
        return owners;
    }

    private static List<JsonObject> objects(JsonArray array) {
        List<JsonObject> objects = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            objects.add(array.getJsonObject(i));
        }
        return objects;
    }

    private Map<String, Set<String>> hosted() {
        Map<String, Set<String>> hosted = new HashMap<>();
        living().forEach(node -> hosted.put(node.id(), hostedBy(node)));
        return hosted;
    }

    /// A node without CPU to spare may not hear from all of its rooms in time: it is asked again.
    private Set<String> hostedBy(NodeProcess node) {
        List<JsonObject> rooms = new ArrayList<>();
        boolean told =
                Waiting.within(
                        HOSTED_LIMIT,
                        HOSTED_PAUSE,
                        () -> {
                            Optional<List<JsonObject>> page = roomsPage(node);
                            rooms.clear();
                            page.ifPresent(rooms::addAll);
                            return page.isPresent()
                                    && rooms.stream().noneMatch(room -> room.containsKey("error"));
                        });
        List<JsonObject> dead = rooms.stream().filter(room -> !isAlive(room)).toList();
        log.event(
                WHO,
                told ? "rooms" : "rooms-unknown",
                "node %d: %d listed, not alive %s".formatted(node.number(), rooms.size(), dead));
        return rooms.stream()
                .filter(Stage::isAlive)
                .map(room -> room.getString("name"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isAlive(JsonObject room) {
        return room.containsKey("numParticipants") && !room.getBoolean("closed", false);
    }

    private static Optional<List<JsonObject>> roomsPage(NodeProcess node) {
        return Http.get(node.address().debugUrl() + "/debug/rooms", API_LIMIT)
                .map(page -> objects(new JsonArray(page)));
    }

    private Map<String, Map<String, String>> reads() {
        Map<String, Map<String, String>> reads = new TreeMap<>();
        for (NodeProcess node : living()) {
            var request = ListRoomsRequest.newBuilder().addAllNames(fleet.rooms()).build();
            try {
                new RoomApi(node.address().url(), API_LIMIT)
                        .call("ListRooms", "", request, ListRoomsResponse.parser())
                        .getRoomsList()
                        .forEach(room ->
                                reads.computeIfAbsent(room.getName(), _ -> new TreeMap<>())
                                        .put("node " + node.number(), room.getMetadata()));
            } catch (RoomApi.Failed | IllegalStateException e) {
                log.event(WHO, "read-failed", "node %d: %s".formatted(node.number(), e));
            }
        }
        return reads;
    }

    /// Ends everything, in whatever state it is.
    @Override
    public void close() {
        List<Runnable> ends = new ArrayList<>();
        ends.add(writer::close);
        ends.add(fleet::close);
        ends.add(door::close);
        ends.add(this::endProcesses);
        ends.add(network::close);
        ends.add(log::close);
        for (Runnable end : ends) {
            try {
                end.run();
            } catch (RuntimeException e) {
                System.err.println("chaos: while ending: " + e);
            }
        }
    }

    /// What must not outlive this process.
    void endProcesses() {
        starved.values().forEach(CpuLimit::close);
        nodes.forEach(NodeProcess::kill);
        RedisProcess store = redis;
        if (store != null) {
            store.close();
        }
    }

    /// As [#close], in a hurry: the machine is left as it was.
    void abandon() {
        abandoned = true;
        endProcesses();
        network.close();
        log.close();
    }
}

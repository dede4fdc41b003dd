package io.parley.chaos;

import java.util.List;
import java.util.random.RandomGenerator;

/// A failure run: who is there, what happens, and what must come of it.
record Run(String name, String about, Shape shape, Goals goals, Script script) {
    /// Where the nodes are.
    enum Place {
        LOOPBACK,
        NAMESPACES
    }

    /// The schedule that belongs to a seed.
    interface Script {
        List<Step> steps(RandomGenerator random, Shape shape);
    }

    /// @param nodes how many are started before anybody joins, of `allNodes`
    /// @param members of each room
    /// @param media whether clients have peer connections
    /// @param allAt the node that all clients join through, or 0: by the seed
    /// @param ownerless the node that gets no rooms, or 0
    /// @param guests whether people come and go all the time
    /// @param redis whether the nodes keep their rooms in Redis
    record Shape(
            Place place,
            int allNodes,
            int nodes,
            int rooms,
            int members,
            boolean media,
            int allAt,
            int ownerless,
            boolean guests,
            boolean redis) {

        static Shape of(int nodes, int rooms, int members) {
            return new Shape(
                    Place.LOOPBACK, nodes, nodes, rooms, members, true, 0, 0, false, false);
        }

        Shape inNamespaces() {
            return new Shape(
                    Place.NAMESPACES,
                    allNodes,
                    nodes,
                    rooms,
                    members,
                    media,
                    allAt,
                    ownerless,
                    guests,
                    redis);
        }

        Shape sized(int newRooms, int newMembers) {
            return new Shape(
                    place,
                    allNodes,
                    nodes,
                    newRooms,
                    newMembers,
                    media,
                    allAt,
                    ownerless,
                    guests,
                    redis);
        }

        Shape withoutRoomsAt(int node) {
            return new Shape(
                    place, allNodes, nodes, rooms, members, media, allAt, node, guests, redis);
        }

        Shape withLater(int later) {
            return new Shape(
                    place,
                    nodes + later,
                    nodes,
                    rooms,
                    members,
                    media,
                    allAt,
                    ownerless,
                    guests,
                    redis);
        }

        Shape signalOnlyAt(int node) {
            return new Shape(
                    place, allNodes, nodes, rooms, members, false, node, ownerless, guests, redis);
        }

        Shape withGuests() {
            return new Shape(
                    place, allNodes, nodes, rooms, members, media, allAt, ownerless, true, redis);
        }

        Shape withRedis() {
            return new Shape(
                    place, allNodes, nodes, rooms, members, media, allAt, ownerless, guests, true);
        }
    }

    /// What else must hold.
    ///
    /// @param ownersStay no room may change its owner
    /// @param eachSide both sides of a partition may serve
    /// @param ownerP99Ms limits on the machine's clock; 0: none
    /// @param reconnects of one client for one fault, at most; 0: no limit
    record Goals(
            boolean ownersStay,
            boolean eachSide,
            long ownerP99Ms,
            long gapP50Ms,
            long gapP99Ms,
            int reconnects) {
        static final Goals NONE = new Goals(false, false, 0, 0, 0, 0);
        static final Goals OWNERS_STAY = new Goals(true, false, 0, 0, 0, 0);
        static final Goals EACH_SIDE = new Goals(false, true, 0, 0, 0, 0);
    }

    List<Step> schedule(RandomGenerator random) {
        return script.steps(random, shape);
    }

    Run sized(int rooms, int members) {
        return new Run(name, about, shape.sized(rooms, members), goals, script);
    }
}

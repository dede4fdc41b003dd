package io.parley.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionFunction;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/// Hazelcast asks it whether this side of a partition may write to the shared maps, at each change
/// of membership and each second. Written by [NodeFence], read by Hazelcast's threads.
final class Quorum implements SplitBrainProtectionFunction {
    static final String NAME = "parley.quorum";

    private final AtomicReference<Electorate> electorate;

    Quorum(NodeId self) {
        electorate = new AtomicReference<>(new Electorate(Set.of(self)));
    }

    void onElectorate(Electorate present) {
        electorate.set(present);
    }

    @Override
    public boolean apply(Collection<Member> members) {
        var present =
                members.stream()
                        .flatMap(member -> HazelcastNodes.node(member).stream())
                        .collect(Collectors.toSet());
        return electorate.get().isMajority(present);
    }
}

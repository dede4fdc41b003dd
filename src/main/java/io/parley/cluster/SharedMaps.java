package io.parley.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.PartitioningStrategyConfig;
import com.hazelcast.config.SplitBrainProtectionConfig;
import com.hazelcast.partition.strategy.StringPartitioningStrategy;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionOn;

/// What is decided in shared maps is decided by a majority, and merged by rules of ours, and what a
/// room has in them lies together, whatever a `cluster.xml` says.
final class SharedMaps {
    private static final int MERGED_AT_ONCE = 100;

    private SharedMaps() {}

    static void protect(Config config, Quorum quorum) {
        config.addSplitBrainProtectionConfig(
                new SplitBrainProtectionConfig(Quorum.NAME, true)
                        .setProtectOn(SplitBrainProtectionOn.WRITE)
                        .setFunctionImplementation(quorum));
        protect(config, HazelcastRoomDirectory.MAP, RoomMergePolicy.class);
        protect(config, StateMap.NAME, StateMergePolicy.class);
        config.getMapConfig(StateMap.NAME)
                .setPartitioningStrategyConfig(
                        new PartitioningStrategyConfig(StringPartitioningStrategy.INSTANCE));
    }

    private static void protect(
            Config config, String map, Class<? extends SplitBrainMergePolicy<?, ?, ?>> policy) {
        config.getMapConfig(map)
                .setSplitBrainProtectionName(Quorum.NAME)
                .setMergePolicyConfig(new MergePolicyConfig(policy.getName(), MERGED_AT_ONCE));
    }
}

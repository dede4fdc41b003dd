package io.parley.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.SplitBrainProtectionConfig;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionOn;

/// What is decided in shared maps is decided by a majority, and merged by rules of ours, whatever a
/// `cluster.xml` says.
final class SharedMaps {
    /// Where the state of rooms is kept.
    private static final String STATE = "parley.state";

    private static final int MERGED_AT_ONCE = 100;

    private SharedMaps() {}

    static void protect(Config config, Quorum quorum) {
        config.addSplitBrainProtectionConfig(
                new SplitBrainProtectionConfig(Quorum.NAME, true)
                        .setProtectOn(SplitBrainProtectionOn.WRITE)
                        .setFunctionImplementation(quorum));
        protect(config, HazelcastRoomDirectory.MAP, RoomMergePolicy.class);
        protect(config, STATE, StateMergePolicy.class);
    }

    private static void protect(
            Config config, String map, Class<? extends SplitBrainMergePolicy<?, ?, ?>> policy) {
        config.getMapConfig(map)
                .setSplitBrainProtectionName(Quorum.NAME)
                .setMergePolicyConfig(new MergePolicyConfig(policy.getName(), MERGED_AT_ONCE));
    }
}

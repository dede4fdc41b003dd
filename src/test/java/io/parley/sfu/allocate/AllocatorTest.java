package io.parley.sfu.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.SendId;
import org.junit.jupiter.api.Test;

class AllocatorTest {
    private final Allocator allocator = new Allocator();

    @Test
    void grantsWhatIsWished() {
        allocator.onEstimate(1);
        Allocation granted = allocator.allocate(new SendId(1), new LayerWish(false, 1, 2));
        assertThat(granted).isEqualTo(new Allocation(false, 1, 2));
        assertThat(allocator.allocate(new SendId(1), LayerWish.NOTHING).paused()).isTrue();
        assertThat(allocator.estimateBps()).isEqualTo(1);
    }
}

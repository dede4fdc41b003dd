package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LocalStoreTest extends ObjectStoreContract {
    private final LocalStore store = new LocalStore();

    @Override
    ObjectStore store() {
        return store;
    }

    @Override
    ObjectStore next() {
        return store;
    }

    @Test
    void remembersTheEpochsOfTheLastDeletedRooms() {
        store.delete("first", 1);
        for (int i = 0; i < 1000; i++) {
            store.delete("later " + i, 1);
        }

        assertThat(store.open("first", 1).succeeded()).isTrue();
        assertThat(store.open("later 0", 1).failed()).isTrue();
    }
}

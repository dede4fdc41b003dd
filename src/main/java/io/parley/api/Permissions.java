package io.parley.api;

import io.parley.auth.Grants;

/// Which grant a call needs. A missing token and a missing grant look the same to the caller.
final class Permissions {
    private Permissions() {}

    static void create(Grants grants) {
        require(grants.video().roomCreate());
    }

    static void list(Grants grants) {
        require(grants.video().roomList());
    }

    static void admin(Grants grants, String room) {
        require(grants.video().roomAdmin() && grants.video().room().equals(room));
    }

    static void destination(Grants grants, String room, String destination) {
        admin(grants, room);
        require(grants.video().destinationRoom().equals(destination));
    }

    private static void require(boolean isAllowed) {
        if (!isAllowed) {
            throw TwirpException.plain(TwirpCode.UNAUTHENTICATED, "permissions denied");
        }
    }
}

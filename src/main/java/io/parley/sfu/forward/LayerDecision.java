package io.parley.sfu.forward;

/// What a selector does with a packet.
enum LayerDecision {
    DROP(false, false, false),
    FORWARD(true, false, false),
    /// Forwarded, and the last packet of the picture that this subscriber sees.
    FORWARD_MARKED(true, false, true),
    /// Forwarded as the first packet of another layer, or after an interruption.
    SWITCH(true, true, false),
    SWITCH_MARKED(true, true, true);

    private final boolean forwards;
    private final boolean switches;
    private final boolean marks;

    LayerDecision(boolean forwards, boolean switches, boolean marks) {
        this.forwards = forwards;
        this.switches = switches;
        this.marks = marks;
    }

    static LayerDecision forward(boolean switches, boolean marks) {
        if (switches) {
            return marks ? SWITCH_MARKED : SWITCH;
        }
        return marks ? FORWARD_MARKED : FORWARD;
    }

    boolean forwards() {
        return forwards;
    }

    boolean switches() {
        return switches;
    }

    boolean marks() {
        return marks;
    }
}

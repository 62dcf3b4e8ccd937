package io.aidc.storage.faults;

/** What can be done to the nodes. */
enum FaultKind {
    KILL(Need.NOTHING),
    KILL_ALL(Need.NOTHING),
    /** Stops a process for longer than an election takes. */
    PAUSE(Need.NOTHING),
    /** Nothing comes to or from one node. */
    ISOLATE(Need.FIREWALL),
    /** One node hears nobody, but is heard. */
    DEAFEN(Need.FIREWALL),
    /** One node hears, but is not heard. */
    MUTE(Need.FIREWALL),
    /** A minority and a majority that do not hear each other. */
    SPLIT(Need.FIREWALL),
    LOSS(Need.FIREWALL),
    SLOW(Need.BANDWIDTH),
    DELAY(Need.DELAY),
    DISK_FULL(Need.DISK),
    POWER_CUT(Need.DISK),
    POWER_CUT_ALL(Need.DISK),
    /** Bits of one node's packs, manifests among them. */
    BIT_FLIP(Need.NOTHING),
    /** A bit of one node's Raft log; the process dies and has to read it. */
    LOG_FLIP(Need.NOTHING),
    /** The wall clock that a node's store goes by, up to two hours ahead or back until the process dies. */
    CLOCK_JUMP(Need.NOTHING);

    private final Need need;

    FaultKind(Need need) {
        this.need = need;
    }

    Need need() {
        return need;
    }

    boolean needsPeers() {
        return this == BIT_FLIP
                || this == LOG_FLIP
                || need == Need.FIREWALL
                || need == Need.BANDWIDTH
                || need == Need.DELAY;
    }

    /** After it a node may lack what it had, so that a copy of a minority is not a spare one any more. */
    boolean harmsDisks() {
        return need == Need.DISK || this == LOG_FLIP;
    }
}

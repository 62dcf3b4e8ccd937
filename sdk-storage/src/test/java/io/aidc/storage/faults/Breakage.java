package io.aidc.storage.faults;

/** What is broken on purpose, to see that the judge is not blind. */
enum Breakage {
    NONE,
    /** A node answers half of the keys with what it saw last. */
    STALE_READ,
    /** A node reports a write as committed before it is. */
    EARLY_ACK
}

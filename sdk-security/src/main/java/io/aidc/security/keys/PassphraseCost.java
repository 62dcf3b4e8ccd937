package io.aidc.security.keys;

/**
 * What one guess at a passphrase costs (Argon2id, RFC 9106).
 *
 * @param memoryKib memory in KiB
 * @param passes passes over that memory
 * @param lanes independent parts of it
 */
record PassphraseCost(int memoryKib, int passes, int lanes) {
    /** 64 MiB and three passes: RFC 9106, second recommended choice, with one lane since ours run one after another. */
    static final PassphraseCost DEFAULT = new PassphraseCost(64 * 1024, 3, 1);

    /** The most that an opened file may ask for. */
    static final PassphraseCost LIMIT = new PassphraseCost(256 * 1024, 10, 4);

    boolean isWithin(PassphraseCost limit) {
        return lanes >= 1
                && lanes <= limit.lanes
                && passes >= 1
                && passes <= limit.passes
                && memoryKib >= 8 * lanes
                && memoryKib <= limit.memoryKib;
    }

    @Override
    public String toString() {
        return "%s KiB, %s passes, %s lanes"
                .formatted(
                        Integer.toUnsignedString(memoryKib),
                        Integer.toUnsignedString(passes),
                        Integer.toUnsignedString(lanes));
    }
}

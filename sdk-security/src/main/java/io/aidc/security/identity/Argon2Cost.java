package io.aidc.security.identity;

/**
 * What one guess costs (Argon2id).
 *
 * @param memoryKib memory in KiB
 * @param passes passes over that memory
 * @param lanes independent parts of it
 */
record Argon2Cost(int memoryKib, int passes, int lanes) {
    private static final int MAX_MEMORY_KIB = 256 * 1024;
    private static final int MAX_PASSES = 16;
    private static final int MAX_LANES = 16;
    private static final long MAX_WORK_KIB = 1024 * 1024;

    /** Whether a stored password may ask for it: 256 MiB, 16 passes, 16 lanes, and 1 GiB over all passes. */
    boolean isAllowed() {
        return lanes >= 1
                && lanes <= MAX_LANES
                && passes >= 1
                && passes <= MAX_PASSES
                && memoryKib >= 8 * lanes
                && memoryKib <= MAX_MEMORY_KIB
                && (long) memoryKib * passes <= MAX_WORK_KIB;
    }
}

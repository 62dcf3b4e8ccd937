package io.aidc.storage.metadata;

import java.security.SecureRandom;
import java.util.UUID;

/**
 * Makes request ids that remember how far the log was when they were made.
 *
 * <p>A UUID of version 8 (RFC 9562 section 5.8): 48 bits of revision, 74 random bits. The revision lets the state tell "never
 * applied" from "applied, but its outcome is no longer remembered".
 */
public final class RequestId {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long MAX_REVISION = (1L << 48) - 1;

    private RequestId() {}

    /**
     * Makes an id.
     *
     * @param revisionSeen a revision the log has reached, 0 to 2⁴⁸ - 1
     * @return unique but for a chance of about n²/2⁷⁵ among n ids of one revision
     */
    public static UUID next(long revisionSeen) {
        if (revisionSeen < 0 || revisionSeen > MAX_REVISION) {
            throw new IllegalArgumentException("revisionSeen must be 0 to 2^48 - 1, got " + revisionSeen);
        }
        long high = revisionSeen << 16 | 0x8000L | (RANDOM.nextLong() & 0x0FFF);
        long low = 0x8000_0000_0000_0000L | (RANDOM.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL);
        return new UUID(high, low);
    }

    /**
     * Returns the revision given to {@link #next}; 0 for an id that was made elsewhere.
     *
     * @param id any id
     * @return the request was made after this revision
     */
    static long revisionSeen(UUID id) {
        return id.version() == 8 ? id.getMostSignificantBits() >>> 16 : 0;
    }
}

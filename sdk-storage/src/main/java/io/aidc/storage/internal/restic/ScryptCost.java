package io.aidc.storage.internal.restic;

/**
 * What deriving a key from a password costs (RFC 7914).
 *
 * @param n a power of two; memory is 128·n·r bytes, at most 512 MiB
 * @param r block size
 * @param p repetitions, at most 64
 */
public record ScryptCost(int n, int r, int p) {
    /** 64 MiB and about half a second. */
    public static final ScryptCost DEFAULT = new ScryptCost(1 << 16, 8, 2);

    private static final long MAX_BYTES = 512L << 20;
    private static final int MAX_REPEATS = 64;

    public ScryptCost {
        if (n < 2 || Integer.bitCount(n) != 1 || r < 1 || p < 1 || p > MAX_REPEATS || 128L * n * r > MAX_BYTES) {
            throw new IllegalArgumentException("scrypt cost must be a power of two, at most 512 MiB and 64 repeats,"
                    + " got n=%d, r=%d, p=%d".formatted(n, r, p));
        }
    }
}

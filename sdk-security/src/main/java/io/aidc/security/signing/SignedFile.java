package io.aidc.security.signing;

import java.util.List;

/**
 * What is signed of one file: its size and the digests of its shards, or the digest of the whole and no size.
 * Digests are lower-case hex.
 */
record SignedFile(long size, List<String> digests) {
    private static final long UNKNOWN = -1;

    SignedFile {
        digests = List.copyOf(digests);
    }

    static SignedFile whole(String digest) {
        return new SignedFile(UNKNOWN, List.of(digest));
    }

    boolean hasSize(long bytes) {
        return size == UNKNOWN || size == bytes;
    }
}

package io.aidc.storage.metadata;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A digest of all entries that each change updates, and its value at some revisions.
 *
 * <p>The sum modulo 2 of the SHA-256 of each entry: equal states have equal digests in whatever order they came about. It
 * finds faults of disks, memory and programs; it does not withstand someone who chooses entries so that they cancel out.
 *
 * <p>Confined to the state's lock.
 */
final class StateDigest {
    private static final int FINE = 16;
    private static final int COARSE = 1 << 12;
    private static final int KEPT = 256;

    private final MessageDigest sha256 = newDigest();
    private final byte[] sum = new byte[32];
    private final NavigableMap<Long, String> fine = new TreeMap<>();
    private final NavigableMap<Long, String> coarse = new TreeMap<>();

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing from this Java runtime", e);
        }
    }

    /** Adds an entry, or takes away one that was added. */
    void toggle(Entry entry) {
        byte[] key = entry.key().getBytes(StandardCharsets.UTF_8);
        sha256.update(ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
                .putInt(key.length)
                .putLong(entry.revision())
                .flip());
        sha256.update(key);
        byte[] digest = sha256.digest(entry.value());
        for (int i = 0; i < sum.length; i++) {
            sum[i] ^= digest[i];
        }
    }

    /** Remembers the value at a revision, if it is one of those that every node remembers. */
    void reached(long revision, long millis) {
        if (revision % FINE != 0) {
            return;
        }
        String value = value(revision, millis);
        remember(fine, revision, value);
        if (revision % COARSE == 0) {
            remember(coarse, revision, value);
        }
    }

    private static void remember(NavigableMap<Long, String> trail, long revision, String value) {
        trail.put(revision, value);
        if (trail.size() > KEPT) {
            trail.pollFirstEntry();
        }
    }

    String value(long revision, long millis) {
        sha256.update(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(revision)
                .putLong(millis)
                .flip());
        return HexFormat.of().formatHex(sha256.digest(sum));
    }

    NavigableMap<Long, String> trail() {
        NavigableMap<Long, String> all = new TreeMap<>(coarse);
        all.putAll(fine);
        return all;
    }
}

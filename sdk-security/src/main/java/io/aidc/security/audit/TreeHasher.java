package io.aidc.security.audit;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Hashes leaves and inner nodes of RFC 6962 trees without allocating. <em>Confined: one thread at a time.</em> */
final class TreeHasher {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private final MessageDigest sha256 = sha256();

    static byte[] ofNothing() {
        return sha256().digest();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    void leaf(byte[] from, int at, int length, byte[] out, int outAt) {
        sha256.update(LEAF);
        sha256.update(from, at, length);
        finish(out, outAt);
    }

    /** Hashes two nodes; {@code out} may be either array. */
    void node(byte[] left, int leftAt, byte[] right, int rightAt, byte[] out, int outAt) {
        sha256.update(NODE);
        sha256.update(left, leftAt, TreeHash.BYTES);
        sha256.update(right, rightAt, TreeHash.BYTES);
        finish(out, outAt);
    }

    byte[] node(byte[] left, byte[] right) {
        byte[] out = new byte[TreeHash.BYTES];
        node(left, 0, right, 0, out, 0);
        return out;
    }

    /** The root over neighbouring nodes, a power of two of them. */
    byte[] perfect(byte[] nodes, int first, int count) {
        int at = first * TreeHash.BYTES;
        byte[] level = new byte[count * TreeHash.BYTES];
        System.arraycopy(nodes, at, level, 0, level.length);
        for (int width = count; width > 1; width /= 2) {
            for (int i = 0; i < width / 2; i++) {
                int left = 2 * i * TreeHash.BYTES;
                node(level, left, level, left + TreeHash.BYTES, level, i * TreeHash.BYTES);
            }
        }
        return Arrays.copyOf(level, TreeHash.BYTES);
    }

    private void finish(byte[] out, int outAt) {
        try {
            sha256.digest(out, outAt, TreeHash.BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("32 bytes hold a SHA-256", e);
        }
    }
}

package io.aidc.security.audit;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks proofs (RFC 9162, sections 2.1.3.2 and 2.1.4.2). Sizes and indices are unsigned. Roots are whatever the caller has to
 * compare with; parts of a path that are not hashes prove nothing.
 */
final class Merkle {
    private Merkle() {}

    static boolean includes(long index, long size, byte[] leaf, List<byte[]> path, byte[] root) {
        if (Long.compareUnsigned(index, size) >= 0 || leaf.length != TreeHash.BYTES || !areHashes(path)) {
            return false;
        }
        TreeHasher hasher = new TreeHasher();
        Climb climb = new Climb(index, size - 1);
        byte[] hash = leaf;
        for (byte[] sibling : path) {
            if (climb.isAtRoot()) {
                return false;
            }
            hash = climb.isRight() ? hasher.node(sibling, hash) : hasher.node(hash, sibling);
            climb.up();
        }
        return climb.isAtRoot() && MessageDigest.isEqual(hash, root);
    }

    static boolean continues(long from, byte[] fromRoot, long to, byte[] toRoot, List<byte[]> path) {
        if (from == 0 || Long.compareUnsigned(from, to) > 0 || !areHashes(path)) {
            return false;
        }
        if (from == to) {
            return path.isEmpty() && MessageDigest.isEqual(fromRoot, toRoot);
        }
        if (path.isEmpty() || fromRoot.length != TreeHash.BYTES) {
            return false;
        }
        List<byte[]> all = new ArrayList<>(path);
        if (Long.bitCount(from) == 1) {
            all.add(0, fromRoot);
        }
        Climb climb = new Climb(from - 1, to - 1);
        climb.upWhileOdd();
        TreeHasher hasher = new TreeHasher();
        byte[] before = all.get(0);
        byte[] after = before;
        for (byte[] sibling : all.subList(1, all.size())) {
            if (climb.isAtRoot()) {
                return false;
            }
            if (climb.isRight()) {
                before = hasher.node(sibling, before);
                after = hasher.node(sibling, after);
            } else {
                after = hasher.node(after, sibling);
            }
            climb.up();
        }
        return climb.isAtRoot() && MessageDigest.isEqual(before, fromRoot) && MessageDigest.isEqual(after, toRoot);
    }

    private static boolean areHashes(List<byte[]> path) {
        return path.stream().allMatch(hash -> hash.length == TreeHash.BYTES);
    }

    /** A node and the last node of its level, on the way to the root. */
    private static final class Climb {
        private long node;
        private long last;

        Climb(long node, long last) {
            this.node = node;
            this.last = last;
        }

        boolean isAtRoot() {
            return last == 0;
        }

        boolean isRight() {
            return (node & 1) == 1 || node == last;
        }

        void upWhileOdd() {
            while ((node & 1) == 1) {
                shift();
            }
        }

        /** To the parent; a last node without a sibling is its own parent. */
        void up() {
            if (node == last) {
                while ((node & 1) == 0 && node != 0) {
                    shift();
                }
            }
            shift();
        }

        private void shift() {
            node >>>= 1;
            last >>>= 1;
        }
    }
}

package io.aidc.security.audit;

import io.aidc.security.AuditLogException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tree of a log at some size, read from its tiles. <em>Confined: one thread at a time.</em> */
final class TileTree {
    private static final int MAX_CACHED = 64;

    private final LogFiles files;
    private final long size;
    private final TreeHasher hasher = new TreeHasher();
    private final Map<Place, byte[]> cache = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, byte[]> eldest) {
            return size() > MAX_CACHED;
        }
    };

    private record Place(int level, long n) {}

    TileTree(LogFiles files, long size) {
        this.files = files;
        this.size = size;
    }

    TreeHash leaf(long index) {
        return TreeHash.of(node(0, index));
    }

    InclusionProof inclusion(long index) {
        List<byte[]> path = new ArrayList<>();
        path(index, 0, size, path);
        return new InclusionProof(index, size, InclusionProof.hashes(path));
    }

    ConsistencyProof consistency(long from) {
        List<byte[]> path = new ArrayList<>();
        if (from > 0) {
            subproof(from, 0, size, true, path);
        }
        return new ConsistencyProof(from, size, InclusionProof.hashes(path));
    }

    /**
     * Refuses a log that is shorter than a checkpoint which somebody kept, or has another past. Tiles alone show nothing: the
     * same ones must lead to what is remembered and to the root that is signed.
     */
    ConsistencyProof requireContinues(Checkpoint remembered, Checkpoint checkpoint) {
        if (!remembered.origin().equals(checkpoint.origin())) {
            throw new AuditLogException(
                    AuditLogException.NO_ENTRY,
                    "the log is %s, and what is remembered is %s".formatted(checkpoint.origin(), remembered.origin()));
        }
        if (Long.compareUnsigned(remembered.size(), size) > 0) {
            throw new AuditLogException(
                    size,
                    "the log has %d entries and had %s".formatted(size, Long.toUnsignedString(remembered.size())));
        }
        ConsistencyProof proof = consistency(remembered.size());
        proof.verify(remembered, checkpoint);
        return proof;
    }

    /** RFC 6962, section 2.1.1. */
    private void path(long index, long start, long end, List<byte[]> out) {
        if (end - start == 1) {
            return;
        }
        long middle = middle(start, end);
        if (index < middle) {
            path(index, start, middle, out);
            out.add(range(middle, end));
        } else {
            path(index, middle, end, out);
            out.add(range(start, middle));
        }
    }

    /** RFC 6962, section 2.1.2. */
    private void subproof(long from, long start, long end, boolean known, List<byte[]> out) {
        if (from == end) {
            if (!known) {
                out.add(range(start, end));
            }
            return;
        }
        long middle = middle(start, end);
        if (from <= middle) {
            subproof(from, start, middle, known, out);
            out.add(range(middle, end));
        } else {
            subproof(from, middle, end, false, out);
            out.add(range(start, middle));
        }
    }

    private byte[] range(long start, long end) {
        long entries = end - start;
        if (Long.bitCount(entries) == 1) {
            int height = Long.numberOfTrailingZeros(entries);
            return node(height, start >>> height);
        }
        long middle = middle(start, end);
        return hasher.node(range(start, middle), range(middle, end));
    }

    /** Where the largest power of two of entries ends that leaves some over. */
    private static long middle(long start, long end) {
        return start + Long.highestOneBit(end - start - 1);
    }

    private byte[] node(int height, long index) {
        int level = height / 8;
        int bits = height % 8;
        long first = index << bits;
        return hasher.perfect(tile(level, first >>> 8), (int) (first & 0xff), 1 << bits);
    }

    private byte[] tile(int level, long n) {
        return cache.computeIfAbsent(
                new Place(level, n), place -> files.tile(level, n, LogFiles.width(level, n, size)));
    }
}

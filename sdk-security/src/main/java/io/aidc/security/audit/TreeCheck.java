package io.aidc.security.audit;

import io.aidc.security.AuditLogException;
import io.aidc.security.internal.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Computes the tree of a log from its entries, and compares it with the tiles and the root. A piece of work is what lies under
 * one tile of level 1. Pieces are taken in order, and those taken are finished, so that the lowest fault is found.
 */
final class TreeCheck {
    private final LogFiles files;
    private final Checkpoint checkpoint;
    private final long size;
    private final LongConsumer progress;

    private final AtomicLong next = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicReference<@Nullable AuditLogException> lowest = new AtomicReference<>();

    /** The nodes of level 2. */
    private final Map<Long, byte[]> pieces = new ConcurrentHashMap<>();

    /** What is computed of levels 0 and 1 under the last, partial tiles. */
    private final byte[][] edge = {new byte[LogFiles.TILE_BYTES], new byte[LogFiles.TILE_BYTES]};

    TreeCheck(LogFiles files, Checkpoint checkpoint, LongConsumer progress) {
        this.files = files;
        this.checkpoint = checkpoint;
        this.size = checkpoint.size();
        this.progress = progress;
    }

    void run(Workers workers) {
        workers.run(this::takePieces, IllegalStateException.class);
        AuditLogException fault = lowest.get();
        if (fault != null) {
            throw fault;
        }
        List<byte[]> tiles = new ArrayList<>(List.of(edge));
        byte[] nodes = new byte[pieces.size() * TreeHash.BYTES];
        pieces.forEach((n, node) -> System.arraycopy(node, 0, nodes, n.intValue() * TreeHash.BYTES, TreeHash.BYTES));
        byte[] below = nodes;
        TreeHasher hasher = new TreeHasher();
        for (int level = 2; level < LogFiles.LEVELS && (size >>> (8 * level)) > 0; level++) {
            below = checkLevel(hasher, level, below, tiles);
        }
        if (!TreeEdge.of(tiles, size).root().equals(checkpoint.root())) {
            throw new AuditLogException(
                    AuditLogException.NO_ENTRY,
                    "the entries of %s do not lead to the root that was signed".formatted(files.directory()));
        }
    }

    private void takePieces() {
        TreeHasher hasher = new TreeHasher();
        long count = (size + (1 << 16) - 1) >>> 16;
        try {
            long n;
            while (lowest.get() == null && (n = next.getAndIncrement()) < count) {
                checkPiece(hasher, n);
                progress.accept(done.addAndGet(Math.min(1 << 16, size - (n << 16))));
            }
        } catch (AuditLogException e) {
            lowest.accumulateAndGet(
                    e, (a, b) -> a == null || (b != null && b.firstBadIndex() < a.firstBadIndex()) ? b : a);
        }
    }

    private void checkPiece(TreeHasher hasher, long n) {
        int width = LogFiles.width(1, n, size);
        byte[] signed = width == 0 ? new byte[0] : files.tileAsItIs(1, n, width);
        byte[] nodes = new byte[LogFiles.TILE_BYTES];
        for (int i = 0; i < width; i++) {
            long bundle = (n << 8) + i;
            byte[] leaves = files.leaves(hasher, bundle, LogFiles.TILE_WIDTH);
            System.arraycopy(
                    hasher.perfect(leaves, 0, LogFiles.TILE_WIDTH), 0, nodes, i * TreeHash.BYTES, TreeHash.BYTES);
            files.requireSame(1, n, nodes, signed, i);
        }
        files.requireWhole(1, n, width, signed);
        if (width == LogFiles.TILE_WIDTH) {
            pieces.put(n, hasher.perfect(nodes, 0, width));
            return;
        }
        edge[1] = nodes;
        requireOlderTiles(1, n, nodes, width);
        long last = (n << 8) + width;
        int over = LogFiles.width(0, last, size);
        if (over > 0) {
            edge[0] = Arrays.copyOf(files.leaves(hasher, last, over), LogFiles.TILE_BYTES);
            requireOlderTiles(0, last, edge[0], over);
            requireOlderBundles(hasher, last, over);
        }
    }

    /** Compares a whole level with its tiles, adds its edge, and returns the level above. */
    private byte[] checkLevel(TreeHasher hasher, int level, byte[] nodes, List<byte[]> tiles) {
        long count = size >>> (8 * level);
        byte[] above = new byte[(int) (count >>> 8) * TreeHash.BYTES];
        for (long n = 0; (n << 8) <= count; n++) {
            int width = LogFiles.width(level, n, size);
            byte[] computed =
                    Arrays.copyOfRange(nodes, (int) n * LogFiles.TILE_BYTES, (int) (n + 1) * LogFiles.TILE_BYTES);
            requireSame(level, n, computed, width == 0 ? new byte[0] : files.tileAsItIs(level, n, width), width);
            if (width == LogFiles.TILE_WIDTH) {
                byte[] node = hasher.perfect(computed, 0, width);
                System.arraycopy(node, 0, above, (int) n * TreeHash.BYTES, TreeHash.BYTES);
            } else {
                tiles.add(computed);
                requireOlderTiles(level, n, computed, width);
            }
        }
        return above;
    }

    private void requireOlderTiles(int level, long n, byte[] computed, int width) {
        for (int older = 1; older < width; older++) {
            Optional<byte[]> tile = files.partialTile(level, n, older);
            if (tile.isPresent()) {
                requireSame(level, n, computed, tile.get(), older);
            }
        }
    }

    private void requireSame(int level, long n, byte[] computed, byte[] tile, int width) {
        for (int i = 0; i < width; i++) {
            files.requireSame(level, n, computed, tile, i);
        }
        files.requireWhole(level, n, width, tile);
    }

    private void requireOlderBundles(TreeHasher hasher, long n, int width) {
        byte[] hash = new byte[LogFiles.TILE_BYTES];
        for (int older = 1; older < width; older++) {
            Optional<EntryBundle> bundle = files.partialBundle(n, older);
            if (bundle.isEmpty()) {
                continue;
            }
            for (int i = 0; i < bundle.get().count(); i++) {
                bundle.get().hash(hasher, i, hash, i * TreeHash.BYTES);
                files.requireSame(0, n, hash, edge[0], i);
            }
            files.requireWhole(n, older, bundle.get());
        }
    }
}

package io.aidc.security.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The right edge of a growing tree: at each level, the tile that is not full yet. <em>Confined: one thread at a time.</em> */
final class TreeEdge {
    private final TreeHasher hasher = new TreeHasher();
    private final List<byte[]> tiles = new ArrayList<>();
    private long size;

    /** A tile as it is to be written. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Tile(int level, long n, int width, byte[] bytes) {}

    /** Reads the edge of a log. */
    static TreeEdge of(LogFiles files, long size) {
        TreeEdge edge = new TreeEdge();
        edge.size = size;
        for (int level = 0; level < LogFiles.LEVELS && (size >>> (8 * level)) > 0; level++) {
            long n = size >>> (8 * (level + 1));
            int width = LogFiles.width(level, n, size);
            byte[] tile = width == 0 ? new byte[0] : files.tile(level, n, width);
            edge.tiles.add(Arrays.copyOf(tile, LogFiles.TILE_BYTES));
        }
        return edge;
    }

    /** An edge that was computed; one tile a level. */
    static TreeEdge of(List<byte[]> tiles, long size) {
        TreeEdge edge = new TreeEdge();
        edge.size = size;
        edge.tiles.addAll(tiles);
        return edge;
    }

    long size() {
        return size;
    }

    /** Appends an entry, and adds the tiles which that fills. */
    void append(byte[] entry, List<Tile> full) {
        byte[] hash = new byte[TreeHash.BYTES];
        hasher.leaf(entry, 0, entry.length, hash, 0);
        size++;
        for (int level = 0; ; level++) {
            if (level == tiles.size()) {
                tiles.add(new byte[LogFiles.TILE_BYTES]);
            }
            byte[] tile = tiles.get(level);
            long node = (size >>> (8 * level)) - 1;
            System.arraycopy(hash, 0, tile, (int) (node & 0xff) * TreeHash.BYTES, TreeHash.BYTES);
            if ((node & 0xff) != 0xff) {
                return;
            }
            full.add(new Tile(level, node >>> 8, LogFiles.TILE_WIDTH, tile.clone()));
            hash = hasher.perfect(tile, 0, LogFiles.TILE_WIDTH);
        }
    }

    /** The tiles that are not full and hold a node more than at an earlier size. */
    List<Tile> partials(long since) {
        List<Tile> partials = new ArrayList<>();
        for (int level = 0; level < tiles.size(); level++) {
            int width = width(level);
            if (width > 0 && (size >>> (8 * level)) > (since >>> (8 * level))) {
                byte[] bytes = Arrays.copyOf(tiles.get(level), width * TreeHash.BYTES);
                partials.add(new Tile(level, size >>> (8 * (level + 1)), width, bytes));
            }
        }
        return partials;
    }

    TreeHash root() {
        byte[] root = null;
        for (int level = 0; level < tiles.size(); level++) {
            int width = width(level);
            int at = width;
            for (int height = 0; height < 8; height++) {
                int nodes = width & (1 << height);
                if (nodes != 0) {
                    at -= nodes;
                    root = joined(hasher.perfect(tiles.get(level), at, nodes), root);
                }
            }
        }
        return root == null ? TreeHash.ofNothing() : TreeHash.of(root);
    }

    private byte[] joined(byte[] left, byte @Nullable [] right) {
        return right == null ? left : hasher.node(left, right);
    }

    private int width(int level) {
        return LogFiles.width(level, size >>> (8 * (level + 1)), size);
    }
}

package io.aidc.security.audit;

import io.aidc.security.AuditLogException;
import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The files of a log, in the layout of C2SP tlog-tiles: {@code checkpoint}, {@code tile/<level>/<n>} and
 * {@code tile/entries/<n>}, partial ones in {@code <n>.p/<width>}. A partial file that is gone is read from the full one.
 */
record LogFiles(Path directory) {
    static final int TILE_WIDTH = 256;
    /** How many levels of tiles the largest log has. */
    static final int LEVELS = 6;

    static final int TILE_BYTES = TILE_WIDTH * TreeHash.BYTES;
    private static final long MAX_SIZE = 1L << 40;

    /** How many files of a kind share a directory. */
    static final int GROUP = 1000;

    Path checkpointFile() {
        return directory.resolve("checkpoint");
    }

    Path tileFile(int level, long n, int width) {
        return file("tile/" + level + "/", n, width);
    }

    Path bundleFile(long n, int width) {
        return file("tile/entries/", n, width);
    }

    private Path file(String folder, long n, int width) {
        String full = folder + number(n);
        return directory.resolve(width == TILE_WIDTH ? full : full + ".p/" + width);
    }

    /** 1234067 is {@code x001/x234/067}. */
    static String number(long n) {
        String text = String.format(Locale.ROOT, "%03d", n % GROUP);
        for (long rest = n / GROUP; rest > 0; rest /= GROUP) {
            text = String.format(Locale.ROOT, "x%03d/%s", rest % GROUP, text);
        }
        return text;
    }

    /** How many of a tile's nodes a log of some size has; at level 0 this is how many of a bundle's entries. */
    static int width(int level, long n, long size) {
        return (int) Math.max(0, Math.min(TILE_WIDTH, (size >>> (8 * level)) - (n << 8)));
    }

    Checkpoint checkpoint() {
        Checkpoint checkpoint = checkpointIfAny()
                .orElseThrow(() -> new AuditLogException(
                        AuditLogException.NO_ENTRY, "%s holds no log: no checkpoint".formatted(directory)));
        requirePossible(checkpoint);
        return checkpoint;
    }

    Optional<Checkpoint> checkpointIfAny() {
        return read(checkpointFile(), Checkpoint.MAX_BYTES).map(Checkpoint::parse);
    }

    /** Refuses a size that no disk holds, before arithmetic on it goes wrong. */
    void requirePossible(Checkpoint checkpoint) {
        if (checkpoint.size() < 0 || checkpoint.size() > MAX_SIZE) {
            throw new AuditLogException(
                    AuditLogException.NO_ENTRY,
                    "a log on disk has at most 2^40 entries, the checkpoint says "
                            + Long.toUnsignedString(checkpoint.size()));
        }
    }

    byte[] tile(int level, long n, int width) {
        byte[] tile = tileAsItIs(level, n, width);
        requireWhole(level, n, width, tile);
        return tile;
    }

    /** What there is of a tile: some of its bytes, or none, if the file is cut or missing. */
    byte[] tileAsItIs(int level, long n, int width) {
        return partialTile(level, n, width)
                .or(() -> partialTile(level, n, TILE_WIDTH)
                        .map(full -> Arrays.copyOf(full, Math.min(full.length, width * TreeHash.BYTES))))
                .orElse(new byte[0]);
    }

    /** What there is in the file of just that width, if it is there. */
    Optional<byte[]> partialTile(int level, long n, int width) {
        return read(tileFile(level, n, width), TILE_BYTES);
    }

    /** Refuses a tile of another length than it must have, and names the first entry under what is not there. */
    void requireWhole(int level, long n, int width, byte[] tile) {
        int bytes = width * TreeHash.BYTES;
        if (tile.length != bytes) {
            long whole = Math.min(tile.length / TreeHash.BYTES, width - 1);
            throw new AuditLogException(
                    ((n << 8) + whole) << (8 * level),
                    "file %s is missing or not whole: must be %d bytes, got %d"
                            .formatted(tileFile(level, n, width), bytes, tile.length));
        }
    }

    EntryBundle bundle(long n, int width) {
        EntryBundle bundle = bundleAsItIs(n, width);
        if (!bundle.isExactly(width)) {
            leaves(new TreeHasher(), n, width, bundle); // refuses it, and names the first entry that is not what it was
        }
        return bundle;
    }

    /** The entries of a bundle that are whole, which are none if the file is missing. */
    private EntryBundle bundleAsItIs(long n, int width) {
        return partialBundle(n, width)
                .or(() -> partialBundle(n, TILE_WIDTH).map(full -> full.first(Math.min(full.count(), width))))
                .orElseGet(() -> EntryBundle.read(new byte[0], width));
    }

    /** The entries that are whole in the file of just that width, if it is there. */
    Optional<EntryBundle> partialBundle(long n, int width) {
        return read(bundleFile(n, width), EntryBundle.MAX_BYTES).map(bytes -> EntryBundle.read(bytes, width));
    }

    /** Refuses a bundle that does not hold so many entries and nothing else. */
    void requireWhole(long n, int width, EntryBundle bundle) {
        if (!bundle.isExactly(width)) {
            throw new AuditLogException(
                    (n << 8) + Math.min(bundle.count(), width - 1),
                    "file %s is missing or not whole: must hold %d entries and nothing else, got %d"
                            .formatted(bundleFile(n, width), width, bundle.count()));
        }
    }

    /** Returns the hashes of a bundle's entries, which are compared with the tile, as far as there are both. */
    byte[] leaves(TreeHasher hasher, long n, int width) {
        return leaves(hasher, n, width, bundleAsItIs(n, width));
    }

    private byte[] leaves(TreeHasher hasher, long n, int width, EntryBundle bundle) {
        byte[] tile = tileAsItIs(0, n, width);
        byte[] leaves = new byte[width * TreeHash.BYTES];
        for (int i = 0; i < bundle.count(); i++) {
            bundle.hash(hasher, i, leaves, i * TreeHash.BYTES);
            requireSame(0, n, leaves, tile, i);
        }
        requireWhole(n, width, bundle);
        requireWhole(0, n, width, tile);
        return leaves;
    }

    /** Compares a node that was computed with what is on the disk, which may be cut. */
    void requireSame(int level, long n, byte[] computed, byte[] signed, int i) {
        int at = i * TreeHash.BYTES;
        int end = at + TreeHash.BYTES;
        if (signed.length < end || !Arrays.equals(computed, at, end, signed, at, end)) {
            long index = ((n << 8) + i) << (8 * level);
            throw new AuditLogException(
                    index,
                    "entry %d of %s, or a hash over it in tile %d/%d, is missing or not what was signed"
                            .formatted(index, directory, level, n));
        }
    }

    /** Reads at most one byte more than that. */
    private Optional<byte[]> read(Path file, int most) {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(in.readNBytes(most + 1));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new VaultIoException("Cannot read audit log " + directory, e);
        }
    }
}

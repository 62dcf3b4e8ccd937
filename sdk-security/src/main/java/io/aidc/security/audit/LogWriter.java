package io.aidc.security.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends to the files of a log, in an order that leaves a whole log wherever it stops: bundles of entries and tiles, flushed;
 * their directories, flushed; then the checkpoint, by rename. What lies beyond the checkpoint counts for nothing. Partial
 * files go once the full one is under a checkpoint. <em>Confined: one thread at a time.</em>
 */
final class LogWriter {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

    private final LogFiles files;
    private final LogDisk disk;
    private final LogSigner signer;
    private final TreeEdge edge;
    private final ByteArrayOutputStream bundle = new ByteArrayOutputStream();

    /** Directories whose names are flushed, since this writer saw to it. */
    private final Set<Path> durable = new HashSet<>();

    private final Set<Path> unflushed = new LinkedHashSet<>();
    private final Map<Path, byte[]> unwritten = new LinkedHashMap<>();

    LogWriter(LogFiles files, LogDisk disk, LogSigner signer, TreeEdge edge) {
        this.files = files;
        this.disk = disk;
        this.signer = signer;
        this.edge = edge;
        this.durable.add(files.directory());
        int width = LogFiles.width(0, edge.size() >>> 8, edge.size());
        if (width > 0) {
            bundle.writeBytes(files.bundle(edge.size() >>> 8, width).prefix(width));
        }
    }

    long size() {
        return edge.size();
    }

    /** Appends entries and returns the signed checkpoint that covers them, durable. After a failure nothing more is written. */
    Checkpoint append(List<byte[]> entries) throws IOException {
        long before = edge.size();
        List<TreeEdge.Tile> full = new ArrayList<>();
        for (byte[] entry : entries) {
            EntryBundle.append(bundle, entry);
            edge.append(entry, full);
            if ((edge.size() & 0xff) == 0) {
                add(files.bundleFile((edge.size() - 1) >>> 8, LogFiles.TILE_WIDTH), bundle.toByteArray());
                bundle.reset();
            }
        }
        if (bundle.size() > 0 && edge.size() > before) {
            add(files.bundleFile(edge.size() >>> 8, (int) (edge.size() & 0xff)), bundle.toByteArray());
        }
        List<TreeEdge.Tile> tiles = new ArrayList<>(full);
        tiles.addAll(edge.partials(before));
        for (TreeEdge.Tile tile : tiles) {
            add(files.tileFile(tile.level(), tile.n(), tile.width()), tile.bytes());
        }
        Checkpoint bare = new Checkpoint(signer.name(), edge.size(), edge.root(), List.of(), List.of());
        Checkpoint signed = bare.signed(List.of(signer.sign(bare)));
        publish(signed);
        full.forEach(this::deletePartials);
        return signed;
    }

    /** Puts a checkpoint in place of the one before, once what it covers is flushed with its names. */
    void publish(Checkpoint checkpoint) throws IOException {
        Path fresh = files.directory().resolve(".checkpoint.tmp");
        unwritten.put(fresh, checkpoint.note());
        disk.write(unwritten);
        unwritten.clear();
        disk.flush(unflushed);
        unflushed.clear();
        disk.rename(fresh, files.checkpointFile());
        disk.flush(Set.of(files.directory()));
    }

    private void add(Path file, byte[] bytes) throws IOException {
        Path directory = parent(file);
        ensure(directory);
        unwritten.put(file, bytes);
        unflushed.add(directory);
    }

    /** A directory that a killed program made may be there and not yet durable: each is flushed once. */
    private void ensure(Path directory) throws IOException {
        if (durable.contains(directory)) {
            return;
        }
        Path parent = parent(directory);
        ensure(parent);
        if (!Files.isDirectory(directory)) {
            disk.createDirectory(directory);
        }
        unflushed.add(parent);
        durable.add(directory);
    }

    /** What stays is beside a full file and read no more. */
    private void deletePartials(TreeEdge.Tile tile) {
        try {
            deletePartials(parent(files.tileFile(tile.level(), tile.n(), 1)));
            if (tile.level() == 0) {
                deletePartials(parent(files.bundleFile(tile.n(), 1)));
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("Partial files stay, level={} tile={}", tile.level(), tile.n(), e);
        }
    }

    private void deletePartials(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        for (Path partial : list(directory)) {
            disk.delete(partial);
        }
        disk.delete(directory);
        durable.remove(directory);
    }

    /**
     * Deletes what lies beyond the checkpoint, left by an append that was cut short: others might take it for part of the log.
     *
     * @param most how many entries one append has at most
     */
    void deleteLeftovers(int most) throws IOException {
        long end = edge.size() + most;
        for (int level = 0; level < LogFiles.LEVELS; level++) {
            int tiles = level;
            deleteBeyond(level, end, n -> files.tileFile(tiles, n, LogFiles.TILE_WIDTH));
        }
        deleteBeyond(0, end, n -> files.bundleFile(n, LogFiles.TILE_WIDTH));
    }

    private void deleteBeyond(int level, long end, LongFunction<Path> file) throws IOException {
        long first = edge.size() >>> (8 * (level + 1));
        long last = end >>> (8 * (level + 1));
        for (long group = first / LogFiles.GROUP; group <= last / LogFiles.GROUP; group++) {
            for (Path each : list(parent(file.apply(group * LogFiles.GROUP)))) {
                String name = String.valueOf(each.getFileName());
                long n = name.matches("[0-9]{3}(\\.p)?")
                        ? group * LogFiles.GROUP + Integer.parseInt(name.substring(0, 3))
                        : -1;
                if (n >= first && name.length() == 3) {
                    disk.delete(each);
                } else if (n >= first) {
                    deleteWider(each, LogFiles.width(level, n, edge.size()));
                }
            }
        }
    }

    private void deleteWider(Path partials, int width) throws IOException {
        for (Path each : list(partials)) {
            String name = String.valueOf(each.getFileName());
            if (name.matches("[0-9]{1,3}") && Integer.parseInt(name) > width) {
                disk.delete(each);
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalStateException(file + " has no directory");
        }
        return parent;
    }
}

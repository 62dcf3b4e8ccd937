package io.aidc.storage.internal.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The real disk, which also knows what a power cut may leave of it.
 *
 * <p>The running program sees all it did. Apart from that, each file's writes since its last flush and all operations on
 * directories are kept in order, so that {@link #afterPowerCut} can lay out any state that the flushes allow, as often as a
 * test likes. An operation on a directory is durable once that directory was flushed; a rename is one operation, durable with its
 * target's directory. Directories made and names deleted past this interface are noticed at the next flush of their parent.
 * Files that were opened past it are left out.
 *
 * <p>It can also fail: {@link Fault} says how. Thread-safe: one lock.
 */
public final class LossyDisk implements Disk {
    /** What a power cut does with operations that were not flushed. */
    public enum Mode {
        /** A prefix of them survives: of the directory operations, and of each file's writes, the last one torn. */
        ORDERED,
        /** Any subset survives, of writes sector by sector; a file may have its new length and zeros. */
        WILD
    }

    /** Happens once, at the next step of its kind. */
    public enum Fault {
        /** Half of a write is done, then it fails. */
        WRITE_FAILS,
        /** The disk is full: nothing of a write is done, and all later writes fail until {@link #repair()}. */
        NO_SPACE,
        /** A write does one byte and says so, which is legal. */
        SHORT_WRITE,
        READ_FAILS,
        /** A flush fails and drops what it was to write; later flushes succeed without it, as Linux does. */
        FLUSH_FAILS,
        DIRECTORY_FLUSH_FAILS
    }

    /** One name's change. A null source is no rename; a null file deletes. */
    private static final class Operation {
        private final @Nullable Path from;
        private final Path to;
        private final @Nullable LossyFile file;
        private boolean durable;

        private Operation(@Nullable Path from, Path to, @Nullable LossyFile file) {
            this.from = from;
            this.to = to;
            this.file = file;
        }
    }

    private final Path root;
    private final Map<Path, LossyFile> live = new TreeMap<>();
    private final List<Operation> operations = new ArrayList<>();
    private final Set<Path> durableDirectories = new HashSet<>();
    private final Set<Fault> faults = new HashSet<>();

    /** @param root an empty directory; everything below it is watched */
    public LossyDisk(Path root) {
        this.root = root.toAbsolutePath();
        durableDirectories.add(this.root);
    }

    public synchronized LossyDisk fail(Fault fault) {
        faults.add(fault);
        return this;
    }

    /** Takes back faults that have not happened, and a full disk. */
    public synchronized void repair() {
        faults.clear();
    }

    /** Says whether a fault is to happen now; it will not happen again, but for a full disk. */
    synchronized boolean happens(Fault fault) {
        return fault == Fault.NO_SPACE ? faults.contains(fault) : faults.remove(fault);
    }

    @Override
    public synchronized FileChannel open(Path file, OpenOption... options) throws IOException {
        Path path = file.toAbsolutePath();
        boolean existed = Files.exists(path);
        FileChannel channel = FileChannel.open(path, options);
        LossyFile known = live.get(path);
        if (known == null || !existed) {
            known = new LossyFile(existed ? Files.readAllBytes(path) : new byte[0]);
            live.put(path, known);
            Operation created = new Operation(null, path, known);
            created.durable = existed;
            operations.add(created);
        }
        if (List.of(options).contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            known.truncate(0);
        }
        return new LossyChannel(this, known, channel);
    }

    @Override
    public synchronized void force(FileChannel channel, Path file) throws IOException {
        channel.force(true);
    }

    @Override
    public synchronized void move(Path from, Path to) throws IOException {
        Disk.super.move(from, to);
        Path source = from.toAbsolutePath();
        Path target = to.toAbsolutePath();
        LossyFile file = live.remove(source);
        if (file == null) {
            throw new IllegalStateException(from + " was not opened through this disk");
        }
        live.put(target, file);
        operations.add(new Operation(source, target, file));
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        if (happens(Fault.DIRECTORY_FLUSH_FAILS)) {
            throw new IOException("injected: flush of directory " + directory);
        }
        Disk.super.forceDirectory(directory);
        Path path = directory.toAbsolutePath();
        if (!path.startsWith(root)) {
            return;
        }
        noticeDeletions();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry)) {
                    durableDirectories.add(entry);
                }
            }
        }
        for (Operation operation : operations) {
            if (path.equals(operation.to.getParent())) {
                operation.durable = true;
            }
        }
    }

    private void noticeDeletions() {
        for (Path path : List.copyOf(live.keySet())) {
            if (!Files.exists(path)) {
                live.remove(path);
                operations.add(new Operation(null, path, null));
            }
        }
    }

    /**
     * Lays out one state that a power cut at this moment may leave.
     *
     * @param target an empty directory, which stands for the root
     */
    public synchronized void afterPowerCut(Path target, Mode mode, long seed) throws IOException {
        noticeDeletions();
        var random = new SplittableRandom(seed);
        int last = -1;
        for (int i = 0; i < operations.size(); i++) {
            last = operations.get(i).durable ? i : last;
        }
        int prefix = last + 1 + random.nextInt(operations.size() - last);
        Map<Path, LossyFile> names = new HashMap<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            boolean survives = mode == Mode.ORDERED ? i < prefix : operation.durable || random.nextBoolean();
            if (survives) {
                apply(operation, names);
            }
        }
        for (Path directory : durableDirectories) {
            if (isDurable(directory)) {
                Files.createDirectories(target.resolve(root.relativize(directory)));
            }
        }
        for (var entry : new TreeMap<>(names).entrySet()) {
            Path parent = Objects.requireNonNull(entry.getKey().getParent());
            if (isDurable(parent) || random.nextBoolean()) {
                Path file = target.resolve(root.relativize(entry.getKey()));
                Files.createDirectories(Objects.requireNonNull(file.getParent()));
                Files.write(file, entry.getValue().afterPowerCut(mode, random));
            }
        }
    }

    private static void apply(Operation operation, Map<Path, LossyFile> names) {
        if (operation.from != null && names.get(operation.from) == operation.file) {
            names.remove(operation.from);
        }
        if (operation.file == null) {
            names.remove(operation.to);
        } else {
            names.put(operation.to, operation.file);
        }
    }

    /** A directory survives if its name and those of all above it were flushed. */
    private boolean isDurable(Path directory) {
        for (Path path = directory; path != null && !path.equals(root); path = path.getParent()) {
            if (!durableDirectories.contains(path)) {
                return false;
            }
        }
        return true;
    }
}

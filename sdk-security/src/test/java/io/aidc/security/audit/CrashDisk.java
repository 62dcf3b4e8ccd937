package io.aidc.security.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A disk that stops after some operations and then loses, by lot, what was not flushed: names of files and directories,
 * deletions, renames, and the end of a file that was being written.
 */
final class CrashDisk extends LogDisk {
    private final Random random;
    private final Map<Path, List<Undo>> unflushed = new LinkedHashMap<>();
    private int left;
    private int operations;

    private interface Undo {
        void run() throws IOException;
    }

    CrashDisk(Random random, int operations) {
        this.random = random;
        this.left = operations;
    }

    /** A disk that does not crash, and flushes nothing since it need not. */
    static CrashDisk reliable() {
        return new CrashDisk(new Random(0), Integer.MAX_VALUE);
    }

    int operations() {
        return operations;
    }

    @Override
    void createDirectory(Path directory) throws IOException {
        step();
        super.createDirectory(directory);
        undo(directory, () -> deleteAll(directory));
    }

    @Override
    void write(Map<Path, byte[]> files) throws IOException {
        for (Map.Entry<Path, byte[]> file : files.entrySet()) {
            write(file.getKey(), file.getValue());
        }
    }

    private void write(Path file, byte[] bytes) throws IOException {
        if (!Files.exists(file)) {
            undo(file, () -> Files.deleteIfExists(file));
        }
        if (left == 0) {
            Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
        }
        step();
        Files.write(file, bytes);
    }

    @Override
    void rename(Path from, Path to) throws IOException {
        step();
        byte[] before = Files.exists(to) ? Files.readAllBytes(to) : null;
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        undo(to, () -> {
            if (before == null) {
                Files.deleteIfExists(to);
            } else {
                Files.write(to, before);
            }
        });
    }

    @Override
    void delete(Path file) throws IOException {
        step();
        if (Files.isDirectory(file)) {
            Files.delete(file);
            undo(file, () -> Files.createDirectories(file));
        } else {
            byte[] before = Files.readAllBytes(file);
            Files.delete(file);
            undo(file, () -> {
                Files.createDirectories(parent(file));
                Files.write(file, before);
            });
        }
    }

    @Override
    void flush(Collection<Path> directories) throws IOException {
        for (Path directory : directories) {
            step();
            unflushed.remove(directory);
        }
    }

    /** Loses what was not flushed; whoever writes must have stopped. */
    void powerCut() throws IOException {
        List<Undo> lost = new ArrayList<>();
        unflushed.values().forEach(lost::addAll);
        Collections.reverse(lost);
        for (Undo undo : lost) {
            if (random.nextBoolean()) {
                undo.run();
            }
        }
    }

    private void step() throws IOException {
        operations++;
        if (left-- <= 0) {
            left = -1;
            throw new IOException("the disk stopped");
        }
    }

    private void undo(Path file, Undo undo) {
        unflushed.computeIfAbsent(parent(file), directory -> new ArrayList<>()).add(undo);
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("no directory: " + file);
        }
        return parent;
    }

    private static void deleteAll(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}

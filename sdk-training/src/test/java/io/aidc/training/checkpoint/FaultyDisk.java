package io.aidc.training.checkpoint;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A disk that dies, fails or fills up at a chosen operation. After a death every operation dies, so that no clean-up runs,
 * and {@link #losePower} takes back what was never flushed: names in directories that were not flushed, and half of the
 * content of files that were not.
 */
final class FaultyDisk implements Disk {
    /** The end of the process. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1;
    }

    private record Change(Path directory, Undo undo) {
        static Change at(Path entry, Undo undo) {
            return new Change(Objects.requireNonNull(entry.getParent()), undo);
        }
    }

    private interface Undo {
        void run() throws IOException;
    }

    private final Path graveyard;
    private final Set<Path> unflushed = new HashSet<>();
    private final List<Change> pending = new ArrayList<>();
    private int operations;
    private int dieAt = Integer.MAX_VALUE;
    private int failAt = Integer.MAX_VALUE;
    private long room = Long.MAX_VALUE;

    FaultyDisk(Path graveyard) {
        this.graveyard = graveyard;
    }

    FaultyDisk dieAt(int operation) {
        dieAt = operation;
        return this;
    }

    FaultyDisk failAt(int operation) {
        failAt = operation;
        return this;
    }

    FaultyDisk room(long bytes) {
        room = bytes;
        return this;
    }

    int operations() {
        return operations;
    }

    int pendingChanges() {
        return pending.size();
    }

    private void operate() throws IOException {
        operations++;
        if (operations >= dieAt) {
            throw new Death();
        }
        if (operations == failAt) {
            throw new IOException("Input/output error");
        }
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        operate();
        Files.createDirectory(directory);
        pending.add(Change.at(directory, () -> bury(directory)));
    }

    private Path bury(Path path) throws IOException {
        Files.createDirectories(graveyard);
        Path grave = graveyard.resolve(Long.toString(System.nanoTime()));
        Files.move(path, grave);
        return grave;
    }

    @Override
    public FileOutputStream create(Path file) throws IOException {
        operate();
        pending.add(Change.at(file, () -> bury(file)));
        unflushed.add(file);
        return new FileOutputStream(file.toFile()) {
            @Override
            public void write(byte[] content) throws IOException {
                write(content, 0, content.length);
            }

            @Override
            public void write(byte[] content, int offset, int length) throws IOException {
                int written = (int) Math.min(length, room);
                try {
                    operate();
                } catch (Death e) {
                    super.write(content, offset, length / 2);
                    throw e;
                }
                super.write(content, offset, written);
                room -= written;
                if (written < length) {
                    throw new IOException("No space left on device");
                }
            }
        };
    }

    @Override
    public void force(FileOutputStream out, Path file) throws IOException {
        operate();
        unflushed.remove(file);
    }

    @Override
    public void force(Path file) throws IOException {
        operate();
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        operate();
        Disk.super.move(from, to);
        for (Path file : List.copyOf(unflushed)) {
            if (file.startsWith(from)) {
                unflushed.remove(file);
                unflushed.add(to.resolve(from.relativize(file)));
            }
        }
        pending.add(Change.at(from, () -> Files.move(to, from)));
    }

    @Override
    public void delete(Path path) throws IOException {
        operate();
        Path grave = bury(path);
        pending.add(Change.at(path, () -> Files.move(grave, path)));
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        operate();
        pending.removeIf(change -> change.directory().equals(directory));
    }

    /** Takes back all changes of names that were not flushed but for the first few, and tears files that were not. */
    void losePower(int surviving) throws IOException {
        for (Path file : unflushed) {
            if (Files.exists(file)) {
                byte[] content = Files.readAllBytes(file);
                Files.write(file, java.util.Arrays.copyOf(content, content.length / 2));
            }
        }
        for (int i = pending.size() - 1; i >= surviving; i--) {
            pending.get(i).undo().run();
        }
    }
}

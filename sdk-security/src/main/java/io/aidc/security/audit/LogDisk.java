package io.aidc.security.audit;

import io.aidc.security.internal.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a log does to a disk. Files are flushed at the same time, since one commit of a file system's journal serves all that
 * wait for it. Tests put one in its place that loses what was not flushed.
 */
class LogDisk implements AutoCloseable {
    private static final int AT_ONCE = 8;

    private final Workers workers = Workers.own("audit-write", AT_ONCE);

    private interface Task {
        void run() throws IOException;
    }

    void createDirectory(Path directory) throws IOException {
        Files.createDirectory(directory);
    }

    /** Writes files, perhaps over others, and flushes their content; a name is durable once its directory is flushed. */
    void write(Map<Path, byte[]> files) throws IOException {
        atOnce(files.entrySet().stream()
                .<Task>map(file -> () -> write(file.getKey(), file.getValue()))
                .toList());
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
    }

    /** Gives a file the name of another, which is never missing meanwhile. */
    void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    void delete(Path file) throws IOException {
        Files.delete(file);
    }

    /** Flushes the names in directories. */
    void flush(Collection<Path> directories) throws IOException {
        atOnce(directories.stream()
                .<Task>map(directory -> () -> flush(directory))
                .toList());
    }

    private static void flush(Path directory) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(directory, StandardOpenOption.READ);
        } catch (AccessDeniedException e) {
            if (directory.getFileSystem().getSeparator().equals("\\")) {
                return; // Windows cannot open directories, and flushes names by itself
            }
            throw e;
        }
        try (channel) {
            channel.force(true);
        }
    }

    private void atOnce(List<Task> tasks) throws IOException {
        AtomicInteger next = new AtomicInteger();
        Workers.Work<IOException> share = () -> {
            for (int i = next.getAndIncrement(); i < tasks.size(); i = next.getAndIncrement()) {
                tasks.get(i).run();
            }
        };
        int width = Math.max(1, Math.min(tasks.size(), AT_ONCE));
        Workers.on(workers.executor(), width).run(share, IOException.class);
    }

    /** Ends the threads. */
    @Override
    public void close() {
        workers.close();
    }
}

package io.aidc.benchmarks.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The least that a durable log does: appends what waits to one file, behind its length, with one flush for all of it. */
final class BareGroupCommit implements AutoCloseable {
    private record Group(List<byte[]> entries, CompletableFuture<Void> done) {}

    private final FileChannel file;
    private final Thread thread = new Thread(this::run, "bare-group-commit");
    private List<Group> waiting = new ArrayList<>();
    private boolean closed;

    BareGroupCommit(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND);
        thread.start();
    }

    void append(List<byte[]> entries) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (this) {
            waiting.add(new Group(entries, done));
            notifyAll();
        }
        done.join();
    }

    private void run() {
        try {
            for (List<Group> batch = take(); !batch.isEmpty(); batch = take()) {
                int bytes = batch.stream()
                        .flatMap(group -> group.entries().stream())
                        .mapToInt(entry -> entry.length + 2)
                        .sum();
                ByteBuffer out = ByteBuffer.allocate(bytes);
                for (Group group : batch) {
                    group.entries()
                            .forEach(entry -> out.putShort((short) entry.length).put(entry));
                }
                out.flip();
                while (out.hasRemaining()) {
                    file.write(out);
                }
                file.force(false);
                batch.forEach(group -> group.done().complete(null));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized List<Group> take() {
        while (waiting.isEmpty() && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                closed = true;
            }
        }
        List<Group> batch = waiting;
        waiting = new ArrayList<>();
        return batch;
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        file.close();
    }
}

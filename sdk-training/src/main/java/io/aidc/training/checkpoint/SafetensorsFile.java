package io.aidc.training.checkpoint;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Reads the arrays of an open safetensors file one by one. The file may be larger than memory, and than 2 GiB.
 *
 * <p>Thread-safe: reads take turns.
 */
public final class SafetensorsFile implements AutoCloseable {
    /**
     * Tells where an array lies.
     *
     * <p>Immutable.
     *
     * @param type how its numbers are stored
     * @param shape the extents, outermost first
     * @param offset where it begins, in bytes from the end of the header
     * @param bytes its length
     */
    public record Entry(TensorType type, List<Long> shape, long offset, long bytes) {
        /** Copies the shape. */
        public Entry {
            shape = List.copyOf(shape);
        }

        int requireSize(String name) throws IOException {
            long size = bytes / type.bytes();
            if (size > Integer.MAX_VALUE - 8) {
                throw new IOException("array '%s' has %d numbers, more than fit into an array".formatted(name, size));
            }
            return (int) size;
        }
    }

    private final Path path;
    private final RandomAccessFile file;
    private final SafetensorsHeader header;
    private boolean closed;

    private SafetensorsFile(Path path, RandomAccessFile file, SafetensorsHeader header) {
        this.path = path;
        this.file = file;
        this.header = header;
    }

    static SafetensorsFile open(Path path) {
        // Not a channel: interrupting a thread would close it.
        try {
            var file = new RandomAccessFile(path.toFile(), "r");
            SafetensorsFile opened = null;
            try {
                opened = new SafetensorsFile(path, file, SafetensorsHeader.read(file, file.length(), path.toString()));
                return opened;
            } finally {
                if (opened == null) {
                    file.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path, e);
        }
    }

    /**
     * Lists the arrays.
     *
     * @return where each lies by name, in the order of the file
     */
    public Map<String, Entry> entries() {
        return header.entries();
    }

    /**
     * Gives the texts the writer put beside the arrays.
     *
     * @return texts by name; empty if there are none
     */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    /**
     * Reads an array into memory.
     *
     * @param name as in {@link #entries}
     * @return the array, of the type it is stored in
     * @throws IllegalArgumentException if there is none of that name
     * @throws IllegalStateException after {@code close()}
     * @throws UncheckedIOException if the file cannot be read or has shrunk, or the array has more than 2<sup>31</sup> - 9
     *     numbers
     */
    public synchronized Tensor tensor(String name) {
        Entry entry = require(name);
        try {
            int size = entry.requireSize(name);
            file.seek(header.bytes() + entry.offset());
            return new Tensor(entry.type(), entry.shape(), Elements.read(entry.type(), size, file), false);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read array '%s' of %s".formatted(name, path), e);
        }
    }

    /**
     * Maps an array: its numbers come from the file when they are asked for. It stays usable after {@code close()} and is
     * unmapped when it is collected as garbage. The file must not be changed or cut meanwhile: reading beyond its end then
     * fails with an {@link InternalError}.
     *
     * @param name as in {@link #entries}
     * @return the array, of the type it is stored in
     * @throws IllegalArgumentException if there is none of that name, or it has 2 GiB or more
     * @throws IllegalStateException after {@code close()}
     * @throws UncheckedIOException if the file cannot be mapped
     */
    public synchronized Tensor map(String name) {
        Entry entry = require(name);
        if (entry.bytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("array '%s' has %d bytes, at most %d can be mapped"
                    .formatted(name, entry.bytes(), Integer.MAX_VALUE));
        }
        try {
            ByteBuffer bytes = file.getChannel()
                    .map(FileChannel.MapMode.READ_ONLY, header.bytes() + entry.offset(), entry.bytes());
            return new Tensor(entry.type(), entry.shape(), Elements.view(entry.type(), bytes), false);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot map array '%s' of %s".formatted(name, path), e);
        }
    }

    private Entry require(String name) {
        if (closed) {
            throw new IllegalStateException(path + " is closed");
        }
        Entry entry = header.entries().get(name);
        if (entry == null) {
            throw new IllegalArgumentException("no array '%s' in %s; there are %s"
                    .formatted(name, path, header.entries().keySet()));
        }
        return entry;
    }

    /** Closes the file; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot close " + path, e);
            }
        }
    }
}

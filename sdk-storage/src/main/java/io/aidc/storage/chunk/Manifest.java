package io.aidc.storage.chunk;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a version consists of: its files, the chunks of each in order, and the caller's metadata.
 *
 * <p>Binary form, big-endian: {@code AMF1}; int number of files; per file: name, long length, digest (33 bytes), int number
 * of chunks, per chunk: id (33 bytes) and int length; int number of metadata entries; per entry: key, value. A string is an
 * int number of bytes and UTF-8. Files are sorted by name, metadata by key, so equal content has equal bytes and one id.
 *
 * <p>Immutable.
 *
 * @param files sorted by name, at least one
 * @param metadata the caller's keys and values
 */
public record Manifest(List<FileEntry> files, Map<String, String> metadata) {
    /** The longest binary form in bytes. */
    public static final int MAX_BYTES = 16 << 20;

    private static final int MAGIC = 0x414D_4631;

    /**
     * One file of a version.
     *
     * @param name relative, parts separated by {@code /}
     * @param length bytes
     * @param digest of the whole file
     * @param chunks in order; their lengths add up to {@code length}
     */
    public record FileEntry(String name, long length, ChunkId digest, List<ChunkEntry> chunks) {
        /** Checks that name, length and chunks fit together. */
        public FileEntry {
            RelativeName.check("file name", name);
            chunks = List.copyOf(chunks);
            long sum = 0;
            for (ChunkEntry chunk : chunks) {
                sum = Math.addExact(sum, chunk.length());
            }
            if (sum != length) {
                throw new IllegalArgumentException(
                        "file '%s' has length %d but its chunks add up to %d".formatted(name, length, sum));
            }
        }
    }

    /**
     * One chunk of a file.
     *
     * @param id names its bytes
     * @param length bytes, &gt; 0
     */
    public record ChunkEntry(ChunkId id, int length) {
        /** Checks the length. */
        public ChunkEntry {
            if (length <= 0) {
                throw new IllegalArgumentException("chunk length must be > 0, got " + length);
            }
        }
    }

    /** Sorts and checks the files. */
    public Manifest {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("a version needs at least one file, got none");
        }
        files = files.stream()
                .sorted(java.util.Comparator.comparing(FileEntry::name))
                .toList();
        RelativeName.checkTogether(files.stream().map(FileEntry::name).toList());
        metadata = java.util.Collections.unmodifiableMap(new TreeMap<>(metadata));
    }

    /**
     * Returns the number of bytes of all files.
     *
     * @return bytes
     */
    public long size() {
        return files.stream().mapToLong(FileEntry::length).sum();
    }

    /**
     * Returns the ids of all chunks, each once.
     *
     * @return in order of first use
     */
    public Set<ChunkId> chunkIds() {
        Set<ChunkId> ids = new LinkedHashSet<>();
        files.forEach(file -> file.chunks().forEach(chunk -> ids.add(chunk.id())));
        return ids;
    }

    /**
     * Writes the binary form.
     *
     * @return at most 16 MiB
     * @throws IllegalArgumentException if it would be longer
     */
    public byte[] encode() {
        long needed = 4 + files.stream().mapToLong(f -> f.chunks().size() * 37L).sum();
        if (needed > MAX_BYTES) {
            throw tooLong(needed);
        }
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeInt(files.size());
            for (FileEntry file : files) {
                write(out, file);
            }
            out.writeInt(metadata.size());
            for (var entry : metadata.entrySet()) {
                write(out, entry.getKey());
                write(out, entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (bytes.size() > MAX_BYTES) {
            throw tooLong(bytes.size());
        }
        return bytes.toByteArray();
    }

    /**
     * Reads the binary form.
     *
     * @param bytes untrusted; nothing is allocated beyond their own size
     * @return the manifest
     * @throws IllegalArgumentException if they are not one
     */
    public static Manifest decode(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            if (in.getInt() != MAGIC) {
                throw new IllegalArgumentException("not a manifest: it does not begin with AMF1");
            }
            List<FileEntry> files = new ArrayList<>();
            for (int left = count(in, 4 + 8 + ChunkId.ENCODED_BYTES + 4); left > 0; left--) {
                files.add(readFile(in));
            }
            Map<String, String> metadata = new TreeMap<>();
            for (int left = count(in, 8); left > 0; left--) {
                metadata.put(readString(in), readString(in));
            }
            if (in.hasRemaining()) {
                throw new IllegalArgumentException("manifest has %d bytes too many".formatted(in.remaining()));
            }
            return new Manifest(files, metadata);
        } catch (BufferUnderflowException | ArithmeticException e) {
            throw new IllegalArgumentException("manifest is truncated or its numbers overflow", e);
        }
    }

    private static void write(DataOutputStream out, FileEntry file) throws IOException {
        write(out, file.name());
        out.writeLong(file.length());
        write(out, file.digest());
        out.writeInt(file.chunks().size());
        for (ChunkEntry chunk : file.chunks()) {
            write(out, chunk.id());
            out.writeInt(chunk.length());
        }
    }

    private static FileEntry readFile(ByteBuffer in) {
        String name = readString(in);
        long length = in.getLong();
        ChunkId digest = ChunkId.readFrom(in);
        int count = count(in, ChunkId.ENCODED_BYTES + 4);
        List<ChunkEntry> chunks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            chunks.add(new ChunkEntry(ChunkId.readFrom(in), in.getInt()));
        }
        return new FileEntry(name, length, digest, chunks);
    }

    private static void write(DataOutputStream out, ChunkId id) throws IOException {
        ByteBuffer encoded = ByteBuffer.allocate(ChunkId.ENCODED_BYTES);
        id.writeTo(encoded);
        out.write(encoded.array());
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static String readString(ByteBuffer in) {
        byte[] utf8 = new byte[count(in, 1)];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static int count(ByteBuffer in, int bytesEach) {
        int count = in.getInt();
        if (count < 0 || (long) count * bytesEach > in.remaining()) {
            throw new IllegalArgumentException(
                    "manifest announces %d items but only %d bytes follow".formatted(count, in.remaining()));
        }
        return count;
    }

    private static IllegalArgumentException tooLong(long bytes) {
        return new IllegalArgumentException(
                "manifest must have at most %d bytes, this version needs %d: use larger chunks or fewer files"
                        .formatted(MAX_BYTES, bytes));
    }
}

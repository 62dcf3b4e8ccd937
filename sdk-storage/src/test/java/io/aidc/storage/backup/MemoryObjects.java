package io.aidc.storage.backup;

import io.aidc.storage.object.ObjectStore;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Objects in memory; fails from a chosen write or delete on, as if the process had been killed. */
public final class MemoryObjects implements ObjectStore {
    /** The objects; a test may damage them. */
    public final Map<String, byte[]> content = new ConcurrentSkipListMap<>();

    final AtomicLong changes = new AtomicLong();
    final AtomicLong bytesRead = new AtomicLong();
    private volatile long failFrom = Long.MAX_VALUE;

    /** Lets so many changes happen, then none. */
    public MemoryObjects failAfter(long allowed) {
        changes.set(0);
        failFrom = allowed;
        return this;
    }

    public MemoryObjects working() {
        return failAfter(Long.MAX_VALUE);
    }

    MemoryObjects copy() {
        var copy = new MemoryObjects();
        content.forEach((key, bytes) -> copy.content.put(key, bytes.clone()));
        return copy;
    }

    /** Flips one bit of an object. */
    void flip(String key, int bit) {
        Objects.requireNonNull(content.get(key), key)[bit / 8] ^= (byte) (1 << bit % 8);
    }

    private void change() throws IOException {
        if (changes.getAndIncrement() >= failFrom) {
            throw new IOException("injected");
        }
    }

    @Override
    public boolean putIfAbsent(String key, byte[] bytes) throws IOException {
        change();
        return content.putIfAbsent(key, bytes.clone()) == null;
    }

    @Override
    public OptionalLong size(String key) {
        byte[] bytes = content.get(key);
        return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes.length);
    }

    @Override
    public byte[] get(String key) throws IOException {
        byte[] bytes = content.get(key);
        if (bytes == null) {
            throw new NoSuchFileException(key);
        }
        bytesRead.addAndGet(bytes.length);
        return bytes.clone();
    }

    @Override
    public byte[] get(String key, long offset, int length) throws IOException {
        byte[] bytes = get(key);
        if (offset + length > bytes.length) {
            throw new EOFException(key);
        }
        return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
    }

    @Override
    public void list(String prefix, Consumer<Listed> visitor) {
        content.forEach((key, bytes) -> {
            if (key.startsWith(prefix)) {
                visitor.accept(new Listed(key, bytes.length));
            }
        });
    }

    @Override
    public void delete(String key) throws IOException {
        change();
        content.remove(key);
    }

    @Override
    public void close() {
        // nothing is held
    }

    @Override
    public String toString() {
        return "MemoryObjects";
    }
}

package io.aidc.storage.object;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Keeps immutable objects by key.
 *
 * <p>An object is written once and whole; it is never changed, only deleted. Keys are relative names of plain parts
 * such as {@code data/3f/3f91…}, at most 512 bytes of UTF-8. The first part {@code .aidc} is kept for the store itself.
 *
 * <p>Implementations are thread-safe; each extends the contract test.
 */
public interface ObjectStore extends AutoCloseable {
    /** The largest object in bytes, 128 MiB. */
    int MAX_BYTES = 128 << 20;

    /**
     * What a listing tells of an object.
     *
     * @param key its key
     * @param bytes its length
     */
    record Listed(String key, long bytes) {}

    /**
     * Stores an object unless there is one under the key. Of several callers at once one wins.
     *
     * @param key a relative name
     * @param content at most {@link #MAX_BYTES}; not modified
     * @return true if it was stored: it is then durable and every later read finds it; false if the key was taken, and
     *     nothing changed
     * @throws IllegalArgumentException if the key is not allowed or the content too large
     * @throws IOException if that failed; the object may or may not be there, whole
     */
    boolean putIfAbsent(String key, byte[] content) throws IOException;

    /**
     * Looks for an object.
     *
     * @param key a relative name
     * @return its length in bytes, or empty if there is none
     * @throws IllegalArgumentException if the key is not allowed
     * @throws IOException if the answer is not known
     */
    OptionalLong size(String key) throws IOException;

    /**
     * Reads a whole object.
     *
     * @param key a relative name
     * @return its content, at most {@link #MAX_BYTES}
     * @throws IllegalArgumentException if the key is not allowed
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws IOException if it could not be read whole
     */
    byte[] get(String key) throws IOException;

    /**
     * Reads a part of an object.
     *
     * @param key a relative name
     * @param offset the first byte, ≥ 0
     * @param length how many bytes, ≥ 0
     * @return exactly so many bytes
     * @throws IllegalArgumentException if the key is not allowed or a number negative
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws IOException if the part could not be read whole, for instance because the object is shorter
     */
    byte[] get(String key, long offset, int length) throws IOException;

    /**
     * Lists the objects whose key begins with a prefix, in the order of their keys as UTF-8 bytes.
     *
     * @param prefix may be empty, and need not end at a {@code /}
     * @param visitor is called on the calling thread; what was stored or deleted meanwhile may or may not be among them
     * @throws IOException if the listing broke off; the visitor may have been called
     */
    void list(String prefix, Consumer<Listed> visitor) throws IOException;

    /**
     * Deletes an object; nothing happens if there is none.
     *
     * @param key a relative name
     * @throws IllegalArgumentException if the key is not allowed
     * @throws IOException if that failed; the object may or may not be there
     */
    void delete(String key) throws IOException;

    /** Releases connections and threads; idempotent. */
    @Override
    void close();
}

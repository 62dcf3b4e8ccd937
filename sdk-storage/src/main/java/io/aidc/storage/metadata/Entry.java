package io.aidc.storage.metadata;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * A key, its value and when it was last written.
 *
 * <p>Immutable: the value is copied in and out.
 *
 * @param key the key
 * @param value its bytes
 * @param revision the number of the command that wrote it, ≥ 1
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out; equality is defined below
public record Entry(String key, byte[] value, long revision) {
    /** Copies the value. */
    public Entry {
        Objects.requireNonNull(key, "key");
        value = value.clone();
    }

    /**
     * Returns the value.
     *
     * @return a copy
     */
    @Override
    public byte[] value() {
        return value.clone();
    }

    boolean hasValue(byte[] expected) {
        return Arrays.equals(value, expected);
    }

    void writeTo(Encoder out) {
        out.string(key).bytes(value).int64(revision);
    }

    static Entry readFrom(ByteBuffer in) {
        return new Entry(Decoder.string(in), Decoder.bytes(in), in.getLong());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Entry that
                && key.equals(that.key)
                && Arrays.equals(value, that.value)
                && revision == that.revision;
    }

    @Override
    public int hashCode() {
        return Objects.hash(key, Arrays.hashCode(value), revision);
    }

    @Override
    public String toString() {
        return "Entry[key=%s, %d bytes, revision=%d]".formatted(key, value.length, revision);
    }
}

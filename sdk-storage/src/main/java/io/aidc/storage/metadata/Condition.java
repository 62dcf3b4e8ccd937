package io.aidc.storage.metadata;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a transaction requires of one key before it changes anything. */
public sealed interface Condition {
    /**
     * Returns the key that is looked at.
     *
     * @return the key
     */
    String key();

    /**
     * Requires that the key does not exist.
     *
     * @param key the key
     */
    record Absent(String key) implements Condition {}

    /**
     * Requires that the key exists, with any value.
     *
     * @param key the key
     */
    record Present(String key) implements Condition {}

    /**
     * Requires that the key exists with this value.
     *
     * @param key the key
     * @param value the expected bytes; not to be modified
     */
    @SuppressWarnings("ArrayRecordComponent") // equality is defined below; the array is not handed to strangers
    record Equal(String key, byte[] value) implements Condition {
        @Override
        public boolean equals(Object other) {
            return other instanceof Equal that && key.equals(that.key) && Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return 31 * key.hashCode() + Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "Equal[key=%s, %d bytes]".formatted(key, value.length);
        }
    }

    /**
     * Says whether the condition holds.
     *
     * @param entry what is stored under the key, or null if nothing is
     * @return true if it holds
     */
    default boolean holds(@Nullable Entry entry) {
        if (this instanceof Equal equal) {
            return entry != null && entry.hasValue(equal.value());
        }
        return this instanceof Present ? entry != null : entry == null;
    }
}

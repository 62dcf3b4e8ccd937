package io.aidc.storage.metadata;

import java.util.Arrays;

/** What a transaction does to one key. */
public sealed interface Change {
    /**
     * Returns the key that is changed.
     *
     * @return the key
     */
    String key();

    /**
     * Writes a value, replacing what was there. To move an alias is to put it on another version.
     *
     * @param key the key
     * @param value the new bytes; not to be modified
     */
    @SuppressWarnings("ArrayRecordComponent") // equality is defined below; the array is not handed to strangers
    record Put(String key, byte[] value) implements Change {
        @Override
        public boolean equals(Object other) {
            return other instanceof Put that && key.equals(that.key) && Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return 31 * key.hashCode() + Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "Put[key=%s, %d bytes]".formatted(key, value.length);
        }
    }

    /**
     * Gives a key's value to another key and removes the first. Nothing happens if the key does
     * not exist; {@link Command.Transaction#move} adds the condition that it does.
     *
     * @param key the key that is read and removed
     * @param target the key that is written, replacing what was there
     */
    record Move(String key, String target) implements Change {}

    /**
     * Removes the key; nothing happens if it does not exist.
     *
     * @param key the key
     */
    record Delete(String key) implements Change {}
}

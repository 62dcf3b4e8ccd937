package io.aidc.storage.object;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aidc.storage.chunk.RelativeName;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;

/** Which keys are allowed, and their order. */
final class Keys {
    /** The first part of the keys that stores keep for themselves. */
    static final String RESERVED = ".aidc";

    /** The order of listings. */
    static final Comparator<String> ORDER = (a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));

    private Keys() {}

    static String check(String key) {
        RelativeName.check("key", Objects.requireNonNull(key, "key"));
        String first = key.split("/", 2)[0];
        if (first.toLowerCase(Locale.ROOT).equals(RESERVED)) {
            throw new IllegalArgumentException(
                    "key must not begin with the part '%s', got '%s'".formatted(RESERVED, key));
        }
        return key;
    }

    /** Tells whether something found in a store is an object of ours. */
    static boolean isKey(String name) {
        try {
            check(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Tells whether a key can begin so: the parts before the last slash are whole and must be allowed. */
    static boolean canBegin(String prefix) {
        int slash = prefix.lastIndexOf('/');
        return slash < 0 || isKey(prefix.substring(0, slash));
    }

    static void checkContent(String key, byte[] content) {
        if (content.length > ObjectStore.MAX_BYTES) {
            throw new IllegalArgumentException("object %s must have at most %d bytes, got %d"
                    .formatted(key, ObjectStore.MAX_BYTES, content.length));
        }
    }

    static IOException shorter(String key, long offset, int length) {
        return new EOFException("object %s has no %d bytes at %d".formatted(key, length, offset));
    }

    static void checkRange(long offset, int length) {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException(
                    "offset and length must be >= 0, got %d and %d".formatted(offset, length));
        }
        if (length > ObjectStore.MAX_BYTES || offset > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException(
                    "a part has at most %d bytes, got %d at %d".formatted(ObjectStore.MAX_BYTES, length, offset));
        }
    }
}

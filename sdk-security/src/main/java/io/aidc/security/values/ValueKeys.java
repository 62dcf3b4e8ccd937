package io.aidc.security.values;

import io.aidc.security.keys.InsecureDataKeys;
import io.aidc.security.keys.KeyRing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** Where a value's key comes from. Each call makes a key of its own, which the caller wipes. */
@FunctionalInterface
interface ValueKeys {
    int KEY_BYTES = 32;
    int MAX_PURPOSE_BYTES = 200;

    byte[] key();

    /** The key for a purpose under one version of a ring; derived anew for each use, so that disabling works at once. */
    static ValueKeys derived(KeyRing ring, int version, String label, String purpose) {
        Objects.requireNonNull(ring, "ring");
        String whole = label + "/" + purpose;
        ValueKeys keys = () -> InsecureDataKeys.derive(ring, version, whole, KEY_BYTES);
        Arrays.fill(keys.key(), (byte) 0); // a version that cannot be used is refused at once
        return keys;
    }

    /** Checks a purpose, a domain or the like. */
    static String checked(String what, String purpose) {
        Objects.requireNonNull(purpose, what);
        byte[] utf8 = utf8(what, purpose);
        if (utf8.length < 1 || utf8.length > MAX_PURPOSE_BYTES) {
            throw new IllegalArgumentException(
                    "%s must be 1 to %d bytes in UTF-8, got %d".formatted(what, MAX_PURPOSE_BYTES, utf8.length));
        }
        return purpose;
    }

    /** Encodes a text without replacing anything, so that different texts give different bytes. */
    static byte[] utf8(String what, String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(what + " must be well-formed UTF-16");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

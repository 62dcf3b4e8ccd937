package io.aidc.security.seal;

import io.aidc.security.keys.HpkeSuite;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Names one who can open a sealed file, as it stands readable in the file. It says which key to look for and proves nothing
 * before the file was opened.
 */
public sealed interface RecipientId {
    /**
     * A version of a key ring's key.
     *
     * @param ring the {@linkplain io.aidc.security.keys.KeyRing#id() id} of the ring, 32 lower-case hex digits
     * @param version the version of its key, &gt;= 1
     */
    record Ring(String ring, int version) implements RecipientId {
        /** Checks the shapes. */
        public Ring {
            requireHex("ring", ring);
            if (version < 1) {
                throw new IllegalArgumentException("version must be >= 1, got " + version);
            }
        }
    }

    /**
     * A public key.
     *
     * @param suite its kind
     * @param key the {@linkplain io.aidc.security.keys.HpkePublicKey#id() id} of the key, 32 lower-case hex digits
     */
    record Hpke(HpkeSuite suite, String key) implements RecipientId {
        /** Checks the shapes. */
        public Hpke {
            Objects.requireNonNull(suite, "suite");
            requireHex("key", key);
        }
    }

    /**
     * A key that never leaves its service or device.
     *
     * @param key the service's name for it, 1 to 255 bytes in UTF-8
     */
    record Kek(String key) implements RecipientId {
        /** Checks the length. */
        public Kek {
            int length = key.getBytes(StandardCharsets.UTF_8).length;
            if (length < 1
                    || length > 255
                    || !StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
                throw new IllegalArgumentException("key must be 1 to 255 bytes in UTF-8, got " + length);
            }
        }
    }

    /** Whoever knows the passphrase. */
    record Passphrase() implements RecipientId {}

    /**
     * Somebody of a kind that this release does not know.
     *
     * @param type the number of the kind, 0 to 255
     */
    record Unknown(int type) implements RecipientId {}

    private static void requireHex(String what, String value) {
        if (!value.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException(what + " must be 32 lower-case hex digits, got " + value);
        }
    }
}

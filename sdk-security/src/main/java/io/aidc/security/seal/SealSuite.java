package io.aidc.security.seal;

import io.aidc.security.internal.Hkdf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How the content of a sealed file is encrypted. Readers know both; the file says which it is, authenticated. */
public enum SealSuite {
    /** AES-256-GCM in chunks of 16 KiB, keys by HKDF-SHA-512: C2SP Cobblestone-256. */
    COBBLESTONE_256(1, ChunkAead.AES_256) {
        @Override
        byte[] contentKey(byte[] dataKey) {
            return dataKey.clone();
        }
    },
    /** AES-128-GCM in chunks of 16 KiB, keys by HKDF-SHA-512: C2SP Cobblestone-128. */
    COBBLESTONE_128(3, ChunkAead.AES_128) {
        @Override
        byte[] contentKey(byte[] dataKey) {
            return Hkdf.expand("HmacSHA512", dataKey, LABEL_128.getBytes(StandardCharsets.US_ASCII), 16);
        }
    };

    private static final String LABEL_128 = "io.aidc cobblestone-128 key v1";

    private final int id;
    private final ChunkAead aead;

    SealSuite(int id, ChunkAead aead) {
        this.id = id;
        this.aead = aead;
    }

    /** The number in the file; 2 is kept free. */
    int id() {
        return id;
    }

    ChunkAead aead() {
        return aead;
    }

    /** The suite of a number, or null if it is unknown. */
    static @Nullable SealSuite of(int id) {
        for (SealSuite suite : values()) {
            if (suite.id == id) {
                return suite;
            }
        }
        return null;
    }

    /** The chunked format's input key, in an array of its own. The data key has 32 bytes in every suite. */
    abstract byte[] contentKey(byte[] dataKey);
}

package io.aidc.security.seal;

import java.nio.charset.StandardCharsets;

/** The AEADs of the two named instances of chunked encryption. */
enum ChunkAead {
    AES_128("AEAD_AES_128_GCM", 16),
    AES_256("AEAD_AES_256_GCM", 32);

    private final String registeredName;
    private final int keyBytes;

    ChunkAead(String registeredName, int keyBytes) {
        this.registeredName = registeredName;
        this.keyBytes = keyBytes;
    }

    byte[] registeredName() {
        return registeredName.getBytes(StandardCharsets.US_ASCII);
    }

    int keyBytes() {
        return keyBytes;
    }
}

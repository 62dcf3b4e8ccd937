package io.aidc.security.seal;

import io.aidc.security.internal.Hkdf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.spec.SecretKeySpec;

/** The key, base nonce and key commitment of one message. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ChunkKeys(SecretKeySpec key, byte[] baseNonce, byte[] commitment) {
    static final int NONCE_BYTES = 12;
    static final int SALT_BYTES = 24;
    static final int COMMITMENT_BYTES = 32;
    private static final byte[] LABEL = "c2sp.org/chunked-encryption@v1+".getBytes(StandardCharsets.US_ASCII);

    static ChunkKeys derive(ChunkAead aead, byte[] inputKey, byte[] salt, byte[] context) {
        ByteArrayOutputStream info = new ByteArrayOutputStream();
        info.writeBytes(LABEL);
        info.writeBytes(aead.registeredName());
        info.write(0);
        info.writeBytes(salt);
        info.writeBytes(context);
        int nonceAt = aead.keyBytes();
        int commitmentAt = nonceAt + NONCE_BYTES;
        int end = commitmentAt + COMMITMENT_BYTES;
        byte[] output = Hkdf.expand("HmacSHA512", inputKey, info.toByteArray(), end);
        try {
            return new ChunkKeys(
                    new SecretKeySpec(output, 0, nonceAt, "AES"),
                    Arrays.copyOfRange(output, nonceAt, commitmentAt),
                    Arrays.copyOfRange(output, commitmentAt, end));
        } finally {
            Arrays.fill(output, (byte) 0);
        }
    }
}

package io.aidc.security.seal;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts or decrypts single chunks of one message. Input and output must be different arrays: in place, the JDK leaves
 * its fast path. <em>Confined: one thread at a time; another worker takes another instance.</em>
 */
final class ChunkCrypter {
    static final int PLAIN_BYTES = 16 * 1024;
    static final int TAG_BYTES = 16;
    static final int SEALED_BYTES = PLAIN_BYTES + TAG_BYTES;
    private static final long MAX_CHUNKS = 1L << 38;

    /** Two MiB into a message it pays to have the cipher compiled; shorter ones do not wait for it. */
    private static final long LONG_MESSAGE_CHUNK = 128;

    private final int mode;
    private final Cipher cipher;
    private final ChunkKeys keys;

    /**
     * @param mode {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}
     */
    ChunkCrypter(int mode, ChunkKeys keys) {
        try {
            this.mode = mode;
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
            this.keys = keys;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is missing in this JVM", e);
        }
    }

    /**
     * @return bytes written to {@code out} from {@code outOffset} on
     * @throws AEADBadTagException when decrypting, if the chunk is not the one that was encrypted at that index; what is in
     *     {@code out} is then zeros
     */
    int run(long index, byte[] in, int offset, int length, byte[] out, int outOffset) throws AEADBadTagException {
        if (index >= MAX_CHUNKS) {
            throw new IllegalStateException("a message holds at most 2^38 chunks");
        }
        if (index == LONG_MESSAGE_CHUNK) {
            CompiledGcm.ensure(mode);
        }
        byte[] nonce = keys.baseNonce().clone();
        for (int i = 0; i < 5; i++) {
            nonce[nonce.length - 1 - i] ^= (byte) (index >>> (8 * i));
        }
        try {
            cipher.init(mode, keys.key(), new GCMParameterSpec(8 * TAG_BYTES, nonce));
            return cipher.doFinal(in, offset, length, out, outOffset);
        } catch (AEADBadTagException e) {
            Arrays.fill(out, outOffset, outOffset + length - TAG_BYTES, (byte) 0);
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed on a chunk of %d bytes".formatted(length), e);
        }
    }
}

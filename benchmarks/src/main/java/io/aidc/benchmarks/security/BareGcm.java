package io.aidc.benchmarks.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The floor: a loop of the JDK's AES-256-GCM over pieces of 16 KiB of one array, without salt, commitment, header, key
 * wrapping or a mark of the end.
 */
final class BareGcm {
    static final int PIECE = 16 * 1024;
    static final int SEALED_PIECE = PIECE + 16;

    private final SecretKeySpec key;
    private final Cipher cipher;

    private BareGcm(SecretKeySpec key, Cipher cipher) {
        this.key = key;
        this.cipher = cipher;
    }

    /** Every instance has the same key. */
    static BareGcm create() throws GeneralSecurityException {
        byte[] key = new byte[32];
        new Random(1).nextBytes(key);
        return new BareGcm(new SecretKeySpec(key, "AES"), Cipher.getInstance("AES/GCM/NoPadding"));
    }

    static int sealedSize(int size) {
        if (size % PIECE != 0) {
            throw new IllegalArgumentException("size must be a multiple of %d, got %d".formatted(PIECE, size));
        }
        return size / PIECE * SEALED_PIECE;
    }

    void seal(byte[] plaintext, byte[] sealed) throws GeneralSecurityException {
        for (int i = 0; i < plaintext.length / PIECE; i++) {
            cipher.init(Cipher.ENCRYPT_MODE, key, nonce(i));
            cipher.doFinal(plaintext, i * PIECE, PIECE, sealed, i * SEALED_PIECE);
        }
    }

    void unseal(byte[] sealed, byte[] plaintext) throws GeneralSecurityException {
        for (int i = 0; i < plaintext.length / PIECE; i++) {
            unseal(sealed, i, plaintext, i * PIECE);
        }
    }

    void unseal(byte[] sealed, int piece, byte[] plaintext, int offset) throws GeneralSecurityException {
        cipher.init(Cipher.DECRYPT_MODE, key, nonce(piece));
        cipher.doFinal(sealed, piece * SEALED_PIECE, SEALED_PIECE, plaintext, offset);
    }

    /** The same loop, with a copy of each piece from source to sink, as streams must make one. */
    void seal(byte[] plaintext, OutputStream sink) throws IOException, GeneralSecurityException {
        byte[] piece = new byte[SEALED_PIECE];
        for (int i = 0; i < plaintext.length / PIECE; i++) {
            cipher.init(Cipher.ENCRYPT_MODE, key, nonce(i));
            cipher.doFinal(plaintext, i * PIECE, PIECE, piece, 0);
            sink.write(piece);
        }
    }

    void unseal(InputStream source, byte[] plaintext) throws IOException, GeneralSecurityException {
        byte[] piece = new byte[SEALED_PIECE];
        for (int i = 0; i < plaintext.length / PIECE; i++) {
            int length = source.readNBytes(piece, 0, piece.length);
            cipher.init(Cipher.DECRYPT_MODE, key, nonce(i));
            cipher.doFinal(piece, 0, length, plaintext, i * PIECE);
        }
    }

    private static GCMParameterSpec nonce(int index) {
        return new GCMParameterSpec(
                128, ByteBuffer.allocate(12).putInt(8, index).array());
    }
}

package io.aidc.privacy.aggregation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Every key of one round, bound to the round's name, the agreed parameters, the purpose and the two parties. */
final class KeySchedule {
    static final int KEY_BYTES = 32;
    static final int TAG_BYTES = 16;

    private final byte[] context;

    KeySchedule(SecureSum sum, byte[] round) {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            hash.update("aidc-secure-sum 1".getBytes(US_ASCII));
            hash.update(round);
            context = hash.digest(sum.fingerprint());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }

    byte[] graphKey() {
        return derive(new byte[0], "graph", 0, 0);
    }

    byte[] selfMask(byte[] seed, int client) {
        return derive(seed, "self", client, client);
    }

    byte[] commitment(byte[] seed, int client) {
        return derive(seed, "commitment", client, client);
    }

    byte[] pairMask(byte[] agreed, int one, int other) {
        return derive(agreed, "pair", Math.min(one, other), Math.max(one, other));
    }

    byte[] seal(byte[] agreed, int from, int to, byte[] plain) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, agreed, from, to).doFinal(plain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM failed", e);
        }
    }

    Optional<byte[]> open(byte[] agreed, int from, int to, byte[] sealed) {
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, agreed, from, to).doFinal(sealed));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM failed", e);
        }
    }

    private Cipher cipher(int mode, byte[] agreed, int from, int to) throws GeneralSecurityException {
        byte[] key = derive(agreed, "box", from, to);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        // the key serves one direction of one pair in one round, hence one message: a fixed nonce repeats nothing
        var parameters = new GCMParameterSpec(8 * TAG_BYTES, new byte[12]);
        cipher.init(mode, new SecretKeySpec(key, "AES"), parameters);
        Arrays.fill(key, (byte) 0);
        cipher.updateAAD(context);
        cipher.updateAAD(
                ByteBuffer.allocate(2 * Integer.BYTES).putInt(from).putInt(to).array());
        return cipher;
    }

    private byte[] derive(byte[] secret, String purpose, int one, int other) {
        byte[] label = purpose.getBytes(US_ASCII);
        byte[] info = ByteBuffer.allocate(label.length + 2 * Integer.BYTES)
                .put(label)
                .putInt(one)
                .putInt(other)
                .array();
        return Hkdf.derive(context, secret, info, KEY_BYTES);
    }
}

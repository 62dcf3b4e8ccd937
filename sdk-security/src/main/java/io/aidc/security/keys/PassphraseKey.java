package io.aidc.security.keys;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * What Argon2id makes of a passphrase: a key, and a commitment which shows that a file belongs to that key and no other
 * (XAES-256-GCM alone would open under several).
 */
final class PassphraseKey {
    static final int SALT_BYTES = 16;
    static final int COMMITMENT_BYTES = 32;
    private static final int KEY_BYTES = 32;

    private final PassphraseCost cost;
    private final byte[] salt;
    private final byte[] output;

    private PassphraseKey(PassphraseCost cost, byte[] salt, byte[] output) {
        this.cost = cost;
        this.salt = salt;
        this.output = output;
    }

    static PassphraseKey derive(char[] passphrase, byte[] salt, PassphraseCost cost) {
        byte[] utf8 = utf8(passphrase);
        try {
            byte[] output = argon2id(utf8, salt, cost, KEY_BYTES + COMMITMENT_BYTES);
            return new PassphraseKey(cost, salt.clone(), output);
        } finally {
            Arrays.fill(utf8, (byte) 0);
        }
    }

    static byte[] argon2id(byte[] password, byte[] salt, PassphraseCost cost, int length) {
        Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
        argon2.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.passes())
                .withParallelism(cost.lanes())
                .withSalt(salt)
                .build());
        byte[] output = new byte[length];
        argon2.generateBytes(password, output);
        return output;
    }

    static void check(char[] passphrase) {
        Arrays.fill(utf8(passphrase), (byte) 0);
    }

    PassphraseCost cost() {
        return cost;
    }

    byte[] salt() {
        return salt.clone();
    }

    byte[] key() {
        return Arrays.copyOf(output, KEY_BYTES);
    }

    byte[] commitment() {
        return Arrays.copyOfRange(output, KEY_BYTES, output.length);
    }

    void wipe() {
        Arrays.fill(output, (byte) 0);
    }

    private static byte[] utf8(char[] passphrase) {
        if (passphrase.length == 0) {
            throw new IllegalArgumentException("passphrase must not be empty");
        }
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(passphrase));
            byte[] utf8 = new byte[encoded.remaining()];
            encoded.get(utf8);
            encoded.clear().put(new byte[encoded.capacity()]);
            return utf8;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("passphrase must be well-formed UTF-16", e);
        }
    }
}

package io.aidc.security.keys;

import io.aidc.security.MalformedSealException;
import io.aidc.security.MalformedSealException.Reason;
import io.aidc.security.UnsealException;
import io.aidc.security.internal.Xaes256Gcm;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * A secret encrypted under a passphrase, big-endian: u8 key derivation (1 = Argon2id v1.3), u32 memory in KiB, u32 passes, u32
 * lanes, salt (16), commitment (32), nonce (24), then the secret under XAES-256-GCM, with a prefix of the caller's and
 * everything before as associated data.
 */
final class PassphraseBox {
    /** Bytes by which a box is longer than its secret. */
    static final int OVERHEAD_BYTES = 101;

    private static final int ARGON2ID = 1;
    private static final int HEAD_BYTES = OVERHEAD_BYTES - Xaes256Gcm.TAG_BYTES;
    private static final int SALT_AT = 13;
    private static final int COMMITMENT_AT = SALT_AT + PassphraseKey.SALT_BYTES;
    private static final int NONCE_AT = COMMITMENT_AT + PassphraseKey.COMMITMENT_BYTES;

    private PassphraseBox() {}

    static byte[] seal(char[] passphrase, byte[] secret, byte[] prefix, PassphraseCost cost) {
        byte[] salt = RingFile.random(PassphraseKey.SALT_BYTES);
        byte[] nonce = RingFile.random(Xaes256Gcm.NONCE_BYTES);
        PassphraseKey lock = PassphraseKey.derive(passphrase, salt, cost);
        byte[] key = lock.key();
        try {
            byte[] head = ByteBuffer.allocate(HEAD_BYTES)
                    .put((byte) ARGON2ID)
                    .putInt(cost.memoryKib())
                    .putInt(cost.passes())
                    .putInt(cost.lanes())
                    .put(salt)
                    .put(lock.commitment())
                    .put(nonce)
                    .array();
            return joined(head, Xaes256Gcm.encrypt(key, nonce, secret, joined(prefix, head)));
        } finally {
            Arrays.fill(key, (byte) 0);
            lock.wipe();
        }
    }

    /**
     * Returns the secret, the caller's to wipe.
     *
     * @throws MalformedSealException if the box is cut, made in an unknown way, or asks for more than the limit; none was
     *     spent
     * @throws UnsealException if it does not open
     */
    static byte[] open(char[] passphrase, byte[] box, byte[] prefix, PassphraseCost limit) {
        if (box.length < OVERHEAD_BYTES) {
            throw new MalformedSealException(
                    Reason.BROKEN_HEADER,
                    "box must be at least %d bytes, got %d".formatted(OVERHEAD_BYTES, box.length));
        }
        PassphraseCost cost = readCost(box, limit);
        byte[] head = Arrays.copyOf(box, HEAD_BYTES);
        PassphraseKey lock = PassphraseKey.derive(passphrase, Arrays.copyOfRange(head, SALT_AT, COMMITMENT_AT), cost);
        byte[] key = lock.key();
        try {
            if (!MessageDigest.isEqual(lock.commitment(), Arrays.copyOfRange(head, COMMITMENT_AT, NONCE_AT))) {
                throw new UnsealException();
            }
            return Xaes256Gcm.decrypt(
                    key,
                    Arrays.copyOfRange(head, NONCE_AT, HEAD_BYTES),
                    Arrays.copyOfRange(box, HEAD_BYTES, box.length),
                    joined(prefix, head));
        } catch (AEADBadTagException e) {
            throw new UnsealException();
        } finally {
            Arrays.fill(key, (byte) 0);
            lock.wipe();
        }
    }

    private static PassphraseCost readCost(byte[] box, PassphraseCost limit) {
        ByteBuffer in = ByteBuffer.wrap(box);
        int derivation = in.get();
        if (derivation != ARGON2ID) {
            throw new MalformedSealException(
                    Reason.UNSUPPORTED, "key derivation must be %d, got %d".formatted(ARGON2ID, derivation));
        }
        PassphraseCost cost = new PassphraseCost(in.getInt(), in.getInt(), in.getInt());
        if (!cost.isWithin(limit)) {
            throw new MalformedSealException(
                    Reason.OVER_LIMIT, "asks for %s; at most %s are allowed".formatted(cost, limit));
        }
        return cost;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}

package io.aidc.security.keys;

import io.aidc.security.KeyRingException;
import io.aidc.security.KeyRingException.Reason;
import io.aidc.security.UnsealException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.Printable;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;

/** What the content of a key ring file is encrypted with, and what the file says about it. */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record
record RingProtection(int type, byte[] parameters, byte[] key) {
    static final int PASSPHRASE = 1;
    static final int KEK = 2;
    private static final int MAX_ID_BYTES = 255;
    private static final int MAX_WRAPPED_BYTES = 1024;
    private static final byte[] CONTEXT = "io.aidc key ring v2".getBytes(StandardCharsets.US_ASCII);

    /** Opens the protection that a file describes. */
    interface Opener {
        /**
         * Reads the parameters and finds the key.
         *
         * @param in stands behind the type; is moved behind the parameters
         * @throws IllegalArgumentException if they do not open
         */
        RingProtection open(Path file, int type, ByteBuffer in);
    }

    static RingProtection byPassphrase(char[] passphrase, PassphraseCost cost) {
        PassphraseKey derived = PassphraseKey.derive(passphrase, RingFile.random(PassphraseKey.SALT_BYTES), cost);
        return of(derived);
    }

    private static RingProtection of(PassphraseKey derived) {
        PassphraseCost cost = derived.cost();
        byte[] parameters = ByteBuffer.allocate(12 + PassphraseKey.SALT_BYTES + PassphraseKey.COMMITMENT_BYTES)
                .putInt(cost.memoryKib())
                .putInt(cost.passes())
                .putInt(cost.lanes())
                .put(derived.salt())
                .put(derived.commitment())
                .array();
        byte[] key = derived.key();
        derived.wipe();
        return new RingProtection(PASSPHRASE, parameters, key);
    }

    static RingProtection byKek(Path file, KeyEncryptionKey kek) {
        byte[] key = RingFile.random(RingContent.KEY_BYTES);
        byte[] id = kek.id().getBytes(StandardCharsets.UTF_8);
        try {
            byte[] wrapped = kek.wrap(key, CONTEXT);
            if (id.length < 1 || id.length > MAX_ID_BYTES || wrapped.length < 1 || wrapped.length > MAX_WRAPPED_BYTES) {
                throw new IllegalArgumentException(
                        "the id must be 1 to %d bytes and the wrapped key 1 to %d, got %d and %d"
                                .formatted(MAX_ID_BYTES, MAX_WRAPPED_BYTES, id.length, wrapped.length));
            }
            return new RingProtection(KEK, kekParameters(id, wrapped), key);
        } catch (IOException e) {
            throw new VaultIoException("Cannot protect key ring %s by key %s".formatted(file, kek.id()), e);
        }
    }

    private static byte[] kekParameters(byte[] id, byte[] wrapped) {
        return ByteBuffer.allocate(4 + id.length + wrapped.length)
                .putShort((short) id.length)
                .put(id)
                .putShort((short) wrapped.length)
                .put(wrapped)
                .array();
    }

    static Opener withPassphrase(char[] passphrase, PassphraseCost limit) {
        return (file, type, in) -> {
            if (type != PASSPHRASE) {
                throw new KeyRingException(
                        Reason.NOT_OPENED, file, "is protected by a key-encryption key, not by a passphrase");
            }
            PassphraseCost cost = new PassphraseCost(in.getInt(), in.getInt(), in.getInt());
            if (!cost.isWithin(limit)) {
                throw new KeyRingException(
                        Reason.OVER_LIMIT, file, "asks for %s; at most %s are allowed".formatted(cost, limit));
            }
            byte[] salt = take(in, PassphraseKey.SALT_BYTES);
            byte[] commitment = take(in, PassphraseKey.COMMITMENT_BYTES);
            PassphraseKey derived = PassphraseKey.derive(passphrase, salt, cost);
            if (!MessageDigest.isEqual(commitment, derived.commitment())) {
                derived.wipe();
                throw new IllegalArgumentException("another passphrase");
            }
            return of(derived);
        };
    }

    static Opener withKek(KeyEncryptionKey kek) {
        return (file, type, in) -> {
            if (type != KEK) {
                throw new KeyRingException(
                        Reason.NOT_OPENED, file, "is protected by a passphrase, not by a key-encryption key");
            }
            byte[] id = take(in, limited(in, MAX_ID_BYTES));
            byte[] wrapped = take(in, limited(in, MAX_WRAPPED_BYTES));
            String name = new String(id, StandardCharsets.UTF_8);
            if (!name.equals(kek.id())) {
                throw new KeyRingException(
                        Reason.NOT_OPENED,
                        file,
                        "is protected by key %s, not by %s".formatted(Printable.of(name), Printable.of(kek.id())));
            }
            try {
                byte[] key = kek.unwrap(wrapped, CONTEXT);
                if (key.length != RingContent.KEY_BYTES) {
                    throw new UnsealException();
                }
                return new RingProtection(KEK, kekParameters(id, wrapped), key);
            } catch (UnsealException e) {
                throw new IllegalArgumentException("another key-encryption key", e);
            } catch (IOException e) {
                throw new VaultIoException("Cannot open key ring %s by key %s".formatted(file, kek.id()), e);
            }
        };
    }

    void wipe() {
        Arrays.fill(key, (byte) 0);
    }

    private static int limited(ByteBuffer in, int most) {
        int length = Short.toUnsignedInt(in.getShort());
        if (length < 1 || length > most) {
            throw new IllegalArgumentException("length must be 1 to %d, got %d".formatted(most, length));
        }
        return length;
    }

    private static byte[] take(ByteBuffer in, int length) {
        if (in.remaining() < length) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}

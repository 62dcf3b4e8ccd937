package io.aidc.security.seal;

import io.aidc.security.keys.HpkePublicKey;
import io.aidc.security.keys.InsecureDataKeys;
import io.aidc.security.keys.InsecureHpke;
import io.aidc.security.keys.KeyEncryptionKey;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.WrappedKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * One for whom to seal: a key ring, the owner of a private key, a key-encryption key, or whoever knows a passphrase. Several
 * may be named for one file; each can open it alone. {@link Identity} is the other side.
 *
 * {@snippet class="io.aidc.security.seal.SealSnippetsTest" region="recipients"}
 *
 * <p><em>Thread-safe.</em>
 */
public abstract sealed class Recipient {
    private Recipient() {}

    /**
     * Seals for the primary version of a key ring, and counts towards its limits.
     *
     * @param ring stays the caller's to close
     * @return the recipient
     */
    public static Recipient of(KeyRing ring) {
        return new OfRing(Objects.requireNonNull(ring, "ring"));
    }

    /**
     * Seals for the owner of a private key, by HPKE (RFC 9180) in base mode: it is not said who sealed.
     *
     * @param key X-Wing holds against quantum computers too, X25519 does not
     * @return the recipient
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9180">RFC 9180, HPKE</a>
     */
    public static Recipient of(HpkePublicKey key) {
        return new OfPublicKey(Objects.requireNonNull(key, "key"));
    }

    /**
     * Seals for a key in a service or a device.
     *
     * @param key is asked once for each file
     * @return the recipient
     */
    public static Recipient of(KeyEncryptionKey key) {
        Objects.requireNonNull(key.id(), "id of the key-encryption key");
        return new OfKek(key);
    }

    /**
     * Seals for whoever knows a passphrase. A file has one such recipient at most. Sealing and opening each cost 64 MiB of
     * memory and some tenths of a second (Argon2id). A copy of the passphrase stays in the heap with this object.
     *
     * @param passphrase one character at least, used as it is; copied, not wiped
     * @return the recipient
     * @throws IllegalArgumentException if it is empty
     */
    public static Recipient ofPassphrase(char[] passphrase) {
        if (passphrase.length == 0) {
            throw new IllegalArgumentException("passphrase must not be empty");
        }
        return new OfPassphrase(passphrase.clone());
    }

    /** Wraps the data key, bound to the hash of the header. */
    abstract Stanza wrap(byte[] dataKey, byte[] hash) throws IOException;

    /** The most bytes that a stanza takes, frame included. */
    abstract int maxBytes();

    /** What it has in common with others of which a file takes one only. */
    abstract Object key();

    /** Whether a stanza of this name would be made again. */
    abstract boolean writes(RecipientId id);

    /** Is told of plaintext that was sealed with a stanza which it made. */
    void sealed(RecipientId id, long bytes) {
        // only a ring counts
    }

    static byte[] hpkeInfo() {
        return "io.aidc seal v1".getBytes(StandardCharsets.US_ASCII);
    }

    private static final class OfRing extends Recipient {
        private final KeyRing ring;

        OfRing(KeyRing ring) {
            this.ring = ring;
        }

        @Override
        Stanza wrap(byte[] dataKey, byte[] hash) {
            WrappedKey wrapped = InsecureDataKeys.wrap(ring, dataKey, hash);
            return new Stanza(new RecipientId.Ring(wrapped.ring(), wrapped.version()), wrapped.bytes());
        }

        @Override
        int maxBytes() {
            return Stanza.FRAME_BYTES + Stanza.ID_BYTES + 4 + Stanza.RING_WRAPPED;
        }

        @Override
        Object key() {
            return ring.id();
        }

        @Override
        boolean writes(RecipientId id) {
            return id.equals(new RecipientId.Ring(ring.id(), ring.primary()));
        }

        @Override
        void sealed(RecipientId id, long bytes) {
            if (id instanceof RecipientId.Ring by) {
                InsecureDataKeys.countBytes(ring, by.version(), bytes);
            }
        }
    }

    private static final class OfPublicKey extends Recipient {
        private final HpkePublicKey key;

        OfPublicKey(HpkePublicKey key) {
            this.key = key;
        }

        @Override
        Stanza wrap(byte[] dataKey, byte[] hash) {
            return new Stanza(id(), InsecureHpke.seal(key, dataKey, hpkeInfo(), hash));
        }

        @Override
        int maxBytes() {
            return Stanza.FRAME_BYTES + 6 + Stanza.ID_BYTES + key.suite().encapsulationBytes() + 48;
        }

        @Override
        Object key() {
            return id();
        }

        @Override
        boolean writes(RecipientId id) {
            return id.equals(id());
        }

        private RecipientId id() {
            return new RecipientId.Hpke(key.suite(), key.id());
        }
    }

    private static final class OfKek extends Recipient {
        private final KeyEncryptionKey key;

        OfKek(KeyEncryptionKey key) {
            this.key = key;
        }

        @Override
        Stanza wrap(byte[] dataKey, byte[] hash) throws IOException {
            byte[] wrapped =
                    Objects.requireNonNull(key.wrap(dataKey, hash), () -> "what wrap of key " + key.id() + " returned");
            if (wrapped.length < 1 || wrapped.length > Stanza.MAX_KEK_WRAPPED) {
                throw new IOException("key-encryption key %s gave a wrapped key of %d bytes; 1 to %d are allowed"
                        .formatted(key.id(), wrapped.length, Stanza.MAX_KEK_WRAPPED));
            }
            return new Stanza(new RecipientId.Kek(key.id()), wrapped);
        }

        @Override
        int maxBytes() {
            int idBytes = key.id().getBytes(StandardCharsets.UTF_8).length;
            return Stanza.FRAME_BYTES + 1 + idBytes + Stanza.MAX_KEK_WRAPPED;
        }

        @Override
        Object key() {
            return new RecipientId.Kek(key.id());
        }

        @Override
        boolean writes(RecipientId id) {
            return id.equals(new RecipientId.Kek(key.id()));
        }
    }

    private static final class OfPassphrase extends Recipient {
        private final char[] passphrase;

        OfPassphrase(char[] passphrase) {
            this.passphrase = passphrase;
        }

        @Override
        Stanza wrap(byte[] dataKey, byte[] hash) {
            return new Stanza(new RecipientId.Passphrase(), InsecureDataKeys.wrap(passphrase, dataKey, hash));
        }

        @Override
        int maxBytes() {
            return Stanza.FRAME_BYTES + Stanza.PASSPHRASE_WRAPPED;
        }

        @Override
        Object key() {
            return new RecipientId.Passphrase();
        }

        /** Passphrases are not compared: the file says nothing about its own. */
        @Override
        boolean writes(RecipientId id) {
            return false;
        }
    }
}

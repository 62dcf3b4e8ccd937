package io.aidc.security.seal;

import io.aidc.security.UnsealException;
import io.aidc.security.keys.HpkeKeyPair;
import io.aidc.security.keys.InsecureDataKeys;
import io.aidc.security.keys.InsecureHpke;
import io.aidc.security.keys.KeyEncryptionKey;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.WrappedKey;
import java.io.IOException;
import java.util.Objects;

/**
 * One as whom to open: a key ring, a private key, a key-encryption key, or a passphrase. {@link Recipient} is the other side.
 *
 * <p><em>Thread-safe.</em>
 */
public abstract sealed class Identity {
    private Identity() {}

    /**
     * Opens with the enabled versions of a key ring.
     *
     * @param ring stays the caller's to close
     * @return the identity
     */
    public static Identity of(KeyRing ring) {
        return new OfRing(Objects.requireNonNull(ring, "ring"));
    }

    /**
     * Opens with a private key.
     *
     * @param pair stays the caller's to close
     * @return the identity
     */
    public static Identity of(HpkeKeyPair pair) {
        return new OfPrivateKey(Objects.requireNonNull(pair, "pair"));
    }

    /**
     * Opens with a key in a service or a device.
     *
     * @param key is asked once for each place where a file names it: usually one, and up to 64 if somebody forged the file
     * @return the identity
     */
    public static Identity of(KeyEncryptionKey key) {
        return new OfKek(Objects.requireNonNull(key, "key"));
    }

    /**
     * Opens with a passphrase. A file that asks for more than 256 MiB of memory, 10 passes or 4 lanes to check it is refused
     * before any is spent. A copy of the passphrase stays in the heap with this object.
     *
     * @param passphrase as it was given to {@link Recipient#ofPassphrase}; copied, not wiped
     * @return the identity
     * @throws IllegalArgumentException if it is empty
     */
    public static Identity ofPassphrase(char[] passphrase) {
        if (passphrase.length == 0) {
            throw new IllegalArgumentException("passphrase must not be empty");
        }
        return new OfPassphrase(passphrase.clone());
    }

    /** Whether a stanza of this name may be meant. */
    abstract boolean answersTo(RecipientId id);

    /**
     * @return the data key, the caller's to wipe
     * @throws UnsealException if the stanza does not open
     */
    abstract byte[] unwrap(Stanza stanza, byte[] hash) throws IOException;

    private static final class OfRing extends Identity {
        private final KeyRing ring;

        OfRing(KeyRing ring) {
            this.ring = ring;
        }

        @Override
        boolean answersTo(RecipientId id) {
            return id instanceof RecipientId.Ring by && by.ring().equals(ring.id());
        }

        @Override
        byte[] unwrap(Stanza stanza, byte[] hash) {
            int version = ((RecipientId.Ring) stanza.recipient()).version();
            return InsecureDataKeys.unwrap(ring, new WrappedKey(ring.id(), version, stanza.wrapped()), hash);
        }
    }

    private static final class OfPrivateKey extends Identity {
        private final HpkeKeyPair pair;

        OfPrivateKey(HpkeKeyPair pair) {
            this.pair = pair;
        }

        @Override
        boolean answersTo(RecipientId id) {
            return id instanceof RecipientId.Hpke by
                    && by.suite() == pair.publicKey().suite()
                    && by.key().equals(pair.publicKey().id());
        }

        @Override
        byte[] unwrap(Stanza stanza, byte[] hash) {
            return InsecureHpke.open(pair, stanza.wrapped(), Recipient.hpkeInfo(), hash);
        }
    }

    private static final class OfKek extends Identity {
        private final KeyEncryptionKey key;

        OfKek(KeyEncryptionKey key) {
            this.key = key;
        }

        @Override
        boolean answersTo(RecipientId id) {
            return id.equals(new RecipientId.Kek(key.id()));
        }

        @Override
        byte[] unwrap(Stanza stanza, byte[] hash) throws IOException {
            return key.unwrap(stanza.wrapped(), hash);
        }
    }

    private static final class OfPassphrase extends Identity {
        private final char[] passphrase;

        OfPassphrase(char[] passphrase) {
            this.passphrase = passphrase;
        }

        @Override
        boolean answersTo(RecipientId id) {
            return id instanceof RecipientId.Passphrase;
        }

        @Override
        byte[] unwrap(Stanza stanza, byte[] hash) {
            return InsecureDataKeys.unwrap(passphrase, stanza.wrapped(), hash);
        }
    }
}

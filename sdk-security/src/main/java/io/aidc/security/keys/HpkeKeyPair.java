package io.aidc.security.keys;

import io.aidc.security.KeyRingException;
import io.aidc.security.VaultIoException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;

/**
 * A pair of keys to be sealed for: the public key goes to whoever seals, the private one, a seed of 32 bytes, stays here.
 *
 * {@snippet class="io.aidc.security.keys.HpkeSnippetsTest" region="pair"}
 *
 * <p>The file is its owner's alone (0600 where the file system knows owners), and encrypted under the passphrase (Argon2id).
 * Who has lost either has lost all that was sealed for the pair alone. Close wipes the seed; copies that Bouncy Castle made
 * while it opened something stay until they are collected.
 *
 * <p><em>Thread-safe.</em>
 */
public final class HpkeKeyPair implements AutoCloseable {
    private final HpkePublicKey publicKey;
    private final byte[] seed;
    private boolean closed;

    private HpkeKeyPair(HpkeSuite suite, byte[] seed) {
        this.publicKey = HpkePublicKey.made(suite, HpkeKem.publicKey(suite, seed));
        this.seed = seed;
    }

    /**
     * Makes a fresh pair, in memory only.
     *
     * @param suite its kind
     * @return the pair
     */
    public static HpkeKeyPair generate(HpkeSuite suite) {
        return new HpkeKeyPair(Objects.requireNonNull(suite, "suite"), HpkeKem.freshSeed());
    }

    /** Takes the 32 bytes, which are then this pair's to wipe. */
    static HpkeKeyPair ofSeed(HpkeSuite suite, byte[] seed) {
        if (seed.length != HpkeKem.SEED_BYTES) {
            throw new IllegalArgumentException(
                    "seed must be %d bytes, got %d".formatted(HpkeKem.SEED_BYTES, seed.length));
        }
        return new HpkeKeyPair(Objects.requireNonNull(suite, "suite"), seed);
    }

    /**
     * Makes a fresh pair and writes it to a file under a passphrase. That costs 64 MiB of memory and some tenths of a second.
     *
     * @param file where to keep it; must not exist
     * @param suite its kind
     * @param passphrase one character at least, used as it is; neither kept nor wiped
     * @return the pair
     * @throws KeyRingException if the file exists
     * @throws VaultIoException if it cannot be written
     * @throws IllegalArgumentException if the passphrase is empty or not well-formed UTF-16
     */
    public static HpkeKeyPair create(Path file, HpkeSuite suite, char[] passphrase) {
        return create(file, suite, passphrase, PassphraseCost.DEFAULT);
    }

    static HpkeKeyPair create(Path file, HpkeSuite suite, char[] passphrase, PassphraseCost cost) {
        HpkeKeyPair pair = generate(suite);
        boolean written = false;
        try {
            HpkeKeyFile.create(file, suite, pair.seed, passphrase, cost);
            written = true;
            return pair;
        } finally {
            if (!written) {
                pair.close();
            }
        }
    }

    /**
     * Opens a pair that {@link #create} wrote. That costs what {@link #create} does; a file that asks for more than 256 MiB,
     * 10 passes or 4 lanes is refused before any of it is spent.
     *
     * @param file where it is kept
     * @param passphrase as given then; neither kept nor wiped
     * @return the pair
     * @throws KeyRingException if it does not open; a wrong passphrase and a changed file look alike
     * @throws VaultIoException if the file cannot be read
     * @throws IllegalArgumentException if the passphrase is empty or not well-formed UTF-16
     */
    public static HpkeKeyPair open(Path file, char[] passphrase) {
        return HpkeKeyFile.open(file, passphrase, PassphraseCost.LIMIT);
    }

    /**
     * Returns the key to give to whoever seals.
     *
     * @return the public key; it outlives this pair
     */
    public HpkePublicKey publicKey() {
        return publicKey;
    }

    /** Wipes the seed; nothing can be opened with this pair then. Closing twice is harmless. */
    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(seed, (byte) 0);
    }

    /** Shows the public key's kind and id. */
    @Override
    public String toString() {
        return "HpkeKeyPair[%s]".formatted(publicKey);
    }

    synchronized AsymmetricCipherKeyPair keys() {
        return HpkeKem.pair(publicKey.suite(), requireOpen());
    }

    synchronized byte[] seed() {
        return requireOpen().clone();
    }

    private byte[] requireOpen() {
        if (closed) {
            throw new IllegalStateException("this key pair is closed");
        }
        return seed;
    }
}

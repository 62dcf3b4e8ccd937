package io.aidc.security.identity;

import io.aidc.security.UnsealException;
import io.aidc.security.keys.InsecureDataKeys;
import io.aidc.security.keys.KeyRing;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Hashes passwords with Argon2id, to texts that other programs read too (PHC strings). {@link Passwords} does more for you;
 * this is for who has a table of users already.
 *
 * {@snippet class="io.aidc.security.identity.IdentitySnippetsTest" region="hashing"}
 *
 * <p>A password is hashed in Unicode NFKC and UTF-8; hashes which another program made of what is not ASCII fit if it did so
 * too. As many threads hash at once as there are processors, so that a crowd at the door cannot take all memory; the others
 * wait. Passwords and keys lie in arrays in the heap meanwhile; ours are wiped.
 *
 * <p>A stored text may ask for at most 256 MiB, 16 passes, 16 lanes and 1 GiB over all passes; this is checked before any is
 * spent.
 *
 * <p><em>Immutable, and thread-safe.</em>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9106">RFC 9106, Argon2</a>
 * @see <a href="https://pages.nist.gov/800-63-4/sp800-63b.html">NIST SP 800-63B-4, section 3.1.1</a>
 */
public final class PasswordHashing {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int PEPPER_BYTES = 32;
    private static final String PEPPER = "password pepper v1";

    private final Argon2Cost cost;
    private final @Nullable KeyRing ring;
    private final Semaphore places;
    private final SecureRandom random = new SecureRandom();

    private PasswordHashing(Argon2Cost cost, @Nullable KeyRing ring, Semaphore places) {
        this.cost = cost;
        this.ring = ring;
        this.places = places;
    }

    /**
     * Returns Argon2id.
     *
     * @param cost what one guess is to cost
     * @return the hashing
     */
    public static PasswordHashing argon2id(PasswordCost cost) {
        return of(cost.argon2());
    }

    static PasswordHashing of(Argon2Cost cost) {
        return new PasswordHashing(
                cost, null, new Semaphore(Runtime.getRuntime().availableProcessors(), true));
    }

    /**
     * Adds a secret that is not stored with the hashes (a pepper), so that who steals the table alone cannot guess at all. It
     * is derived from the primary version of a ring; after a rotation, passwords are to be hashed again as they come by, and
     * when an old version is destroyed, those under it cannot be checked any more.
     *
     * @param ring stays the caller's, and must be open when passwords are hashed or compared
     * @return another one
     */
    public PasswordHashing peppered(KeyRing ring) {
        return new PasswordHashing(cost, Objects.requireNonNull(ring, "ring"), places);
    }

    /**
     * Hashes a password under a fresh salt.
     *
     * @param password 8 characters at least, 1024 bytes in UTF-8 at most; neither kept nor wiped
     * @return a PHC string of ASCII, below 200 characters
     * @throws IllegalArgumentException if it has a {@linkplain PasswordFlaw flaw}; which, but not the password, is said
     * @throws IllegalStateException if the ring is closed
     */
    public String hash(char[] password) {
        PasswordText.flaw(password, PasswordText.MIN_CHARACTERS).ifPresent(flaw -> {
            throw new IllegalArgumentException("password is " + flaw);
        });
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        OptionalInt pepper = ring == null ? OptionalInt.empty() : OptionalInt.of(ring.primary());
        return new PhcString(cost, pepper, salt, argon2(password, cost, pepper, salt, HASH_BYTES)).text();
    }

    /**
     * Compares a password with a hash, in a time that does not tell where they differ.
     *
     * @param password of any length; neither kept nor wiped
     * @param stored what {@link #hash} returned, here or elsewhere
     * @return whether it is the one
     * @throws io.aidc.security.CredentialException if what is stored is no such text, or asks for more than is allowed
     * @throws UnsealException if the version of the ring that its pepper needs is not there or not enabled
     * @throws IllegalStateException if it needs a pepper and there is no ring, or the ring is closed
     */
    public PasswordMatch verify(char[] password, String stored) {
        PhcString phc = PhcString.parse(stored);
        if (PasswordText.flaw(password, 0).isPresent()) {
            return PasswordMatch.WRONG;
        }
        byte[] hash = argon2(password, phc.cost(), phc.pepper(), phc.salt(), phc.hash().length);
        if (!MessageDigest.isEqual(hash, phc.hash())) {
            return PasswordMatch.WRONG;
        }
        return isCurrent(phc) ? PasswordMatch.RIGHT : PasswordMatch.RIGHT_REHASH;
    }

    /** Takes as long as a comparison. */
    void pretend(char[] password) {
        if (PasswordText.flaw(password, 0).isEmpty()) {
            OptionalInt pepper = ring == null ? OptionalInt.empty() : OptionalInt.of(ring.primary());
            argon2(password, cost, pepper, new byte[SALT_BYTES], HASH_BYTES);
        }
    }

    private boolean isCurrent(PhcString phc) {
        OptionalInt pepper = ring == null ? OptionalInt.empty() : OptionalInt.of(ring.primary());
        return phc.cost().equals(cost)
                && phc.pepper().equals(pepper)
                && phc.salt().length >= SALT_BYTES
                && phc.hash().length >= HASH_BYTES;
    }

    private byte[] argon2(char[] password, Argon2Cost asked, OptionalInt pepper, byte[] salt, int hashBytes) {
        byte[] secret = pepper(pepper);
        byte[] utf8 = PasswordText.utf8(password);
        places.acquireUninterruptibly();
        try {
            return argon2(asked, utf8, salt, secret, new byte[0], hashBytes);
        } finally {
            places.release();
            Arrays.fill(utf8, (byte) 0);
            Arrays.fill(secret, (byte) 0);
        }
    }

    private byte[] pepper(OptionalInt version) {
        if (version.isEmpty()) {
            return new byte[0];
        }
        if (ring == null) {
            throw new IllegalStateException("the stored password needs a pepper, and there is no ring");
        }
        try {
            return InsecureDataKeys.derive(ring, version.getAsInt(), PEPPER, PEPPER_BYTES);
        } catch (IllegalArgumentException e) { // the ring has no such version
            throw new UnsealException();
        }
    }

    static byte[] argon2(Argon2Cost cost, byte[] password, byte[] salt, byte[] secret, byte[] data, int hashBytes) {
        Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
        argon2.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.passes())
                .withParallelism(cost.lanes())
                .withSalt(salt)
                .withSecret(secret)
                .withAdditional(data)
                .build());
        byte[] hash = new byte[hashBytes];
        argon2.generateBytes(password, hash);
        return hash;
    }

    /** Shows the cost. */
    @Override
    public String toString() {
        return "PasswordHashing[%s, peppered=%s]".formatted(cost, ring != null);
    }
}

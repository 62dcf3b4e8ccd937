package io.aidc.security.identity;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what must outlive the program: small records under short keys. A table of two columns can be one.
 *
 * {@snippet class="io.aidc.security.identity.IdentitySnippetsTest" region="store"}
 *
 * <p>What is stored is hashed or sealed, never a secret in the clear, but nothing of it is signed: whoever may write to the
 * store can grant himself what is in it, or put yesterday's copy back. Keys are 1 to 200 characters of {@code a} to
 * {@code z}, {@code 0} to {@code 9}, {@code /} and {@code -}; names of people stand in them as a SHA-256 only, and in the
 * records in full. Records are at most 64 KiB, usually below one.
 *
 * <p>An implementation must be thread-safe, and {@link #replace} must be atomic among all programs that share the store: a
 * one-time code is used once because of it. {@code UPDATE … SET value = ? WHERE name = ? AND value = ?} does, if a change that
 * was reported is durable. Failures are thrown as whatever exception fits; the caller of the check then gets it, and nothing
 * was accepted.
 *
 * @see FileCredentialStore
 */
public interface CredentialStore {
    /**
     * Finds a record.
     *
     * @param key its key
     * @return a copy of its bytes, or empty if there is none
     */
    Optional<byte[]> find(String key);

    /**
     * Replaces a record, if it is still as expected.
     *
     * @param key its key
     * @param expected the bytes that must be there, or null if there must be none
     * @param next what to put there, or null to remove it; copied
     * @return whether it was as expected; the change is then durable, and otherwise nothing changed
     */
    boolean replace(String key, byte @Nullable [] expected, byte @Nullable [] next);

    /**
     * Lists keys. What is added or removed meanwhile may be in the list or not.
     *
     * @param prefix how they begin
     * @return the keys, in any order
     */
    List<String> keys(String prefix);

    /**
     * Returns a store that forgets everything when the program ends: for tests, and for sessions that need not outlive it.
     *
     * @return an empty store, thread-safe
     */
    static CredentialStore inMemory() {
        return new MemoryCredentialStore();
    }
}

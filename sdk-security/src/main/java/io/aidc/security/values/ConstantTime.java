package io.aidc.security.values;

import java.security.MessageDigest;
import java.util.Objects;

/**
 * Compares secrets, such as tokens, in a time that does not tell where they begin to differ.
 *
 * {@snippet class="io.aidc.security.values.ValuesSnippetsTest" region="compare"}
 *
 * <p>The time depends on the length of what was offered, which whoever offers it knows, and tells whether the secret is
 * empty; its length else is not seen. Within what a JVM can promise: the compiled code has no branch on the contents, but
 * nothing is known of the processor.
 *
 * <p><em>Thread-safe: there is no state.</em>
 *
 * @see io.aidc.security.keys.SecretBytes#contentEquals
 */
public final class ConstantTime {
    private ConstantTime() {}

    /**
     * Compares bytes.
     *
     * @param secret what is right
     * @param offered what somebody sent
     * @return whether they are equal
     */
    public static boolean equal(byte[] secret, byte[] offered) {
        Objects.requireNonNull(secret, "secret");
        Objects.requireNonNull(offered, "offered");
        return MessageDigest.isEqual(offered, secret); // takes the time of its first argument's length
    }

    /**
     * Compares texts, character by character and without normalisation.
     *
     * @param secret what is right
     * @param offered what somebody sent
     * @return whether they are equal
     */
    public static boolean equal(String secret, String offered) {
        int length = secret.length();
        if (length == 0) {
            return offered.isEmpty();
        }
        int difference = length ^ offered.length();
        for (int i = 0; i < offered.length(); i++) {
            int at = ((i - length) >>> 31) * i; // 0 beyond the end, without a branch
            difference |= offered.charAt(i) ^ secret.charAt(at);
        }
        return difference == 0;
    }
}

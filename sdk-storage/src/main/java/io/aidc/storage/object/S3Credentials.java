package io.aidc.storage.object;

import java.util.Objects;

/**
 * What a request to S3 is signed with. {@link #toString} shows the access key only.
 *
 * <p>Immutable.
 *
 * @param accessKey names the key, such as {@code AKIAIOSFODNN7EXAMPLE}; sent in the clear
 * @param secretKey the secret; never sent
 * @param sessionToken what a token service gave with a temporary key, or empty; sent with each request
 */
public record S3Credentials(String accessKey, String secretKey, String sessionToken) {
    /**
     * Checks that nothing is missing or has characters that no key has.
     *
     * @throws IllegalArgumentException if a key is empty, or one of the three has a blank or a character outside of
     *     ASCII
     */
    public S3Credentials {
        requirePlain("accessKey", accessKey);
        requirePlain("secretKey", secretKey);
        requirePlain("sessionToken", sessionToken);
        if (accessKey.isEmpty() || secretKey.isEmpty()) {
            throw new IllegalArgumentException("accessKey and secretKey must not be empty");
        }
    }

    /**
     * Makes credentials that do not expire.
     *
     * @param accessKey names the key
     * @param secretKey the secret
     */
    public S3Credentials(String accessKey, String secretKey) {
        this(accessKey, secretKey, "");
    }

    private static void requirePlain(String name, String value) {
        Objects.requireNonNull(value, name);
        if (!value.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new IllegalArgumentException(name + " must be visible ASCII without blanks; its value is not shown");
        }
    }

    /** Shows which key it is, not the secret and not the token. */
    @Override
    public String toString() {
        return "S3Credentials[accessKey=" + accessKey + "]";
    }
}

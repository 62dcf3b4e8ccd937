package io.aidc.security.signing;

import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.bouncycastle.crypto.digests.Blake3Digest;

/**
 * How the content of a model is hashed. All are collision resistant; SHA-256 is the one to take where processors have
 * instructions for it, and the one which every verifier of the format knows.
 *
 * <p><em>Immutable.</em>
 */
public enum ModelHash {
    /** SHA-256, by the JDK: 256 bits, the default. */
    SHA256(32, Sha256::create),
    /** BLAKE2b with 512 bits, in Java code. */
    BLAKE2B(64, () -> new BouncyDigest(new Blake2bDigest(512))),
    /** BLAKE3 with 256 bits, in Java code on one thread a file. */
    BLAKE3(32, () -> new BouncyDigest(new Blake3Digest(256)));

    private final int bytes;

    @SuppressWarnings("ImmutableEnumChecker") // they make a digest and keep nothing
    private final Supplier<MessageDigest> digests;

    ModelHash(int bytes, Supplier<MessageDigest> digests) {
        this.bytes = bytes;
        this.digests = digests;
    }

    static Optional<ModelHash> named(String wireName) {
        for (ModelHash hash : values()) {
            if (hash.wireName().equals(wireName)) {
                return Optional.of(hash);
            }
        }
        return Optional.empty();
    }

    /** As statements call it. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    MessageDigest create() {
        return digests.get();
    }

    /** Whether the text is a digest of this hash as statements hold it: lower-case hex. */
    boolean isDigest(String text) {
        return text.length() == 2 * bytes
                && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }
}

package io.aidc.security.identity;

import io.aidc.security.keys.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Optional;

/**
 * A password in the one form that is hashed: Unicode NFKC in UTF-8, so that it is the same from every keyboard. Characters are
 * code points after that. One of ASCII alone leaves no copy in a string.
 */
final class PasswordText {
    static final int MIN_CHARACTERS = 8;
    static final int MAX_BYTES = 1024;

    private PasswordText() {}

    static Optional<PasswordFlaw> flaw(char[] password, int minCharacters) {
        if (password.length > MAX_BYTES) {
            return Optional.of(PasswordFlaw.TOO_LONG);
        }
        if (!isWellFormed(password)) {
            return Optional.of(PasswordFlaw.MALFORMED);
        }
        char[] normal = normal(password);
        try (SecretBytes utf8 = SecretBytes.ofUtf8(normal)) {
            if (utf8.size() > MAX_BYTES) {
                return Optional.of(PasswordFlaw.TOO_LONG);
            }
            return Character.codePointCount(normal, 0, normal.length) < minCharacters
                    ? Optional.of(PasswordFlaw.TOO_SHORT)
                    : Optional.empty();
        } finally {
            Arrays.fill(normal, '\0');
        }
    }

    /** The bytes of a password without a flaw, the caller's to wipe. */
    static byte[] utf8(char[] password) {
        char[] normal = normal(password);
        try (SecretBytes secret = SecretBytes.ofUtf8(normal)) {
            ByteBuffer in = secret.buffer();
            byte[] utf8 = new byte[in.remaining()];
            in.get(utf8);
            return utf8;
        } finally {
            Arrays.fill(normal, '\0');
        }
    }

    static char[] normal(char[] password) {
        for (char c : password) {
            if (c >= 128) {
                return Normalizer.normalize(CharBuffer.wrap(password), Normalizer.Form.NFKC)
                        .toCharArray();
            }
        }
        return password.clone();
    }

    private static boolean isWellFormed(char[] text) {
        for (int i = 0; i < text.length; i++) {
            if (Character.isHighSurrogate(text[i]) && i + 1 < text.length && Character.isLowSurrogate(text[i + 1])) {
                i++;
            } else if (Character.isSurrogate(text[i])) {
                return false;
            }
        }
        return true;
    }
}

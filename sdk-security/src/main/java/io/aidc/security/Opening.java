package io.aidc.security;

import io.aidc.security.keys.SecretBytes;
import io.aidc.security.policy.Decision;
import java.util.Objects;

/** How an attempt to open something sealed for somebody ended. */
public sealed interface Opening {
    /**
     * They may, and here it is.
     *
     * @param plaintext the caller's to close
     */
    record Opened(SecretBytes plaintext) implements Opening, AutoCloseable {
        /** Checks that nothing is missing. */
        public Opened {
            Objects.requireNonNull(plaintext, "plaintext");
        }

        /** Wipes the plaintext. */
        @Override
        public void close() {
            plaintext.close();
        }
    }

    /**
     * They may not. Nothing was decrypted.
     *
     * @param decision why, and where that is recorded
     */
    record Denied(Decision decision) implements Opening {
        /** Checks that nothing is missing. */
        public Denied {
            Objects.requireNonNull(decision, "decision");
        }

        /**
         * Names what decided.
         *
         * @return the ids of the policies that forbid it, or {@code none permits} if it is refused for want of a permit
         */
        public String rule() {
            return decision.policies().isEmpty() ? "none permits" : String.join(", ", decision.policies());
        }
    }

    /**
     * It does not open, whatever the reason; see {@link UnsealException}. They may, unless it is visibly no sealed file: then
     * there is no name to ask for.
     */
    record Unreadable() implements Opening {}
}

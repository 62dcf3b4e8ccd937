package io.aidc.security.internal;

import java.util.Arrays;
import java.util.Objects;

/**
 * One block of a PEM text. Two are equal if they are the same object, since the content may be a key.
 *
 * @param label the words between {@code BEGIN} and the dashes
 * @param sealing whether the content is legible
 * @param content the decoded bytes, not copied, so that {@link #wipe} wipes them; empty if encrypted by headers
 */
@SuppressWarnings("ArrayRecordComponent") // compared by identity, and wiped by who read it
public record PemBlock(String label, Sealing sealing, byte[] content) {
    /** Whether headers inside the block (RFC 1421) say that its content is encrypted. */
    public enum Sealing {
        /** No headers. */
        NONE,
        /** {@code Proc-Type: 4,ENCRYPTED}. */
        ENCRYPTED
    }

    /** Checks that all is there. */
    public PemBlock {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(sealing, "sealing");
        Objects.requireNonNull(content, "content");
    }

    /** Overwrites the content with zeros. */
    public void wipe() {
        Arrays.fill(content, (byte) 0);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "PemBlock[%s, %d bytes]".formatted(Printable.of(label), content.length);
    }
}

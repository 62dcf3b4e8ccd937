package io.aidc.security.seal;

import io.aidc.security.MalformedSealException;
import io.aidc.security.UnsealException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Everything of a sealed file before its content: the written-once part, two slots, and zeros up to a multiple of 4096 bytes.
 *
 * <p>Every slot in use must be valid for whoever opens, so that no changed bit is tolerated. While the recipients are being
 * replaced this cannot hold, since a crash may leave half a slot; then, and only then, a mark stands in the last 16 bytes
 * of the zeros, and the valid slot of the highest generation counts. Who sets the mark and spoils a slot wins nothing: what
 * opens was valid before.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SealedHead(SealedHeader header, byte[] prefix, byte[] slotA, byte[] slotB, byte[] padding) {
    static final int DATA_KEY_BYTES = 32;
    static final byte[] MARK = "AIDCREWRAPACTIVE".getBytes(StandardCharsets.US_ASCII);
    private static final int ALIGNMENT = 4096;

    /** A slot that opened. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Opened(int index, Slot slot, byte[] dataKey) {}

    static SealedHead read(InputStream source) throws IOException {
        SealedHeader header = SealedHeader.read(source);
        byte[] prefix = header.encode();
        byte[] slotA = SealedHeader.exactly(source, header.slotBytes());
        byte[] slotB = SealedHeader.exactly(source, header.slotBytes());
        byte[] padding = SealedHeader.exactly(source, padding(prefix.length, header.slotBytes()));
        SealedHead head = new SealedHead(header, prefix, slotA, slotB, padding);
        int zeros = head.isChanging() ? padding.length - MARK.length : padding.length;
        if (!Slot.isZero(Arrays.copyOf(padding, zeros))) {
            throw SealedHeader.broken("the padding is not zero");
        }
        return head;
    }

    static int padding(int prefixBytes, int slotBytes) {
        return Math.floorMod(-(prefixBytes + 2 * slotBytes), ALIGNMENT);
    }

    /** Where the content begins. */
    int bytes() {
        return prefix.length + slotA.length + slotB.length + padding.length;
    }

    /** Position of a slot in the file. */
    int slotAt(int index) {
        return prefix.length + index * slotA.length;
    }

    /** Position of the mark in the file. */
    int markAt() {
        return bytes() - MARK.length;
    }

    boolean isChanging() {
        int at = padding.length - MARK.length;
        return at >= 0 && Arrays.equals(padding, at, padding.length, MARK, 0, MARK.length);
    }

    boolean equalBytes(SealedHead other) {
        return Arrays.equals(prefix, other.prefix)
                && Arrays.equals(slotA, other.slotA)
                && Arrays.equals(slotB, other.slotB)
                && Arrays.equals(padding, other.padding);
    }

    /** SHA-512 of the written-once part, to which content and wrapped keys are bound. */
    byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-512").digest(prefix);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-512 is missing in this JVM", e);
        }
    }

    /** The slots in use, whether they open or not; while they are replaced, those that can be read. */
    List<Slot> slots() {
        return Stream.of(slotA, slotB).flatMap(bytes -> decode(bytes).stream()).toList();
    }

    /** How many slots are in use and cannot be read; none, unless they are being replaced. */
    int brokenSlots() {
        return (int) Stream.of(slotA, slotB)
                .filter(bytes -> !Slot.isZero(bytes) && decode(bytes).isEmpty())
                .count();
    }

    /**
     * Opens the slots.
     *
     * @return the one that counts; the caller wipes its data key
     * @throws UnsealException if a slot that must open does not
     */
    Opened open(List<Identity> identities) throws IOException {
        Opened best = null;
        boolean done = false;
        try {
            for (int index : newestFirst()) {
                Optional<Slot> slot = decode(slot(index));
                if (slot.isPresent() && !(isChanging() && best != null)) {
                    byte[] dataKey = dataKey(index, identities, any -> true);
                    if (dataKey.length == 0 && !isChanging()) {
                        throw new UnsealException();
                    }
                    if (dataKey.length > 0 && best == null) {
                        best = new Opened(index, slot.get(), dataKey);
                    } else {
                        Arrays.fill(dataKey, (byte) 0);
                    }
                }
            }
            if (best == null) {
                throw new UnsealException();
            }
            done = true;
            return best;
        } finally {
            if (!done && best != null) {
                Arrays.fill(best.dataKey(), (byte) 0);
            }
        }
    }

    byte[] slot(int index) {
        return index == 0 ? slotA : slotB;
    }

    /** The data key by the first identity that opens a stanza of a slot with a right MAC; empty if none does. */
    byte[] dataKey(int index, List<Identity> identities, Predicate<RecipientId> considered) throws IOException {
        List<Stanza> stanzas = decode(slot(index)).map(Slot::stanzas).orElse(List.of());
        byte[] hash = hash();
        IOException unreachable = null;
        for (Identity identity : identities) {
            for (Stanza stanza : stanzas) {
                if (identity.answersTo(stanza.recipient()) && considered.test(stanza.recipient())) {
                    try {
                        byte[] dataKey = identity.unwrap(stanza, hash);
                        if (dataKey.length == DATA_KEY_BYTES && HeaderMac.matches(dataKey, prefix, slot(index))) {
                            return dataKey;
                        }
                        Arrays.fill(dataKey, (byte) 0);
                    } catch (UnsealException e) {
                        // another stanza or identity may open
                    } catch (MalformedSealException e) {
                        if (!isChanging()) {
                            throw e;
                        } // half of it may be missing
                    } catch (IOException e) {
                        unreachable = e;
                    }
                }
            }
        }
        if (unreachable != null) {
            throw unreachable;
        }
        return new byte[0];
    }

    private List<Integer> newestFirst() {
        return generation(1) > generation(0) ? List.of(1, 0) : List.of(0, 1);
    }

    private long generation(int index) {
        return decode(slot(index)).map(Slot::generation).orElse(0L);
    }

    private Optional<Slot> decode(byte[] slot) {
        try {
            return Slot.decode(slot);
        } catch (MalformedSealException e) {
            if (isChanging()) {
                return Optional.empty(); // half of it may be missing
            }
            throw e;
        }
    }
}

package io.aidc.security.audit;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Up to 256 entries, each behind its length (u16, big-endian). <em>Immutable.</em> */
final class EntryBundle {
    static final int MAX_ENTRIES = 256;
    static final int MAX_BYTES = MAX_ENTRIES * (2 + EventJson.MAX_BYTES);

    private final byte[] bytes;
    private final int[] starts;

    private EntryBundle(byte[] bytes, int[] starts) {
        this.bytes = bytes;
        this.starts = starts;
    }

    /** Reads as many entries as are whole, at most so many. */
    static EntryBundle read(byte[] bytes, int most) {
        int[] starts = new int[most + 1];
        int count = 0;
        int at = 0;
        while (count < most && at + 2 <= bytes.length) {
            int length = (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
            if (at + 2 + length > bytes.length) {
                break;
            }
            at += 2 + length;
            starts[++count] = at;
        }
        return new EntryBundle(bytes, Arrays.copyOf(starts, count + 1));
    }

    int count() {
        return starts.length - 1;
    }

    /** Says whether there are so many entries, and nothing follows the last one. */
    boolean isExactly(int entries) {
        return count() == entries && starts[entries] == bytes.length;
    }

    /** A bundle of the first entries and nothing else. */
    EntryBundle first(int entries) {
        return new EntryBundle(prefix(entries), Arrays.copyOf(starts, entries + 1));
    }

    byte[] entry(int i) {
        return Arrays.copyOfRange(bytes, starts[i] + 2, starts[i + 1]);
    }

    void hash(TreeHasher hasher, int i, byte[] out, int at) {
        hasher.leaf(bytes, starts[i] + 2, starts[i + 1] - starts[i] - 2, out, at);
    }

    boolean contains(int i, byte[] needle) {
        if (needle.length == 0) {
            return true;
        }
        int last = starts[i + 1] - needle.length;
        for (int at = starts[i] + 2; at <= last; at++) {
            if (bytes[at] == needle[0] && Arrays.equals(bytes, at, at + needle.length, needle, 0, needle.length)) {
                return true;
            }
        }
        return false;
    }

    /** The bytes of the first entries. */
    byte[] prefix(int entries) {
        return Arrays.copyOf(bytes, starts[entries]);
    }

    /** Appends an entry behind its length. */
    static void append(ByteArrayOutputStream out, byte[] entry) {
        out.write(entry.length >>> 8);
        out.write(entry.length);
        out.write(entry, 0, entry.length);
    }
}

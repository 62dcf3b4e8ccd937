package io.aidc.security.keys;

import io.aidc.security.keys.KeyLimits.AtLimit;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a key ring holds. Changes make another one; {@link #wipe()} is for the one that is no longer needed.
 *
 * @param changes counts the changes ever made, so that an older file is noticed
 * @param minimum the oldest version that opens
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and wiped by who made it
record RingContent(byte[] ringId, long changes, int primary, int minimum, KeyLimits limits, List<Key> keys) {
    static final int ID_BYTES = 16;
    static final int KEY_BYTES = 32;
    static final int MAX_KEYS = 10_000;
    private static final List<KeyState> STATES = List.of(KeyState.ENABLED, KeyState.DISABLED, KeyState.DESTROYED);
    private static final List<AtLimit> AT_LIMIT = List.of(AtLimit.ROTATE, AtLimit.REFUSE);
    private static final int FIXED_BYTES = ID_BYTES + 8 + 4 + 4 + 8 + 8 + 8 + 1 + 4;
    private static final int BYTES_PER_KEY = 4 + 1 + 8 + 8 + 8 + KEY_BYTES;
    private static final int BYTES_PER_KEY_V1 = 4 + 1 + 8 + KEY_BYTES;

    /** One version; {@code bytes} are zeros once it is destroyed. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and wiped by who made it
    record Key(KeyVersion about, byte[] bytes) {
        Key in(KeyState state) {
            byte[] kept = state == KeyState.DESTROYED ? new byte[KEY_BYTES] : bytes;
            return new Key(about.in(state), kept);
        }

        private boolean follows(Key known) {
            boolean gone = about.state() == KeyState.DESTROYED;
            boolean wasGone = known.about.state() == KeyState.DESTROYED;
            return about.created().equals(known.about.created())
                    && about.messages() >= known.about.messages()
                    && about.bytes() >= known.about.bytes()
                    && (gone || (!wasGone && MessageDigest.isEqual(bytes, known.bytes)));
        }
    }

    RingContent {
        keys = List.copyOf(keys);
    }

    static RingContent fresh(byte[] ringId, byte[] key, Instant now) {
        return new RingContent(ringId, 0, 0, 1, KeyLimits.none(), List.of()).rotated(key, now);
    }

    Key key(int version) {
        if (version < 1 || version > keys.size()) {
            throw new IllegalArgumentException("version must be 1 to %d, got %d".formatted(keys.size(), version));
        }
        return keys.get(version - 1);
    }

    RingContent rotated(byte[] fresh, Instant now) {
        if (keys.size() == MAX_KEYS) {
            throw new IllegalStateException("a key ring holds at most %d versions".formatted(MAX_KEYS));
        }
        List<Key> more = new ArrayList<>(keys);
        more.add(new Key(new KeyVersion(keys.size() + 1, KeyState.ENABLED, now, 0, 0), fresh));
        return new RingContent(ringId, changes + 1, more.size(), minimum, limits, more);
    }

    RingContent with(int version, UnaryOperator<Key> change) {
        List<Key> changed = new ArrayList<>(keys);
        changed.set(version - 1, change.apply(key(version)));
        return new RingContent(ringId, changes + 1, primary, minimum, limits, changed);
    }

    RingContent with(KeyLimits other) {
        return new RingContent(ringId, changes + 1, primary, minimum, other, keys);
    }

    RingContent openOnlyFrom(int version) {
        return new RingContent(ringId, changes + 1, primary, version, limits, keys);
    }

    /** The same with a protection that changed. */
    RingContent protectedAnew() {
        return new RingContent(ringId, changes + 1, primary, minimum, limits, keys);
    }

    /** Whether changes can have made this of what is known; not, if it branched off from something older. */
    boolean follows(RingContent known) {
        if (!Arrays.equals(ringId, known.ringId)
                || changes < known.changes
                || primary < known.primary
                || minimum < known.minimum
                || keys.size() < known.keys.size()) {
            return false;
        }
        for (int i = 0; i < known.keys.size(); i++) {
            if (!keys.get(i).follows(known.keys.get(i))) {
                return false;
            }
        }
        return true;
    }

    void wipe() {
        keys.forEach(key -> Arrays.fill(key.bytes(), (byte) 0));
    }

    /** Wipes the keys that the versions of another content do not share. */
    @SuppressWarnings("ReferenceEquality") // the same array, not an equal one
    void wipeBut(List<Key> kept) {
        for (int i = 0; i < keys.size(); i++) {
            if (i >= kept.size() || kept.get(i).bytes() != keys.get(i).bytes()) {
                Arrays.fill(keys.get(i).bytes(), (byte) 0);
            }
        }
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + keys.size() * BYTES_PER_KEY);
        out.put(ringId).putLong(changes).putInt(primary).putInt(minimum);
        out.putLong(limits.maxAge().toMillis()).putLong(limits.maxMessages()).putLong(limits.maxBytes());
        out.put((byte) AT_LIMIT.indexOf(limits.atLimit())).putInt(keys.size());
        for (Key key : keys) {
            KeyVersion about = key.about();
            out.putInt(about.version()).put((byte) STATES.indexOf(about.state()));
            out.putLong(about.created().toEpochMilli());
            out.putLong(about.messages()).putLong(about.bytes()).put(key.bytes());
        }
        return out.array();
    }

    /**
     * Reads exactly what {@link #encode()} writes.
     *
     * @throws IllegalArgumentException if anything else is found
     */
    static RingContent decode(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            byte[] id = new byte[ID_BYTES];
            in.get(id);
            long changes = in.getLong();
            int primary = in.getInt();
            int minimum = in.getInt();
            KeyLimits limits =
                    new KeyLimits(Duration.ofMillis(in.getLong()), in.getLong(), in.getLong(), AT_LIMIT.get(in.get()));
            List<Key> keys = decodeKeys(in, BYTES_PER_KEY);
            return checked(new RingContent(id, changes, primary, minimum, limits, keys));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | ArithmeticException e) {
            throw new IllegalArgumentException("too short, or an unknown value", e);
        }
    }

    /** Reads what the first version of the file held. */
    static RingContent decodeV1(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            byte[] id = new byte[ID_BYTES];
            in.get(id);
            int primary = in.getInt();
            List<Key> keys = decodeKeys(in, BYTES_PER_KEY_V1);
            return checked(new RingContent(id, 0, primary, 1, KeyLimits.none(), keys));
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("too short", e);
        }
    }

    private static RingContent checked(RingContent content) {
        if (content.key(content.primary).about().state() != KeyState.ENABLED
                || content.minimum < 1
                || content.minimum > content.primary
                || content.changes < 0) {
            throw new IllegalArgumentException("the primary key is not enabled, or a number is out of range");
        }
        return content;
    }

    private static List<Key> decodeKeys(ByteBuffer in, int bytesPerKey) {
        int count = in.getInt();
        if (count < 1 || count > MAX_KEYS || in.remaining() != count * bytesPerKey) {
            throw new IllegalArgumentException("wrong number of keys: " + count);
        }
        List<Key> keys = new ArrayList<>();
        for (int expected = 1; expected <= count; expected++) {
            int version = in.getInt();
            int state = in.get();
            if (version != expected || state < 0 || state >= STATES.size()) {
                throw new IllegalArgumentException("broken entry for version " + expected);
            }
            Instant created = Instant.ofEpochMilli(in.getLong());
            boolean counted = bytesPerKey == BYTES_PER_KEY;
            long messages = counted ? in.getLong() : 0;
            long sealed = counted ? in.getLong() : 0;
            byte[] key = new byte[KEY_BYTES];
            in.get(key);
            keys.add(new Key(new KeyVersion(version, STATES.get(state), created, messages, sealed), key));
        }
        return keys;
    }
}

package io.aidc.security.keys;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** What a key ring holds. Changes make another one; {@link #wipe()} is for the one that is no longer needed. */
@SuppressWarnings("ArrayRecordComponent") // never compared, and wiped by who made it
record RingContent(byte[] ringId, int primary, List<Key> keys) {
    static final int ID_BYTES = 16;
    static final int KEY_BYTES = 32;
    static final int MAX_KEYS = 10_000;
    private static final List<KeyState> STATES = List.of(KeyState.ENABLED, KeyState.DISABLED, KeyState.DESTROYED);
    private static final int BYTES_PER_KEY = 4 + 1 + 8 + KEY_BYTES;

    /** One version; {@code bytes} are zeros once it is destroyed. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and wiped by who made it
    record Key(KeyVersion about, byte[] bytes) {
        Key in(KeyState state) {
            byte[] kept = state == KeyState.DESTROYED ? new byte[KEY_BYTES] : bytes;
            return new Key(new KeyVersion(about.version(), state, about.created()), kept);
        }
    }

    RingContent {
        keys = List.copyOf(keys);
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
        more.add(new Key(new KeyVersion(keys.size() + 1, KeyState.ENABLED, now), fresh));
        return new RingContent(ringId, more.size(), more);
    }

    RingContent with(int version, UnaryOperator<Key> change) {
        List<Key> changed = new ArrayList<>(keys);
        changed.set(version - 1, change.apply(key(version)));
        return new RingContent(ringId, primary, changed);
    }

    void wipe() {
        keys.forEach(key -> Arrays.fill(key.bytes(), (byte) 0));
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(ID_BYTES + 8 + keys.size() * BYTES_PER_KEY);
        out.put(ringId).putInt(primary).putInt(keys.size());
        for (Key key : keys) {
            out.putInt(key.about().version())
                    .put((byte) STATES.indexOf(key.about().state()));
            out.putLong(key.about().created().toEpochMilli()).put(key.bytes());
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
            int primary = in.getInt();
            int count = in.getInt();
            if (count < 1 || count > MAX_KEYS || in.remaining() != count * BYTES_PER_KEY) {
                throw new IllegalArgumentException("wrong number of keys: " + count);
            }
            List<Key> keys = new ArrayList<>();
            for (int version = 1; version <= count; version++) {
                keys.add(decodeKey(in, version));
            }
            RingContent content = new RingContent(id, primary, keys);
            if (content.key(primary).about().state() != KeyState.ENABLED) {
                throw new IllegalArgumentException("the primary key is not enabled");
            }
            return content;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("too short", e);
        }
    }

    private static Key decodeKey(ByteBuffer in, int expected) {
        int version = in.getInt();
        int state = in.get();
        if (version != expected || state < 0 || state >= STATES.size()) {
            throw new IllegalArgumentException("broken entry for version " + expected);
        }
        Instant created = Instant.ofEpochMilli(in.getLong());
        byte[] key = new byte[KEY_BYTES];
        in.get(key);
        return new Key(new KeyVersion(version, STATES.get(state), created), key);
    }
}

package io.aidc.security.identity;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Records in memory, sorted by key. <em>Thread-safe: changes hold a lock, reading does not.</em> */
final class MemoryCredentialStore implements CredentialStore {
    private final ConcurrentSkipListMap<String, byte[]> records = new ConcurrentSkipListMap<>();

    @Override
    public Optional<byte[]> find(String key) {
        return Optional.ofNullable(records.get(key)).map(byte[]::clone);
    }

    @Override
    public synchronized boolean replace(String key, byte @Nullable [] expected, byte @Nullable [] next) {
        if (!matches(key, expected)) {
            return false;
        }
        put(key, next);
        return true;
    }

    @Override
    public List<String> keys(String prefix) {
        return records.tailMap(Objects.requireNonNull(prefix, "prefix")).keySet().stream()
                .takeWhile(key -> key.startsWith(prefix))
                .toList();
    }

    boolean matches(String key, byte @Nullable [] expected) {
        return Arrays.equals(records.get(Objects.requireNonNull(key, "key")), expected);
    }

    void put(String key, byte @Nullable [] next) {
        if (next == null) {
            records.remove(key);
        } else {
            records.put(key, next.clone());
        }
    }

    /** The records themselves, for who keeps them elsewhere too. */
    Iterable<Map.Entry<String, byte[]>> entries() {
        return records.entrySet();
    }
}

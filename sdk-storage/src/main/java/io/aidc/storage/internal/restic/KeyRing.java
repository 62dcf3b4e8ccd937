package io.aidc.storage.internal.restic;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.object.ObjectStore;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files in {@code keys/}: one key of the repository, sealed with several passwords.
 *
 * <p>Thread-safe.
 */
public final class KeyRing {
    private final ObjectStore objects;
    private final Settings settings;

    KeyRing(ObjectStore objects, Settings settings) {
        this.objects = objects;
        this.settings = settings;
    }

    /** A key and the file it was in. */
    record Unlocked(ChunkId id, SealKey key) {}

    /** Stores the key under a password; it is durable on return. */
    ChunkId add(SealKey key, char[] password) throws IOException {
        var origin = new KeyOrigin(
                settings.host(), settings.user(), settings.clock().instant().atOffset(ZoneOffset.UTC));
        byte[] json = KeyFile.create(key, password, settings.cost(), origin).toJson();
        Optional<SealKey> again = KeyFile.parse(json).unlock(password);
        if (again.isEmpty() || !Arrays.equals(again.get().toJson(), key.toJson())) {
            throw new IOException("a key file does not decode to what was encoded: faulty memory?");
        }
        ChunkId id = ChunkId.of(json);
        objects.putIfAbsent(FileKind.KEY.key(id), json);
        return id;
    }

    /**
     * Tries the password on each file.
     *
     * @throws PasswordMismatchException if it opens none of them
     * @throws DamagedObjectException if it opens none of those that can be read
     */
    Unlocked unlock(char[] password) throws IOException {
        List<ChunkId> ids = Repository.list(objects, FileKind.KEY);
        DamagedObjectException unreadable = null;
        for (ChunkId id : ids) {
            try {
                Optional<SealKey> key = unlock(id, password);
                if (key.isPresent()) {
                    return new Unlocked(id, key.get());
                }
            } catch (DamagedObjectException e) {
                unreadable = e;
            }
        }
        if (unreadable != null) {
            throw unreadable;
        }
        throw new PasswordMismatchException(ids.size(), objects);
    }

    private Optional<SealKey> unlock(ChunkId id, char[] password) throws IOException {
        KeyFile file = read(id);
        try {
            return file.unlock(password);
        } catch (IllegalArgumentException e) {
            throw new DamagedObjectException(FileKind.KEY.key(id), e);
        }
    }

    /** Who made each key and when, by name. */
    public Map<ChunkId, KeyOrigin> list() throws IOException {
        Map<ChunkId, KeyOrigin> origins = new TreeMap<>();
        for (ChunkId id : Repository.list(objects, FileKind.KEY)) {
            origins.put(id, read(id).origin());
        }
        return origins;
    }

    /** Checks that a key file is what was written. */
    public void check(ChunkId id) throws IOException {
        read(id);
    }

    private KeyFile read(ChunkId id) throws IOException {
        String name = FileKind.KEY.key(id);
        byte[] json = objects.get(name);
        if (!id.matches(json)) {
            throw new DamagedObjectException(name, "its SHA-256 is not its name");
        }
        try {
            return KeyFile.parse(json);
        } catch (IllegalArgumentException e) {
            throw new DamagedObjectException(name, e);
        }
    }
}

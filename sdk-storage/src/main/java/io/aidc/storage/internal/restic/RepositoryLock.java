package io.aidc.storage.internal.restic;

import io.aidc.storage.chunk.ChunkId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file in {@code locks/} that tells other processes what this one is about to do.
 *
 * <p>A lock is stale when it is older than 30 minutes, or was made on this machine by a process that has ended. Stale locks
 * are removed. Whoever holds a lock calls {@link #keep()} at least every few minutes.
 *
 * <p>Thread-safe.
 */
public final class RepositoryLock implements AutoCloseable {
    /** Who else may work at the same time. */
    public enum Mode {
        SHARED,
        EXCLUSIVE
    }

    private static final Logger LOG = LoggerFactory.getLogger(RepositoryLock.class);
    private static final Duration STALE_AFTER = Duration.ofMinutes(30);
    private static final Duration RENEW_AFTER = Duration.ofMinutes(5);

    private final Repository repository;
    private final Mode mode;
    private @Nullable ChunkId id;
    private Instant renewed = Instant.MIN;

    private RepositoryLock(Repository repository, Mode mode) {
        this.repository = repository;
        this.mode = mode;
    }

    /**
     * @throws LockHeldException if another process holds a lock that excludes this one
     */
    static RepositoryLock acquire(Repository repository, Mode mode) throws IOException {
        var lock = new RepositoryLock(repository, mode);
        lock.refuseOthers();
        lock.write();
        try {
            repository.settings().settle().run();
            lock.refuseOthers();
        } catch (IOException e) {
            lock.close();
            throw e;
        }
        return lock;
    }

    /**
     * Renews the lock if it is some minutes old.
     *
     * @throws LockHeldException if it is gone, because this process slept for too long
     */
    public synchronized void keep() throws IOException {
        if (renewed.plus(RENEW_AFTER).isBefore(now())) {
            confirm();
            ChunkId old = id;
            write();
            if (old != null) {
                repository.delete(FileKind.LOCK, old);
            }
        }
    }

    /**
     * Makes sure that no other process has taken the lock away.
     *
     * @throws LockHeldException if it is gone
     */
    public synchronized void confirm() throws IOException {
        if (id == null || !repository.exists(FileKind.LOCK, id)) {
            throw new LockHeldException("the lock of this process was removed, after 30 minutes without a sign of it");
        }
    }

    /** Removes the lock; if that fails it is stale after 30 minutes. */
    @Override
    public synchronized void close() {
        if (id == null) {
            return;
        }
        try {
            repository.delete(FileKind.LOCK, id);
        } catch (IOException e) {
            LOG.warn(
                    "Lock was not removed; it ends by itself in 30 minutes. lock={} reason={}", id.hex(), e.toString());
        }
        id = null;
    }

    private synchronized void write() throws IOException {
        Instant time = now();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(
                "time",
                JsonObject.format(OffsetDateTime.ofInstant(
                        time, repository.settings().clock().getZone())));
        json.put("exclusive", mode == Mode.EXCLUSIVE);
        json.put("hostname", repository.settings().host());
        json.put("username", repository.settings().user());
        json.put("pid", ProcessHandle.current().pid());
        id = repository.save(FileKind.LOCK, Json.write(json));
        renewed = time;
    }

    private synchronized void refuseOthers() throws IOException {
        for (ChunkId other : repository.list(FileKind.LOCK)) {
            if (id == null || !other.equals(id)) {
                refuse(other);
            }
        }
    }

    private void refuse(ChunkId other) throws IOException {
        Held held;
        try {
            held = Held.parse(repository.load(FileKind.LOCK, other));
        } catch (java.nio.file.NoSuchFileException gone) {
            return;
        } catch (DamagedObjectException | IllegalArgumentException e) {
            // Its owner cannot be asked; a damaged lock must not open the door to two.
            throw new LockHeldException("lock %s cannot be read: %s".formatted(other.hex(), e.getMessage()));
        }
        if (isStale(held)) {
            repository.delete(FileKind.LOCK, other);
        } else if (mode == Mode.EXCLUSIVE || held.exclusive) {
            throw new LockHeldException("the repository is locked %s since %s by process %d on %s"
                    .formatted(held.exclusive ? "exclusively" : "for shared use", held.time, held.pid, held.host));
        }
    }

    private boolean isStale(Held held) {
        if (held.time.toInstant().plus(STALE_AFTER).isBefore(now())) {
            return true;
        }
        return held.host.equals(repository.settings().host())
                && ProcessHandle.of(held.pid).isEmpty();
    }

    private Instant now() {
        return repository.settings().clock().instant();
    }

    private record Held(OffsetDateTime time, boolean exclusive, String host, long pid) {
        static Held parse(byte[] utf8) {
            JsonObject json = Json.parse(utf8);
            return new Held(
                    json.time("time"),
                    json.flag("exclusive"),
                    json.string("hostname", ""),
                    Math.max(0, json.number("pid", 0L)));
        }
    }
}

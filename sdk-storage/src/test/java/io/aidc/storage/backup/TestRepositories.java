package io.aidc.storage.backup;

import io.aidc.storage.internal.restic.ScryptCost;
import io.aidc.storage.internal.restic.Settings;
import io.aidc.storage.object.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;

/** Repositories with a cheap key and a clock that the test turns. */
final class TestRepositories {
    static final char[] PASSWORD = "geheim".toCharArray();
    /** Small, so that a test makes many packs. */
    static final int PACK_BYTES = 64 << 10;

    static final ScryptCost CHEAP = new ScryptCost(1 << 4, 1, 1);

    private TestRepositories() {}

    /** A clock that stands still until it is turned. */
    static final class TurnedClock extends Clock {
        private volatile Instant now = Instant.parse("2026-11-21T12:00:00Z");

        void turn(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    static Settings settings(Clock clock) {
        return new Settings(clock, "testhost", "tester", () -> {}, CHEAP, PACK_BYTES);
    }

    static BackupRepository create(ObjectStore objects, int version, Clock clock) throws IOException {
        return BackupRepository.create(objects, PASSWORD, version, settings(clock));
    }

    static BackupRepository open(ObjectStore objects, Clock clock) throws IOException {
        return BackupRepository.open(objects, PASSWORD, settings(clock));
    }

    /** Bytes that do not compress. */
    static byte[] noise(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Writes a file whose time is an hour before the test clock, so that it counts as settled. */
    static Path write(Path file, byte[] content) throws IOException {
        return write(file, content, Instant.parse("2026-11-21T11:00:00.123456789Z"));
    }

    static Path write(Path file, byte[] content, Instant modified) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        return Files.setLastModifiedTime(file, FileTime.from(modified));
    }
}

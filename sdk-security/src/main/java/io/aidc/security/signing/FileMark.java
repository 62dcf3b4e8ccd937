package io.aidc.security.signing;

import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** By what a file is recognised without reading it: its size, when it was last modified, and its identity on the disk. */
record FileMark(long size, long modifiedNanos, String fileKey) {
    /** Within this time a file may change again and show the same time of modification. */
    private static final Duration CLOCK_STEP = Duration.ofSeconds(2);

    /** The key is empty where the file system has none. */
    static FileMark of(BasicFileAttributes attributes) {
        return new FileMark(
                attributes.size(),
                attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
                Objects.toString(attributes.fileKey(), ""));
    }

    /** Whether a change after the instant would show. */
    boolean isOlderThan(Instant instant) {
        return Instant.EPOCH.plusNanos(modifiedNanos).isBefore(instant.minus(CLOCK_STEP));
    }
}

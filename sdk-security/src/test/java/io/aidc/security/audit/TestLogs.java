package io.aidc.security.audit;

import io.aidc.security.audit.AuditEvent.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** Logs, their key and a clock that a test moves. */
final class TestLogs {
    static final String ORIGIN = "example.com/log/testdata";
    static final String KEY =
            "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg";
    static final String VERIFIER_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
    static final LogSigner SIGNER = InsecureLogKeys.parse(KEY);
    static final LogVerifier VERIFIER = LogVerifier.of(VERIFIER_KEY);
    static final Instant NOW = Instant.parse("2026-11-21T10:00:00.123456Z");

    private TestLogs() {}

    /** A clock that stands until it is set. */
    static final class SetClock extends Clock {
        private volatile Instant now = NOW;

        void forward(Duration by) {
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
            throw new UnsupportedOperationException();
        }
    }

    static AuditLog open(Path directory) {
        return AuditLog.at(directory).signer(SIGNER).open();
    }

    static AuditEvent event(int i) {
        return AuditEvent.of(
                "user-" + i % 7, i % 2 == 0 ? "seal" : "unseal", "models/" + i % 5 + "/" + i, Outcome.DONE);
    }

    /** Makes a log of raw entries {@code entry 0} and so on, in batches. */
    static Checkpoint make(Path directory, int size) {
        try (AuditLog log = open(directory)) {
            for (int i = 0; i < size; ) {
                int batch = Math.min(1000, size - i);
                log.recordAll(Stream.iterate(i, n -> n + 1)
                        .limit(batch)
                        .map(TestLogs::event)
                        .toList());
                i += batch;
            }
            return log.checkpoint();
        }
    }

    static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

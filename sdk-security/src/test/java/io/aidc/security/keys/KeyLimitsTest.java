package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.KeyRingException;
import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyLimitsTest {
    private static final byte[] CONTEXT = {1};
    private static final byte[] DATA_KEY = new byte[32];

    @TempDir
    private Path directory;

    private Path file;
    private MovableClock clock;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("keys.ring");
        clock = new MovableClock();
    }

    @Test
    void wrap_noLimits_writesNothing() throws IOException {
        try (KeyRing ring = create()) {
            byte[] before = Files.readAllBytes(file);
            ring.wrap(DATA_KEY, CONTEXT);
            ring.countBytes(1, 1 << 30);
            assertThat(file).hasBinaryContent(before);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1500})
    void wrap_messageLimit_rotatesAfterJustThatMany(int limit) {
        try (KeyRing ring = create()) {
            ring.limit(KeyLimits.none().maxMessages(limit));
            for (int version = 1; version <= 3; version++) {
                for (int i = 0; i < limit; i++) {
                    assertThat(ring.wrap(DATA_KEY, CONTEXT).version()).isEqualTo(version);
                }
                assertThat(ring.versions().get(version - 1).messages()).isEqualTo(limit);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void wrap_messageLimitAndRefusing_isRefusedUntilRotated(int limit) {
        try (KeyRing ring = create()) {
            ring.limit(KeyLimits.none().maxMessages(limit).refusing());
            WrappedKey last = ring.wrap(DATA_KEY, CONTEXT);
            for (int i = 1; i < limit; i++) {
                last = ring.wrap(DATA_KEY, CONTEXT);
            }
            assertLimitReached(ring);
            assertThat(ring.unwrap(last, CONTEXT)).isEqualTo(DATA_KEY);
            ring.rotate();
            assertThat(ring.wrap(DATA_KEY, CONTEXT).version()).isEqualTo(2);
        }
    }

    @Test
    void countBytes_limitCrossed_theNextMessageRotates() {
        try (KeyRing ring = create()) {
            ring.limit(KeyLimits.none().maxBytes(100));
            for (int message = 0; message < 3; message++) {
                assertThat(ring.wrap(DATA_KEY, CONTEXT).version()).isEqualTo(1);
                ring.countBytes(1, 20);
                ring.countBytes(1, 20);
            }
            assertThat(ring.versions().get(0).bytes()).isBetween(120L, 125L);
            assertThat(ring.wrap(DATA_KEY, CONTEXT).version()).isEqualTo(2);
            ring.countBytes(1, 1000);
            assertThat(ring.versions().get(0).bytes()).isGreaterThanOrEqualTo(1120);
            assertThat(ring.wrap(DATA_KEY, CONTEXT).version()).isEqualTo(2);
        }
    }

    @Test
    void wrap_ageLimit_rotatesByTheClock() {
        try (KeyRing ring = create()) {
            ring.limit(KeyLimits.none().maxAge(Duration.ofDays(90)));
            assertThat(ring.wrap(DATA_KEY, CONTEXT).version()).isEqualTo(1);
            clock.now = clock.now.plus(Duration.ofDays(90)).minusMillis(1);
            assertThat(ring.wrap(DATA_KEY, CONTEXT).version()).isEqualTo(1);
            clock.now = clock.now.plusMillis(1);
            assertThat(ring.wrap(DATA_KEY, CONTEXT).version()).isEqualTo(2);
            assertThat(ring.versions().get(1).created()).isEqualTo(clock.now);
            clock.now = clock.now.minus(Duration.ofDays(1000));
            assertThat(ring.wrap(DATA_KEY, CONTEXT).version())
                    .as("a clock put back")
                    .isEqualTo(2);
        }
    }

    /** Whatever was reserved and not used is counted as used: too high, never too low. */
    @Test
    void open_afterACrash_countsWhatWasReserved() {
        KeyRing crashed = create();
        crashed.limit(KeyLimits.none().maxMessages(4096).refusing());
        crashed.wrap(DATA_KEY, CONTEXT); // one of a block of four
        int more = 0;
        try (KeyRing ring = KeyRing.open(file, "passphrase".toCharArray(), clock, RingFile.LOCK_WAIT)) {
            assertThat(ring.versions().get(0).messages()).isEqualTo(4);
            for (; more < 4092; more++) {
                ring.wrap(DATA_KEY, CONTEXT);
            }
            assertLimitReached(ring);
        }
        crashed.close();
    }

    @Test
    void wrap_twoObjectsAndThreads_neverExceedTheLimit() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (KeyRing one = create();
                KeyRing other = KeyRing.open(file, "passphrase".toCharArray(), clock, RingFile.LOCK_WAIT)) {
            one.limit(KeyLimits.none().maxMessages(10));
            other.refresh();
            List<Future<List<WrappedKey>>> results = new ArrayList<>();
            for (KeyRing ring : List.of(one, other)) {
                results.add(threads.submit(() -> {
                    List<WrappedKey> wrapped = new ArrayList<>();
                    for (int i = 0; i < 40; i++) {
                        wrapped.add(ring.wrap(DATA_KEY, CONTEXT));
                    }
                    return wrapped;
                }));
            }
            List<WrappedKey> all = new ArrayList<>(results.get(0).get());
            all.addAll(results.get(1).get());
            assertThat(all.stream().collect(Collectors.groupingBy(WrappedKey::version, Collectors.counting())))
                    .allSatisfy((version, count) -> assertThat(count).isLessThanOrEqualTo(10));
            for (WrappedKey wrapped : all) {
                assertThat(one.unwrap(wrapped, CONTEXT)).isEqualTo(DATA_KEY);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void limits_areKeptInTheFileAndCanBeLifted() {
        KeyLimits limits = KeyLimits.none()
                .maxAge(Duration.ofDays(1))
                .maxMessages(2)
                .maxBytes(3)
                .refusing();
        try (KeyRing ring = create()) {
            ring.limit(limits);
        }
        try (KeyRing ring = KeyRing.open(file, "passphrase".toCharArray(), clock, RingFile.LOCK_WAIT)) {
            assertThat(ring.limits()).isEqualTo(limits);
            ring.wrap(DATA_KEY, CONTEXT);
            ring.wrap(DATA_KEY, CONTEXT);
            assertLimitReached(ring);
            ring.limit(KeyLimits.none());
            ring.wrap(DATA_KEY, CONTEXT);
        }
    }

    @Test
    void countBytes_unknownVersionOrClosedRing_isLetPass() {
        KeyRing ring = create();
        ring.limit(KeyLimits.none().maxBytes(10));
        ring.countBytes(7, 5);
        ring.countBytes(0, 5);
        ring.close();
        ring.countBytes(1, 5);
    }

    @Test
    void countBytes_fileGone_staysOwedAndSealingFails() throws IOException {
        try (KeyRing ring = create()) {
            ring.limit(KeyLimits.none().maxBytes(100).maxMessages(5));
            ring.wrap(DATA_KEY, CONTEXT);
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            ring.countBytes(1, 200);
            Files.write(file, bytes);
            ring.countBytes(1, 1);
            assertThat(ring.versions().get(0).bytes()).isGreaterThanOrEqualTo(201);
        }
    }

    /** What was reserved under wider limits does not count under narrower ones. */
    @Test
    void limit_loweredLater_holdsAtOnce() {
        try (KeyRing ring = create();
                KeyRing other = KeyRing.open(file, "passphrase".toCharArray(), clock, RingFile.LOCK_WAIT)) {
            ring.limit(KeyLimits.none().maxAge(Duration.ofDays(90)));
            ring.wrap(DATA_KEY, CONTEXT);
            assertThat(ring.versions().get(0).messages())
                    .as("not limited, not counted")
                    .isZero();
            ring.countBytes(1, 1000);
            ring.limit(KeyLimits.none().maxBytes(500).refusing());
            ring.wrap(DATA_KEY, CONTEXT);
            ring.limit(KeyLimits.none().maxMessages(1_000_000));
            ring.wrap(DATA_KEY, CONTEXT);
            other.limit(KeyLimits.none().maxMessages(10).refusing());
            ring.refresh();
            assertLimitReached(ring);
        }
    }

    @Test
    void limit_liftedForAWhile_reservesBlocksAgain() {
        try (KeyRing ring = create()) {
            KeyLimits limits = KeyLimits.none().maxMessages(1 << 20);
            ring.limit(limits);
            ring.wrap(DATA_KEY, CONTEXT);
            ring.limit(KeyLimits.none());
            for (int i = 0; i < 5000; i++) {
                ring.wrap(DATA_KEY, CONTEXT);
            }
            ring.limit(limits);
            ring.wrap(DATA_KEY, CONTEXT);
            ring.wrap(DATA_KEY, CONTEXT);
            assertThat(ring.versions().get(0).messages()).isEqualTo(2 * 1024);
        }
    }

    @Test
    void wrap_limitReachedByBytesThatCannotBeWritten_isRefused() throws IOException {
        try (KeyRing ring = create()) {
            ring.limit(KeyLimits.none().maxBytes(100));
            ring.wrap(DATA_KEY, CONTEXT);
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            ring.countBytes(1, 50);
            ring.wrap(DATA_KEY, CONTEXT);
            ring.countBytes(1, 50);
            assertThatExceptionOfType(VaultIoException.class).isThrownBy(() -> ring.wrap(DATA_KEY, CONTEXT));
            Files.write(file, bytes);
            assertThat(ring.wrap(DATA_KEY, CONTEXT).version()).isEqualTo(2);
        }
    }

    @Test
    void limits_outOfRange_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> KeyLimits.none().maxAge(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> KeyLimits.none().maxMessages(0));
        assertThatIllegalArgumentException().isThrownBy(() -> KeyLimits.none().maxBytes(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeyLimits(Duration.ofDays(-1), 0, 0, KeyLimits.AtLimit.ROTATE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeyVersion(1, KeyState.ENABLED, Instant.EPOCH, -1, 0));
    }

    private KeyRing create() {
        return KeyRing.create(file, "passphrase".toCharArray(), TestRings.CHEAP, clock);
    }

    private static void assertLimitReached(KeyRing ring) {
        assertThatExceptionOfType(KeyRingException.class)
                .isThrownBy(() -> ring.wrap(DATA_KEY, CONTEXT))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(KeyRingException.Reason.LIMIT_REACHED));
    }

    private static final class MovableClock extends Clock {
        private Instant now = TestRings.NOW;

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
}

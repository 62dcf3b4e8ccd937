package io.aidc.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class HighWaterClockTest {
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

    private final SetClock shown = new SetClock();
    private final List<Duration> told = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean broken;

    private HighWaterClock clock() {
        return new HighWaterClock(shown, Instant.MIN, behind -> {
            if (broken) {
                throw new IllegalStateException("the disk is full");
            }
            told.add(behind);
        });
    }

    @Test
    void now_clockTurnedBack_staysAndTellsOnce() {
        HighWaterClock clock = clock();
        assertThat(clock.now()).isEqualTo(NOON);
        shown.now = NOON.minusSeconds(10);
        assertThat(clock.now()).isEqualTo(NOON);
        assertThat(clock.now()).isEqualTo(NOON);
        assertThat(told).containsExactly(Duration.ofSeconds(10));
    }

    @Test
    void now_smallStepBack_isSilent() {
        HighWaterClock clock = clock();
        clock.now();
        shown.now = NOON.minusSeconds(1);
        assertThat(clock.now()).isEqualTo(NOON);
        assertThat(told).isEmpty();
    }

    @Test
    void now_turnedBackAgainLater_tellsAgain() {
        HighWaterClock clock = clock();
        clock.now();
        shown.now = NOON.minusSeconds(10);
        clock.now();
        shown.now = NOON.plusSeconds(5);
        clock.now();
        shown.now = NOON;
        clock.now();
        assertThat(told).containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(5));
    }

    @Test
    void now_tellingFails_failsAndTellsAgain() {
        HighWaterClock clock = clock();
        clock.now();
        shown.now = NOON.minusSeconds(10);
        broken = true;
        assertThatThrownBy(clock::now).hasMessage("the disk is full");
        assertThatThrownBy(clock::now).hasMessage("the disk is full");
        broken = false;
        assertThat(clock.now()).isEqualTo(NOON);
        assertThat(clock.now()).isEqualTo(NOON);
        assertThat(told).containsExactly(Duration.ofSeconds(10));
    }

    @Test
    void now_byTwoThreads_tellsOnce() throws Exception {
        HighWaterClock clock = clock();
        clock.now();
        shown.now = NOON.minusSeconds(10);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Instant>> times = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                times.add(threads.submit(clock::now));
            }
            for (Future<Instant> time : times) {
                assertThat(time.get()).isEqualTo(NOON);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(told).hasSize(1);
    }

    private static final class SetClock extends Clock {
        volatile Instant now = NOON;

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

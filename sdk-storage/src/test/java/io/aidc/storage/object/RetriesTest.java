package io.aidc.storage.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetriesTest {
    private final List<Duration> waits = new ArrayList<>();
    private final List<Integer> tries = new ArrayList<>();

    private void fail(Retries retries, IOException failure) {
        assertThatThrownBy(() -> retries.run(number -> {
                    tries.add(number);
                    throw failure;
                }))
                .isSameAs(failure);
    }

    @Test
    void run_failuresThatMayPass_waitsUpToBoundsThatDouble() {
        fail(new Retries(12, () -> 0.5, waits::add), new TransientException("no"));

        assertThat(tries).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        assertThat(waits.stream().map(Duration::toMillis))
                .containsExactly(50L, 100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 10_000L, 10_000L, 10_000L);
    }

    @Test
    void run_manyFailures_neverOverflows() {
        fail(new Retries(100, () -> 1.0, waits::add), new TransientException("no"));

        assertThat(waits)
                .hasSize(99)
                .allMatch(wait -> !wait.isNegative() && wait.compareTo(Duration.ofSeconds(20)) <= 0);
    }

    @Test
    void run_noLuckWithTheDraw_mayNotWaitAtAll() {
        fail(new Retries(2, () -> 0.0, waits::add), new TransientException("no"));

        assertThat(waits).containsExactly(Duration.ZERO);
    }

    @Test
    void run_failuresThatStand_isOneTry() {
        fail(new Retries(9, () -> 0.5, waits::add), new NoSuchFileException("a"));

        assertThat(tries).containsExactly(1);
        assertThat(waits).isEmpty();
    }

    @Test
    void run_waitThatFails_endsIt() {
        var closed = new IOException("closed");
        var retries = new Retries(9, () -> 0.5, wait -> {
            throw closed;
        });

        assertThatThrownBy(() -> retries.run(number -> {
                    throw new TransientException("no");
                }))
                .isSameAs(closed);
    }
}

package io.aidc.privacy.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.privacy.Budgets;
import io.aidc.privacy.PrivacyBudget;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Records that can be read once. */
class StreamQueryTest {

    @Test
    void stream_secondQuery_isRefusedBeforePaying() {
        PrivacyBudget budget = Budgets.plenty(1);
        PrivateRecords<Integer> records = budget.from(Stream.of(1, 2, 3));
        assertThat(Budgets.value(records.count().spending(1e4))).isEqualTo(3);
        assertThatThrownBy(
                        () -> records.unit(x -> x).sum(x -> x).clampedTo(0, 1).spending(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("these records are a stream, and an earlier query has read it");
        assertThat(budget.spent()).isEqualTo(1e4);
    }

    @Test
    void stream_refusedQuery_staysUnread() {
        PrivacyBudget budget = Budgets.seeded(2).epsilon(1).build();
        var read = new AtomicInteger();
        PrivateRecords<Integer> records = budget.from(Stream.of(1, 2, 3).peek(x -> read.incrementAndGet()));
        assertThat(records.count().spending(2)).isInstanceOf(Release.Refused.class);
        assertThatThrownBy(() -> records.count().gaussian(1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(read).hasValue(0);
        assertThat(records.count().spending(1)).isInstanceOf(Release.Granted.class);
        assertThat(read).hasValue(3);
    }

    @Test
    void stream_thatThrows_staysPaidAndRead() {
        PrivacyBudget budget = Budgets.seeded(3).epsilon(1).build();
        PrivateRecords<Integer> records = budget.from(Stream.of(1).map(x -> {
            throw new UncheckedIOException(new java.io.IOException("disk"));
        }));
        assertThatThrownBy(() -> records.count().spending(0.5)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> records.count().spending(0.25)).isInstanceOf(IllegalStateException.class);
        assertThat(budget.spent()).isEqualTo(0.5);
    }

    @Test
    void from_usedStream_failsAtOnce() {
        PrivacyBudget budget = Budgets.plenty(4);
        Stream<Integer> stream = Stream.of(1);
        assertThat(budget.from(stream)).isNotNull();
        assertThatThrownBy(() -> budget.from(stream)).isInstanceOf(IllegalStateException.class);
    }

    /** Of many queries at once, one is granted and paid for. */
    @Test
    void stream_manyThreads_oneReads() {
        PrivacyBudget budget = Budgets.plenty(5);
        PrivateRecords<Integer> records =
                budget.from(IntStream.range(0, 100_000).boxed());
        var futures = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return records.count().spending(1) instanceof Release.Granted ? 1 : 0;
                    } catch (IllegalStateException e) {
                        return 0; // another one was first
                    }
                }))
                .toList();
        assertThat(futures.stream().mapToInt(CompletableFuture::join).sum()).isEqualTo(1);
        assertThat(budget.spent()).isEqualTo(1);
    }

    @Test
    void stream_boundsFoundPrivately_readOnce() {
        PrivacyBudget budget = Budgets.plenty(6);
        PrivateRecords<Integer> records = budget.from(IntStream.range(0, 1000).boxed());
        assertThat(records.sum(x -> x).boundsFoundPrivately(0.5).spending(10)).isInstanceOf(Release.Granted.class);
    }
}

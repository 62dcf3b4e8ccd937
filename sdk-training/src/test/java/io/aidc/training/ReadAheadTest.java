package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.engine.Batch;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReadAheadTest {
    private static final Dataset DATA = Samples.classes(60, 1);
    private static final Augmentation NOISE = (row, random) -> {
        for (int i = 0; i < row.length; i++) {
            row[i] += random.nextFloat();
        }
    };
    private static final ReadAhead.Part FIRST = new ReadAhead.Part(new int[] {5, 1, 40}, 7);
    private static final ReadAhead.Part SECOND = new ReadAhead.Part(new int[] {3, 59}, 7);

    @AfterEach
    void noThreadIsLeft() {
        assertThat(Readers.left()).isEmpty();
    }

    private static float[] numbers(Batch batch) {
        float[] all = new float[batch.features().remaining() + batch.targets().remaining()];
        batch.features().duplicate().get(all, 0, batch.features().remaining());
        batch.targets()
                .duplicate()
                .get(all, batch.features().remaining(), batch.targets().remaining());
        return all;
    }

    /** What a part is when nothing is read ahead. */
    private static float[] plain(ReadAhead.Part part) {
        try (var reader = new ReadAhead(DATA, NOISE)) {
            return numbers(reader.take(part, null));
        }
    }

    @Test
    void take_ofWhatWasForeseen_givesItWithoutDisturbingTheOneInUse() throws InterruptedException {
        var read = new CountDownLatch(5);
        Set<String> threads = ConcurrentHashMap.newKeySet();
        Augmentation watched = (row, random) -> {
            NOISE.apply(row, random);
            threads.add(Thread.currentThread().getName());
            read.countDown();
        };
        try (var reader = new ReadAhead(DATA, watched)) {
            Batch first = reader.take(FIRST, SECOND);
            // All five rows, although only three were asked for.
            read.await();
            assertThat(numbers(first)).containsExactly(plain(FIRST));
            assertThat(threads).containsExactlyInAnyOrder(Thread.currentThread().getName(), "aidc-training-prefetch");
            assertThat(numbers(reader.take(SECOND, FIRST))).containsExactly(plain(SECOND));
            assertThat(numbers(reader.take(FIRST, null))).containsExactly(plain(FIRST));
        }
    }

    @Test
    void take_ofSomethingElse_givesThat() {
        var otherSeed = new ReadAhead.Part(new int[] {3, 59}, 8);
        try (var reader = new ReadAhead(DATA, NOISE)) {
            reader.take(FIRST, SECOND);
            assertThat(numbers(reader.take(otherSeed, SECOND))).containsExactly(plain(otherSeed));
            assertThat(numbers(reader.take(FIRST, SECOND))).containsExactly(plain(FIRST));
            assertThat(numbers(reader.take(SECOND, null))).containsExactly(plain(SECOND));
        }
        assertThat(plain(otherSeed)).isNotEqualTo(plain(SECOND));
    }

    @Test
    void exception_ofAPartReadAhead_comesWhenItIsWanted() {
        for (Throwable failure : List.of(new IllegalArgumentException("no image"), new AssertionError("an error"))) {
            Augmentation picky = (row, random) -> {
                if (row[0] == DATA.row(59)[0]) {
                    sneak(failure);
                }
            };
            try (var reader = new ReadAhead(DATA, picky)) {
                reader.take(FIRST, SECOND);
                assertThatThrownBy(() -> reader.take(SECOND, null)).isSameAs(failure);
                reader.take(FIRST, SECOND);
                assertThat(reader.take(FIRST, null).rows()).isEqualTo(3);
            }
        }
    }

    private static void sneak(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }

    /** An augmentation that waits for something is interrupted with the worker that waits for it. */
    @Test
    void interrupt_ofTheWorker_reachesTheAugmentationAndStaysPending() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        Augmentation stuck = (row, random) -> {
            if (row[0] == DATA.row(3)[0]) {
                begun.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException("woken", e);
                }
            }
        };
        try (var reader = new ReadAhead(DATA, stuck)) {
            reader.take(FIRST, SECOND);
            begun.await();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> reader.take(SECOND, null)).hasMessage("woken");
            assertThat(Thread.interrupted()).isTrue();
            assertThat(numbers(reader.take(FIRST, null))).hasSize(3 * (DATA.features() + 1));
        }
    }

    @Test
    void close_endsAnAugmentationThatWaits() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        var end = new AtomicReference<Throwable>();
        Augmentation stuck = (row, random) -> {
            if (row[0] == DATA.row(3)[0]) {
                begun.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    end.set(e);
                }
            }
        };
        var reader = new ReadAhead(DATA, stuck);
        reader.take(FIRST, SECOND);
        begun.await();
        reader.close();
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        assertThat(Readers.left()).isEmpty();
    }

    /** Copying a few numbers takes less time than another thread takes to wake up. */
    @Test
    void rows_thatAreCopiedAtOnce_areNotHandedToAThread() {
        try (var reader = new ReadAhead(DATA, null)) {
            reader.take(FIRST, SECOND);
            assertThat(Readers.left()).isEmpty();
        }
        float[] wide = new float[2 << 16];
        try (var reader = new ReadAhead(Dataset.ofRows(wide, 1 << 16).regression(new float[2], 1), null)) {
            reader.take(new ReadAhead.Part(new int[] {0}, 0), new ReadAhead.Part(new int[] {1}, 0));
            assertThat(Readers.left()).hasSize(1);
        }
    }
}

package io.aidc.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.training.Dataset;
import io.aidc.training.engine.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchReaderTest {
    private static final RowTransform NOISE = (row, random) -> {
        for (int j = 0; j < row.length; j++) {
            row[j] += random.nextFloat();
        }
    };

    /** Row i has the features i and -i and the label i % 3. */
    private static Dataset data(int rows) {
        float[] features = new float[2 * rows];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            features[2 * i] = i;
            features[2 * i + 1] = -i;
            labels[i] = i % 3;
        }
        return Dataset.ofRows(features, 2).classification(labels, 3);
    }

    private static float[] features(Batch batch) {
        float[] features = new float[batch.features().remaining()];
        batch.features().duplicate().get(features);
        return features;
    }

    private static List<float[]> all(BatchReader.Builder options) {
        List<float[]> all = new ArrayList<>();
        try (BatchReader reader = options.open()) {
            reader.forEachRemaining(batch -> all.add(features(batch)));
        }
        return all;
    }

    @AfterEach
    void noThreadIsLeft() {
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(Thread::isAlive)
                .extracting(Thread::getName)
                .doesNotContain("aidc-training-prefetch");
    }

    @Test
    void next_givesEachRowOnceAnEpochWithItsTarget() {
        Dataset data = data(10);
        try (BatchReader reader =
                BatchReader.of(data).batchSize(4).epochs(2).seed(1).open()) {
            assertThat(reader.batchesPerEpoch()).isEqualTo(3);
            List<List<Integer>> epochs = new ArrayList<>();
            for (int epoch = 0; epoch < 2; epoch++) {
                List<Integer> seen = new ArrayList<>();
                for (int rows : new int[] {4, 4, 2}) {
                    Batch batch = reader.next();
                    assertThat(batch.rows()).isEqualTo(rows);
                    assertThat(batch.classes()).isEqualTo(3);
                    assertThat(batch.features().isDirect()).isTrue();
                    for (int i = 0; i < rows; i++) {
                        int row = (int) batch.features().get(2 * i);
                        assertThat(batch.features().get(2 * i + 1)).isEqualTo(-row);
                        assertThat(batch.targets().get(i)).isEqualTo(row % 3);
                        seen.add(row);
                    }
                    assertThat(batch.targets().limit()).isEqualTo(rows);
                }
                assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
                epochs.add(seen);
            }
            assertThat(epochs.get(0)).isNotEqualTo(epochs.get(1));
            assertThat(reader.hasNext()).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(reader::next);
        }
    }

    @Test
    void inOrder_givesTheRowsAsTheyLie() {
        assertThat(all(BatchReader.of(data(3)).batchSize(2).inOrder()))
                .containsExactly(new float[] {0, 0, 1, -1}, new float[] {2, -2});
        assertThat(all(BatchReader.of(data(3)).batchSize(2).inOrder().dropShortBatch()))
                .containsExactly(new float[] {0, 0, 1, -1});
        assertThat(all(BatchReader.of(data(3)).batchSize(99))).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 7", "4, 1", "4, 5", "8, 40"})
    void batches_dependNeitherOnThreadsNorOnHowFarTheyReadAhead(int threads, int ahead) {
        Dataset data = data(50);
        assertThat(all(BatchReader.of(data)
                        .batchSize(3)
                        .epochs(3)
                        .seed(5)
                        .transform(NOISE)
                        .threads(threads)
                        .prefetch(ahead)))
                .containsExactlyElementsOf(
                        all(BatchReader.of(data).batchSize(3).epochs(3).seed(5).transform(NOISE)));
    }

    @Test
    void chance_differsBetweenSeedsEpochsAndRows() {
        Dataset data = data(20);
        RowTransform draw = (row, random) -> row[0] = random.nextInt();
        List<Float> drawn = new ArrayList<>();
        for (long seed = 0; seed < 3; seed++) {
            for (float[] batch :
                    all(BatchReader.of(data).epochs(3).seed(seed).inOrder().transform(draw))) {
                for (int i = 0; i < batch.length; i += 2) {
                    drawn.add(batch[i]);
                }
            }
        }
        // 180 draws of float32 from 2^32 integers; the seeds are fixed, so that this holds always or never.
        assertThat(drawn).hasSize(180).doesNotHaveDuplicates();
    }

    @Test
    void order_ofOneSeed_isTheSameForEver() {
        float[] first = all(BatchReader.of(data(8)).batchSize(8).seed(42)).get(0);
        assertThat(first).containsExactly(4, -4, 3, -3, 7, -7, 5, -5, 2, -2, 0, 0, 6, -6, 1, -1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 7, 11, 12})
    void resumeAt_goesOnAsTheFirstWouldHave(int given) {
        Dataset data = data(11);
        BatchReader.Builder options = BatchReader.of(data)
                .batchSize(3)
                .epochs(3)
                .seed(9)
                .transform(NOISE)
                .threads(2);
        List<float[]> whole = all(options);
        BatchReader.Position position;
        try (BatchReader reader = options.open()) {
            for (int i = 0; i < given; i++) {
                reader.next();
            }
            position = reader.position();
        }
        assertThat(position).isEqualTo(new BatchReader.Position(given / 4, given % 4, 9));
        BatchReader.Builder resumed =
                BatchReader.of(data).batchSize(3).epochs(3).transform(NOISE).resumeAt(position);
        assertThat(all(resumed)).containsExactlyElementsOf(whole.subList(given, whole.size()));
    }

    @Test
    void exceptions_ofTheTransformation_reachTheReader() {
        var failure = new IllegalStateException("no such angle");
        BatchReader.Builder options = BatchReader.of(data(10))
                .batchSize(2)
                .inOrder()
                .transform((row, random) -> {
                    if (row[0] == 5) {
                        throw failure;
                    }
                });
        try (BatchReader reader = options.open()) {
            reader.next();
            reader.next();
            assertThatIllegalStateException().isThrownBy(reader::next).isSameAs(failure);
            assertThat(reader.position()).isEqualTo(new BatchReader.Position(0, 2, 0));
            assertThatIllegalStateException().isThrownBy(reader::next).withMessage("the reader is closed");
        }
        try (BatchReader reader = BatchReader.of(data(2))
                .transform((row, random) -> {
                    throw new AssertionError("an error");
                })
                .open()) {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(reader::next)
                    .withMessage("an error");
        }
    }

    @Test
    void transform_toANumberThatIsNotFinite_isRefused() {
        try (BatchReader reader = BatchReader.of(data(2))
                .inOrder()
                .transform((row, random) -> row[1] /= row[0])
                .open()) {
            assertThatIllegalStateException()
                    .isThrownBy(reader::next)
                    .withMessage("the transformation made feature 1 of row 0 NaN, it must be finite");
        }
    }

    @Test
    void prefetch_isBounded() {
        var filled = new AtomicInteger();
        try (BatchReader reader = BatchReader.of(data(100))
                .batchSize(1)
                .prefetch(3)
                .threads(2)
                .transform((row, random) -> filled.incrementAndGet())
                .open()) {
            for (int i = 1; i <= 20; i++) {
                reader.next();
                assertThat(filled.get()).isLessThanOrEqualTo(i + 3 + 1);
            }
        }
    }

    @Test
    void close_endsThreadsAndTheReader() {
        BatchReader reader = BatchReader.of(data(100)).batchSize(1).threads(3).open();
        reader.next();
        reader.close();
        reader.close();
        assertThat(reader.position().batch()).isEqualTo(1);
        assertThatIllegalStateException().isThrownBy(reader::hasNext);
        assertThatIllegalStateException().isThrownBy(reader::next);
    }

    @Test
    void next_whenInterrupted_stops() {
        var forEver = new CountDownLatch(1);
        try (BatchReader reader = BatchReader.of(data(3))
                .transform((row, random) -> {
                    try {
                        forEver.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                })
                .open()) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(reader::next);
            assertThat(Thread.interrupted()).isTrue();
            assertThatIllegalStateException().isThrownBy(reader::next);
        } finally {
            forEver.countDown();
        }
    }

    @Test
    void options_outOfRange_areRefused() {
        BatchReader.Builder options = BatchReader.of(data(5));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.batchSize(0))
                .withMessage("rows must be > 0, got 0");
        assertThatIllegalArgumentException().isThrownBy(() -> options.epochs(0));
        assertThatIllegalArgumentException().isThrownBy(() -> options.threads(257));
        assertThatIllegalArgumentException().isThrownBy(() -> options.prefetch(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new BatchReader.Position(-1, 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        BatchReader.of(data(5)).batchSize(6).dropShortBatch().open())
                .withMessage("5 rows make no whole batch of 6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BatchReader.of(data(5))
                        .resumeAt(new BatchReader.Position(0, 1, 0))
                        .open())
                .withMessageContaining("is beyond 1 epochs of 1 batches");
        assertThatIllegalStateException()
                .isThrownBy(() -> BatchReader.of(data(5))
                        .seed(1)
                        .resumeAt(new BatchReader.Position(0, 0, 2))
                        .open())
                .withMessage("seed is 1, but the position is of seed 2");
    }

    @Test
    void batchesOfRegression_haveAllTargets() {
        Dataset data = Dataset.regression(new float[][] {{1}, {2}}, new float[][] {{3, 4}, {5, 6}});
        try (BatchReader reader = BatchReader.of(data).inOrder().open()) {
            Batch batch = reader.next();
            float[] targets = new float[4];
            batch.targets().get(targets);
            assertThat(batch.classes()).isZero();
            assertThat(Arrays.equals(targets, new float[] {3, 4, 5, 6})).isTrue();
        }
    }
}

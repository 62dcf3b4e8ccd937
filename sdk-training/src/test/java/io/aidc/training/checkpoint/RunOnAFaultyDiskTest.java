package io.aidc.training.checkpoint;

import static io.aidc.training.checkpoint.CheckpointSamples.names;
import static io.aidc.training.checkpoint.CheckpointSamples.steps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.Dataset;
import io.aidc.training.TrainingReport.StopReason;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.WorkerLostException;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Adam;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run does when its checkpoints cannot be written. */
@Timeout(60)
class RunOnAFaultyDiskTest {
    private static final int STEPS = 20;
    private static final Network NETWORK = Network.of(Layer.linear(2, 16), Layer.relu(), Layer.linear(16, 2));
    private static final Dataset DATA = Dataset.classification(
            new float[][] {{0, 1}, {1, 0}, {2, 1}, {-1, 0}, {3, 3}, {0, -2}}, new int[] {0, 1, 1, 0, 1, 0}, 2);

    @TempDir
    Path root;

    private Path directory = Path.of("");

    @BeforeEach
    void newDirectory() {
        directory = root.resolve("checkpoints");
    }

    private static TrainingRun run(int workers) {
        return TrainingRun.of(NETWORK, Loss.CROSS_ENTROPY)
                .optimizer(Adam.rate(0.01))
                .batchSize(4)
                .steps(STEPS)
                .workers(workers)
                .seed(7);
    }

    private FaultyDisk disk() {
        return new FaultyDisk(root.resolve("graveyard"));
    }

    private Checkpoints checkpoints(Disk disk, boolean background) {
        Checkpoints every = Checkpoints.in(directory, disk).every(5);
        return background ? every.background() : every;
    }

    /** What one checkpoint takes, and the numbers of a run whose disk is well. */
    private long bytesOfOne(float[] numbers) throws IOException {
        Path healthy = root.resolve("healthy");
        try (TrainingResult result =
                run(1).checkpoints(Checkpoints.in(healthy).every(STEPS)).fit(DATA)) {
            System.arraycopy(result.model().numbers(), 0, numbers, 0, numbers.length);
        }
        long bytes = 0;
        Path only = healthy.resolve(names(healthy).get(0));
        for (String file : names(only)) {
            bytes += Files.size(only.resolve(file));
        }
        return bytes;
    }

    /** A disk that takes longer for the first file than the other worker, which has ended, would be waited for. */
    private static final class SlowDisk implements Disk {
        private final CountDownLatch never = new CountDownLatch(1);
        private boolean hasWaited;

        @Override
        public FileOutputStream create(Path file) throws IOException {
            if (!hasWaited) {
                hasWaited = true;
                try {
                    assertThat(never.await(4, TimeUnit.SECONDS)).isFalse();
                } catch (InterruptedException e) {
                    throw new IOException("the worker was given up", e);
                }
            }
            return Disk.super.create(file);
        }
    }

    /** The timeout and the grace of two seconds are over long before the last checkpoint is written. */
    @Test
    void workers_whoseLastCheckpointTakesLong_areWaitedFor() throws IOException {
        var disk = new SlowDisk();
        try (TrainingResult result = run(2).workerTimeout(Duration.ofSeconds(1))
                .checkpoints(Checkpoints.in(directory, disk).every(STEPS))
                .fit(DATA)) {
            assertThat(result.report().stopReason()).isEqualTo(StopReason.FINISHED);
        }
        assertThat(disk.hasWaited).isTrue();
        assertThat(steps(Checkpoints.in(directory))).containsExactly((long) STEPS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void run_whoseDiskFillsUp_goesOnAndKeepsTheLastGoodCheckpoint(boolean background) throws IOException {
        float[] expected = new float[NETWORK.parameterCount()];
        long room = bytesOfOne(expected) * 5 / 2;
        try (TrainingResult result =
                run(1).checkpoints(checkpoints(disk().room(room), background)).fit(DATA)) {
            assertThat(result.report().stopReason()).isEqualTo(StopReason.FINISHED);
            assertThat(result.report().steps()).isEqualTo(STEPS);
            assertThat(result.model().numbers()).containsExactly(expected);
        }
        assertThat(names(directory)).containsExactly("step-0000000005", "step-0000000010");
        Checkpoint last = Checkpoints.in(directory).latest().orElseThrow();
        assertThat(last.load().step()).isEqualTo(10);
        // There is room again: the run goes on from there as if nothing had happened.
        try (TrainingResult resumed =
                run(1).checkpoints(checkpoints(Disk.REAL, background)).resume().fit(DATA)) {
            assertThat(resumed.model().numbers()).containsExactly(expected);
        }
        assertThat(steps(Checkpoints.in(directory))).containsExactly(5L, 10L, 15L, 20L);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void run_whoseFirstCheckpointDoesNotFit_endsInThatStepAndLeavesNothing(int workers) throws IOException {
        var last = new AtomicInteger();
        for (boolean background : new boolean[] {false, true}) {
            assertThatThrownBy(() -> run(workers)
                            .checkpoints(checkpoints(disk().room(100), background))
                            .listener(progress -> last.set(progress.step()))
                            .fit(DATA))
                    .isInstanceOf(WorkerLostException.class)
                    .hasCauseInstanceOf(CheckpointWriteException.class)
                    .hasMessageContaining("Cannot save step 5 in " + directory)
                    .hasMessageContaining("No space left on device");
            assertThat(last.get()).isEqualTo(5);
            assertThat(names(directory)).isEmpty();
        }
    }

    /** A disk that fails once costs one checkpoint, whichever of its operations it is, and never the model. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void run_whoseDiskFailsOnce_savesTheNextState(boolean background) throws IOException {
        FaultyDisk counting = disk();
        run(1).checkpoints(Checkpoints.in(root.resolve("counted"), counting).every(5))
                .fit(DATA)
                .close();
        int each = counting.operations() / 4;
        for (int failAt : new int[] {each + 3, 2 * each + 5, 3 * each + 3, 4 * each - 3}) {
            directory = root.resolve("fails-at-" + failAt);
            try (TrainingResult result = run(1).checkpoints(checkpoints(disk().failAt(failAt), background))
                    .fit(DATA)) {
                assertThat(result.report().steps()).isEqualTo(STEPS);
            }
            assertThat(steps(Checkpoints.in(directory))).hasSize(3).contains(5L);
            assertThat(names(directory)).allMatch(name -> name.startsWith("step-"));
            Checkpoints.in(directory).latest().orElseThrow().load();
        }
    }

    @Test
    void run_whoseDirectoryCannotBeMade_endsBeforeTheFirstStep() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        var steps = new AtomicInteger();
        for (Path bad : List.of(file, file.resolve("checkpoints"))) {
            assertThatThrownBy(() -> run(1).checkpoints(Checkpoints.in(bad).every(5))
                            .listener(progress -> steps.incrementAndGet())
                            .fit(DATA))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("Cannot open " + bad);
        }
        assertThat(steps).hasValue(0);
        assertThat(names(root)).containsExactly("file");
    }

    @Test
    void run_whoseDirectoryIsInUse_endsBeforeTheFirstStep() {
        var steps = new AtomicInteger();
        CheckpointWriter other = Checkpoints.in(directory).open();
        try {
            assertThatThrownBy(() -> run(1).checkpoints(checkpoints(Disk.REAL, false))
                            .listener(progress -> steps.incrementAndGet())
                            .fit(DATA))
                    .isInstanceOf(CheckpointsInUseException.class);
        } finally {
            other.close();
        }
        assertThat(steps).hasValue(0);
    }
}

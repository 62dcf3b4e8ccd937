package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.TrainingReport.StopReason;
import io.aidc.training.checkpoint.Checkpoint;
import io.aidc.training.checkpoint.Checkpoints;
import io.aidc.training.checkpoint.ForeignCheckpointException;
import io.aidc.training.checkpoint.NamedValues;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Adam;
import io.aidc.training.optim.Averaging;
import io.aidc.training.optim.Schedule;
import io.aidc.training.optim.Sgd;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeTest {
    private static final Dataset DATA = Samples.classes(101, 1);

    /** With everything that has a state of its own: dropout, running statistics, averages, validation. */
    private static final Network NETWORK =
            Network.of(Layer.linear(4, 8), Layer.batchNorm(8), Layer.relu(), Layer.dropout(0.3), Layer.linear(8, 3));

    @TempDir
    Path directory;

    private static TrainingRun run(int workers) {
        return TrainingRun.of(NETWORK, Loss.CROSS_ENTROPY)
                .optimizer(Adam.rate(0.02))
                .schedule(Schedule.onPlateau(0, 0.5))
                .averaging(Averaging.exponential(0.9))
                .validate(Samples.classes(40, 2))
                .batchSize(25)
                .epochs(6)
                .workers(workers)
                .seed(7);
    }

    private Checkpoints checkpoints() {
        return Checkpoints.in(directory).every(3);
    }

    /** Interrupted in the middle of an epoch, the run goes on to the very bits it would have come to. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void resume_afterAnInterrupt_givesTheBitsOfARunWithoutABreak(int workers) {
        float[] whole;
        try (TrainingResult result = run(workers).fit(DATA)) {
            whole = result.model().numbers();
        }
        Thread caller = Thread.currentThread();
        try (TrainingResult broken = run(workers)
                .checkpoints(checkpoints())
                .listener(progress -> {
                    if (progress.step() == 13) {
                        caller.interrupt();
                    }
                })
                .fit(DATA)) {
            assertThat(Thread.interrupted()).isTrue();
            assertThat(broken.report().stopReason()).isEqualTo(StopReason.INTERRUPTED);
            assertThat(broken.report().steps()).isBetween(13, 20);
        }
        try (TrainingResult resumed =
                run(workers).checkpoints(checkpoints()).resume().fit(DATA)) {
            assertThat(resumed.report().steps()).isEqualTo(30);
            assertThat(resumed.report().losses()).hasSizeLessThan(20);
            assertThat(resumed.model().numbers()).containsExactly(whole);
        }
    }

    @Test
    void resume_withoutACheckpoint_beginsAnew() {
        try (TrainingResult result = run(1).checkpoints(checkpoints()).resume().fit(DATA)) {
            assertThat(result.report().losses()).hasSize(30);
            assertThat(Checkpoints.in(directory).latest().orElseThrow().step()).isEqualTo(30);
            assertThat(Checkpoints.in(directory).latest().orElseThrow().scores())
                    .containsKeys("loss", "accuracy");
        }
    }

    @Test
    void resume_ofAnotherModelOrOtherData_isRefused() {
        run(1).checkpoints(checkpoints()).fit(DATA).close();
        TrainingRun other = TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .seed(7)
                .checkpoints(checkpoints())
                .resume();
        assertThatThrownBy(() -> other.fit(DATA)).isInstanceOf(ForeignCheckpointException.class);
        TrainingRun otherData = run(1).checkpoints(checkpoints()).resume();
        assertThatThrownBy(() -> otherData.fit(Samples.classes(101, 3)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("made with other data");
    }

    @Test
    void resume_withAnotherSeed_isRefused() {
        TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .steps(2)
                .seed(7)
                .checkpoints(Checkpoints.in(directory))
                .fit(DATA)
                .close();
        TrainingRun other = TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .steps(4)
                .seed(8)
                .checkpoints(Checkpoints.in(directory))
                .resume();
        assertThatIllegalStateException()
                .isThrownBy(() -> other.fit(DATA))
                .withMessageContaining("is of a run with seed 7, this one has seed 8");
    }

    @Test
    void resume_ofARunThatHasAllSteps_saysSo() {
        run(1).checkpoints(checkpoints()).fit(DATA).close();
        try (TrainingResult again = run(1).checkpoints(checkpoints()).resume().fit(DATA)) {
            assertThat(again.report().stopDetail()).isEqualTo("the checkpoint had all steps");
            assertThat(again.report().losses()).isEmpty();
        }
    }

    @Test
    void resume_withoutCheckpointsOrSeed_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> run(1).resume().fit(DATA))
                .withMessage("resume needs checkpoints");
        assertThatIllegalStateException()
                .isThrownBy(() -> TrainingRun.of(NETWORK, Loss.CROSS_ENTROPY)
                        .checkpoints(checkpoints())
                        .resume()
                        .fit(DATA))
                .withMessageContaining("needs the seed");
    }

    @Test
    void stoppedAtAPlateau_theLastStepIsSaved_andResumeEndsThere() {
        Dataset data = Dataset.regression(new float[][] {{0}, {0}}, new float[][] {{1}, {-1}});
        TrainingRun run = TrainingRun.of(Network.of(Layer.linear(1, 1)), Loss.MSE)
                .optimizer(Sgd.rate(0.4))
                .epochs(1000)
                .stopAfterPlateau(3, 1e-3)
                .checkpoints(Checkpoints.in(directory).every(500))
                .seed(1);
        int steps;
        try (TrainingResult result = run.fit(data)) {
            assertThat(result.report().stopReason()).isEqualTo(StopReason.PLATEAU);
            steps = result.report().steps();
        }
        assertThat(Checkpoints.in(directory).latest().orElseThrow().step()).isEqualTo(steps);
        try (TrainingResult again = run.resume().fit(data)) {
            assertThat(again.report().stopReason()).isEqualTo(StopReason.PLATEAU);
            assertThat(again.report().steps()).isEqualTo(steps);
        }
    }

    @Test
    void refusedByTheGate_theLastStepIsSaved_withoutLossOrRowsDrawn() {
        DpSgd privacy = DpSgd.clip(1)
                .noiseMultiplier(1)
                .sampling(8, population -> new int[] {0, 1, 2})
                .noise((sum, deviation) -> {})
                .onStep(step -> step < 5);
        try (TrainingResult result = TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .privacy(privacy)
                .steps(10)
                .checkpoints(Checkpoints.in(directory).every(3))
                .seed(1)
                .fit(DATA)) {
            assertThat(result.report().stopReason()).isEqualTo(StopReason.REFUSED);
        }
        Checkpoint last = Checkpoints.in(directory).latest().orElseThrow();
        assertThat(last.step()).isEqualTo(4);
        NamedValues schedule = last.load().schedule();
        assertThat(schedule.number("lossRows")).isZero();
        assertThat(schedule.number("lossSum")).isZero();
    }

    /** 101 rows in batches of 25 are 5 steps an epoch: of the even ones 10, 20 and 30 are judged. */
    @Test
    void scores_areOnlyInCheckpointsOfTheStepThatWasJudged() {
        run(1).checkpoints(Checkpoints.in(directory).every(2).keepLast(20))
                .fit(DATA)
                .close();
        for (Checkpoint checkpoint : Checkpoints.in(directory).list()) {
            assertThat(checkpoint.scores().isEmpty()).as(checkpoint.name()).isEqualTo(checkpoint.step() % 5 != 0);
        }
        assertThat(Checkpoints.in(directory).list()).hasSize(15);
    }
}

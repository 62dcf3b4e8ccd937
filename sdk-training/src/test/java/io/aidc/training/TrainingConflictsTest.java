package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.training.checkpoint.Checkpoints;
import io.aidc.training.dist.Launch;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.engine.Device;
import io.aidc.training.engine.Precision;
import io.aidc.training.engine.Replica;
import io.aidc.training.engine.Trainable;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Parameter;
import io.aidc.training.network.Shape;
import io.aidc.training.optim.Averaging;
import io.aidc.training.optim.Schedule;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Options that are set twice, lack others or do not go together. */
class TrainingConflictsTest {
    private static final Dataset DATA = Samples.classes(40, 1);

    private static TrainingRun run() {
        return TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY);
    }

    private static TrainingRun privately() {
        return run().privacy(DpSgd.clip(1)
                .noiseMultiplier(1)
                .sampling(40, n -> IntStream.range(0, n).toArray())
                .noise((sum, deviation) -> {}));
    }

    private static void refuses(TrainingRun run, String message) {
        assertThatIllegalStateException().isThrownBy(() -> run.fit(DATA)).withMessage(message);
    }

    @Test
    void options_thatNeedAnother_nameIt() {
        refuses(run().keepBest(), "keepBest needs validate, whose rows tell which parameters are best");
        refuses(run().keepZeros(), "keepZeros needs startFrom, whose zeros are kept");
        refuses(run().resume(), "resume needs checkpoints");
        refuses(
                run().resume().checkpoints(Checkpoints.in(Path.of("unused"))),
                "resume needs the seed of the run that was saved");
    }

    @Test
    void averaging_andKeepBest_doNotGoTogether() {
        refuses(
                run().validate(DATA).keepBest().averaging(Averaging.exponential(0.9)),
                "keepBest does not go with averaging: only one of them can be the model");
    }

    @Test
    void averaging_thatWouldNeverBegin_isRefused() {
        refuses(
                run().epochs(3).averaging(Averaging.stochasticWeights(4)),
                "stochasticWeights averages from epoch 4 on, but the run has 3");
        refuses(
                run().batchSize(20).steps(3).averaging(Averaging.stochasticWeights(2)),
                "stochasticWeights averages from epoch 2 on, but the run has 1");
    }

    @Test
    void precision_fp16OnTheProcessor_isRefused() {
        refuses(run().precision(Precision.FP16_MIXED), "FP16_MIXED needs a GPU; on the processor use BF16_MIXED");
    }

    @Test
    void device_ofAGpuWithWorkerThreads_isRefused() {
        refuses(
                run().device(Device.cuda(0)).workers(2),
                "workers=2 does not go with cuda:0: worker threads share the processor");
    }

    @Test
    void workers_andDistributed_excludeEachOther(@TempDir Path directory) {
        Launch launch = Launch.sharedFile(directory.resolve("meeting"), 0, 2);
        assertThatIllegalStateException()
                .isThrownBy(() -> run().workers(2).distributed(launch))
                .withMessage("workers is already set to 2");
        assertThatIllegalStateException()
                .isThrownBy(() -> run().distributed(launch).workers(2))
                .withMessageStartingWith("distributed is already set to SharedFile");
    }

    @Test
    void workersThatBeginUncompared_needASeed(@TempDir Path directory) {
        for (Launch launch : List.of(
                Launch.sharedFile(directory.resolve("meeting"), 0, 2),
                new Launch.Environment(0, 2, "127.0.0.1", 29500, true, false, 0))) {
            refuses(run().distributed(launch), "distributed over " + launch + " needs a seed, the same on all workers");
        }
    }

    @Test
    void privacy_refusesWhatWouldWeakenIt() {
        refuses(
                privately().steps(1).clipGradients(1),
                "clipGradients does not go with privacy, which clips each row's gradient");
        refuses(
                privately().steps(1).device(Device.cuda(0)).precision(Precision.FP16_MIXED),
                "FP16_MIXED does not go with privacy: leaving a step out would tell of its rows");
        refuses(privately(), "a private run needs steps, since each one spends budget");
        refuses(
                privately().steps(1).batchSize(8),
                "batchSize=8 does not go with privacy, whose sampler draws the batches");
        refuses(
                privately().steps(1).stopAfterPlateau(1, 0),
                "stopAfterPlateau does not go with privacy: it would act on unprotected losses");
        refuses(
                privately().steps(1).schedule(Schedule.onPlateau(1, 0.5)),
                "onPlateau does not go with privacy: it would act on unprotected losses");
        refuses(
                privately().steps(1).averaging(Averaging.stochasticWeights(1)),
                "stochasticWeights does not go with privacy, whose runs have no epochs");
    }

    /** A model of another engine; nothing is computed with it. */
    private static final class Foreign implements Trainable {
        @Override
        public String description() {
            return "a foreign model";
        }

        @Override
        public Map<String, String> versions() {
            return Map.of();
        }

        @Override
        public void requireFit(int features, int classes, int targets) {}

        @Override
        public List<Parameter> parameters() {
            return List.of(new Parameter("w", Shape.of(1)));
        }

        @Override
        public int outputs() {
            return 1;
        }

        @Override
        public float[] initialParameters(long seed) {
            return new float[1];
        }

        @Override
        public boolean clipsRows() {
            return false;
        }

        @Override
        public Replica replica(FloatBuffer parameters, long seed) {
            throw new AssertionError("nothing is computed");
        }
    }

    @Test
    void options_ofLayersOnAForeignModel_areRefused() {
        for (UnaryOperator<TrainingRun> option : List.<UnaryOperator<TrainingRun>>of(
                run -> run.precision(Precision.BF16_MIXED),
                run -> run.device(Device.cuda(0)),
                TrainingRun::recomputeActivations,
                TrainingRun::deterministic,
                run -> run.quantizeWeights(8))) {
            refuses(
                    option.apply(TrainingRun.of(new Foreign())),
                    "device, precision, recomputeActivations, deterministic and quantizeWeights are for networks of layers, got "
                            + "a foreign model");
        }
    }

    @Test
    void elastic_onAGpu_isRefused() {
        TrainingRun run = run().device(Device.cuda(0))
                .distributed(new Launch.Environment(0, 2, "127.0.0.1", 29500, false, false, 1));
        refuses(
                run,
                "elastic does not go with cuda:0: NCCL ends a process that lost another; use checkpoints and resume, and let "
                        + "torchrun start the workers again");
    }

    @Test
    void validate_withRowsOfAnotherWidth_isRefused() {
        Dataset narrow = Dataset.classification(new float[][] {{1, 2}}, new int[] {0}, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run().validate(narrow).fit(DATA))
                .withMessage("the network has 4 features, but the data needs 2");
    }

    @Test
    void options_setTwice_failAndNameTheFirst(@TempDir Path directory) {
        float[] start = new float[Samples.NETWORK.parameterCount()];
        for (UnaryOperator<TrainingRun> option : List.<UnaryOperator<TrainingRun>>of(
                run -> run.schedule(Schedule.CONSTANT),
                run -> run.accumulate(2),
                run -> run.clipGradients(1),
                run -> run.lasso(1),
                run -> run.proximal(1),
                run -> run.averaging(Averaging.exponential(0.5)),
                run -> run.device(Device.CPU),
                run -> run.precision(Precision.FLOAT32),
                run -> run.validate(DATA),
                run -> run.validateEvery(1),
                run -> run.quantizeWeights(8),
                run -> run.augment((row, random) -> {}),
                run -> run.checkpoints(Checkpoints.in(directory)),
                run -> run.startFrom(start),
                run -> run.distributed(Launch.sharedFile(directory.resolve("meeting"), 0, 2)))) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> option.apply(option.apply(run())))
                    .withMessageContaining(" is already set to ");
        }
    }
}

package io.aidc.benchmarks.training;

import io.aidc.training.Dataset;
import io.aidc.training.TrainingListener;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Sgd;
import io.aidc.training.torch.NativeThreads;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Does a run in a bare JVM escape the OpenMP waiting trap, and what do our layers cost over hand-written libtorch calls?
 *
 * <p>One training step of an MLP 784-hidden-10 at batch 256 by SGD. What varies: who writes the step, how threads wait, and
 * the hidden width. {@code run} is {@link TrainingRun} as a user writes it, filling batches from a {@link Dataset} included.
 * {@code handWritten} keeps its batch in libtorch; {@code PASSIVE} makes OpenMP wait passively before it is loaded, which
 * is what {@code OMP_WAIT_POLICY=PASSIVE} in the environment does, and {@code DEFAULT} leaves libgomp as it comes. All
 * times are for one step; the default of libgomp should be several times slower, {@code run} close to {@code PASSIVE}.
 *
 * <pre>
 * env -u OMP_WAIT_POLICY -u GOMP_SPINCOUNT java -jar benchmarks/target/benchmarks.jar training.WaitingBenchmark
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class WaitingBenchmark {
    private static final int INPUTS = 784;
    private static final int CLASSES = 10;
    private static final int BATCH = 256;
    private static final int STEPS = 100;
    private static final double RATE = 0.01;

    /** How OpenMP threads wait for work. */
    public enum Waiting {
        /** As libgomp does unless told otherwise: they spin. */
        DEFAULT,
        /** They sleep. */
        PASSIVE
    }

    /** The step as our users write it. */
    @State(Scope.Benchmark)
    public static class Ours {
        /** Width of the hidden layer. */
        @Param({"500"})
        int hidden;

        private Network network;
        private Dataset data;

        /** Makes one batch and checks that the run learns it. */
        @Setup
        public void prepare() {
            network = Network.of(Layer.linear(INPUTS, hidden), Layer.relu(), Layer.linear(hidden, CLASSES));
            var random = new SplittableRandom(1);
            float[][] features = new float[BATCH][INPUTS];
            int[] labels = new int[BATCH];
            for (int i = 0; i < BATCH; i++) {
                for (int j = 0; j < INPUTS; j++) {
                    features[i][j] = (float) random.nextDouble();
                }
                labels[i] = random.nextInt(CLASSES);
            }
            data = Dataset.classification(features, labels, CLASSES);
            try (TrainingResult result = steps(progress -> {})) {
                double first = result.report().losses().get(0);
                double last = result.report().losses().get(STEPS - 1);
                if (!(last < first)) {
                    throw new IllegalStateException("loss went from " + first + " to " + last);
                }
            }
        }

        TrainingResult steps(TrainingListener listener) {
            return TrainingRun.of(network, Loss.CROSS_ENTROPY)
                    .optimizer(Sgd.rate(RATE))
                    .batchSize(BATCH)
                    .steps(STEPS)
                    .seed(1)
                    .listener(listener)
                    .fit(data);
        }
    }

    /** The step in calls of the binding. */
    @State(Scope.Benchmark)
    public static class HandWritten {
        /** Width of the hidden layer. */
        @Param({"500"})
        int hidden;

        /** How threads wait. */
        @Param({"DEFAULT", "PASSIVE"})
        Waiting waiting;

        private LinearImpl first;
        private LinearImpl second;
        private SGD sgd;
        private Tensor features;
        private Tensor labels;

        /** Settles how threads wait, then loads libtorch. */
        @Setup
        public void prepare() {
            if (waiting == Waiting.PASSIVE && NativeThreads.waitPassively() != NativeThreads.Waiting.PASSIVE) {
                throw new IllegalStateException("start without OMP_WAIT_POLICY and GOMP_SPINCOUNT");
            }
            first = new LinearImpl(INPUTS, hidden);
            second = new LinearImpl(hidden, CLASSES);
            sgd = new SGD(
                    new TensorVector(first.weight(), first.bias(), second.weight(), second.bias()),
                    new SGDOptions(RATE));
            features = torch.rand(BATCH, INPUTS);
            labels = torch.randint(CLASSES, new long[] {BATCH});
            double before = step();
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            double after = step();
            if (!(after < before)) {
                throw new IllegalStateException("loss went from " + before + " to " + after);
            }
        }

        double step() {
            try (PointerScope scope = new PointerScope()) {
                Tensor loss = torch.cross_entropy_loss(second.forward(torch.relu(first.forward(features))), labels);
                sgd.zero_grad();
                loss.backward();
                sgd.step();
                return loss.item_double();
            }
        }
    }

    /**
     * Trains with the SDK.
     *
     * @param ours the run
     * @return the last loss
     */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public double run(Ours ours) {
        try (TrainingResult result = ours.steps(progress -> {})) {
            return result.report().losses().get(STEPS - 1);
        }
    }

    /**
     * Trains with the binding itself.
     *
     * @param handWritten the network
     * @return the last loss
     */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public double handWritten(HandWritten handWritten) {
        double loss = 0;
        for (int i = 0; i < STEPS; i++) {
            loss = handWritten.step();
        }
        return loss;
    }
}

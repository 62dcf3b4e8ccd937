package io.aidc.examples.training;

import io.aidc.training.Dataset;
import io.aidc.training.EpochScores;
import io.aidc.training.TrainingListener;
import io.aidc.training.TrainingProgress;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.checkpoint.Checkpoints;
import io.aidc.training.dist.Launch;
import io.aidc.training.metrics.ClassificationScores;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.onnx.OnnxExport;
import io.aidc.training.optim.AdamW;
import io.aidc.training.optim.Schedule;
import io.aidc.training.track.ReportPage;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Takes part, as one of several processes, in training on the handwritten digits: the program of the manifests in {@code
 * examples/kubernetes}.
 *
 * <p>Its place among the workers is in {@code RANK}, {@code WORLD_SIZE}, {@code MASTER_ADDR} and {@code MASTER_PORT}. While
 * more than half of the workers are left, they go on without those that are lost, and a lost one that is started again joins
 * them; if too many are lost, those that are started again go on from the last checkpoint. A worker that finds the model ends at
 * once, and none ends well before the model is there: something that restarts workers that fail gets it in the end.
 */
public final class ClusterExample {
    /** The exit code for arguments or an environment that another try would not mend. */
    static final int MISUSE = 2;

    static final String MODEL = "digits.onnx";
    static final String REPORT = "report.html";
    private static final long SEED = 2026;
    private static final int BATCH = 48;
    private static final int CHECKPOINT_STEPS = 50;
    private static final float BRIGHTEST = 16;
    private static final Duration PAUSE = Duration.ofMillis(200);

    private ClusterExample() {}

    /**
     * Runs one worker.
     *
     * @param args the directory for the output and other options, see {@link ClusterOptions#USAGE}
     * @throws IOException if files cannot be read or written
     * @throws InterruptedException if a wait for the others is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        ClusterOptions options;
        Launch.Environment launch;
        try {
            options = ClusterOptions.parse(args);
            launch = options.launch(System.getenv());
        } catch (IllegalArgumentException e) {
            refuse(String.valueOf(e.getMessage()));
            return;
        }
        await("an address of " + launch.host(), options.patience(), () -> isKnown(launch.host()));
        if (!launch.isLoopback() && !launch.isTrusted()) {
            refuse("workers would meet at %s: state --trusted-network if nobody else can reach the network between them"
                    .formatted(launch.host()));
        }
        run(options, launch, out);
    }

    private static void refuse(String reason) {
        System.err.println(ClusterExample.class.getSimpleName() + ": " + reason);
        System.exit(MISUSE);
    }

    /** A name may become known some time after the worker that has it was started. */
    private static boolean isKnown(String host) {
        try {
            return InetAddress.getAllByName(host).length > 0;
        } catch (UnknownHostException e) {
            return false; // asked again until the patience ends
        }
    }

    static void run(ClusterOptions options, Launch.Environment launch, PrintStream out)
            throws IOException, InterruptedException {
        Path directory = Files.createDirectories(options.output());
        Path model = directory.resolve(MODEL);
        if (Files.exists(model)) {
            out.printf("rank %d: %s is there%n", launch.rank(), model);
            return;
        }
        Dataset.Parts digits = Tables.classification("optdigits.csv", "digit").split(0.7, 0.15, 0.15, SEED);
        var lines = new Lines(launch.rank(), out);
        try (TrainingResult result = TrainingRun.of(network(), Loss.CROSS_ENTROPY)
                .optimizer(AdamW.rate(3e-3))
                .schedule(Schedule.oneCycle())
                .batchSize(BATCH)
                .epochs(options.epochs())
                .validate(digits.validation())
                .keepBest()
                .checkpoints(Checkpoints.in(directory.resolve("checkpoints"))
                        .every(CHECKPOINT_STEPS)
                        .keepLast(2))
                .resume()
                .distributed(launch)
                .startTimeout(options.patience())
                .workerTimeout(options.patience())
                .listener(lines)
                .seed(SEED)
                .fit(digits.train())) {
            // A run that resumed at its last step tells nobody of a step.
            if (lines.isWorkerZero() || launch.rank() == 0) {
                write(result, digits.test(), directory, out);
            }
        }
        await(model.toString(), options.patience(), () -> Files.exists(model));
    }

    private static Network network() {
        float[] darkest = new float[64];
        float[] factor = new float[64];
        Arrays.fill(factor, 1 / BRIGHTEST);
        return Network.of(
                Layer.scale(darkest, factor),
                Layer.linear(64, 128),
                Layer.layerNorm(128),
                Layer.relu(),
                Layer.dropout(0.1),
                Layer.linear(128, 10));
    }

    /** The model comes last: its being there says that all is done. */
    private static void write(TrainingResult result, Dataset test, Path directory, PrintStream out) {
        ClassificationScores scores = result.model().classificationScores(test);
        ReportPage.of(result.report())
                .title("Handwritten digits")
                .scores(scores, test.classNames())
                .write(directory.resolve(REPORT));
        OnnxExport.of(result.model())
                .probabilities()
                .verified(Tables.rows(test), 1e-4)
                .write(directory.resolve(MODEL));
        out.printf("accuracy %.4f on pictures held aside; see %s%n", scores.accuracy(), directory.resolve(REPORT));
    }

    private static void await(String what, Duration patience, BooleanSupplier there) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!there.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("waited %s in vain for %s".formatted(patience, what));
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    /** Tells the steps that matter to whoever reads the log, on the worker that is 0 at the time. */
    private static final class Lines implements TrainingListener {
        private final int rank;
        private final PrintStream out;
        private int workers;

        Lines(int rank, PrintStream out) {
            this.rank = rank;
            this.out = out;
        }

        boolean isWorkerZero() {
            return workers > 0;
        }

        @Override
        public void onStep(TrainingProgress progress) {
            if (progress.workers() != workers) {
                workers = progress.workers();
                out.printf("rank %d: step %d of %d, %d workers%n", rank, progress.step(), progress.steps(), workers);
            }
        }

        @Override
        public void onEpoch(EpochScores scores, Supplier<Map<String, float[]>> parameters) {
            out.printf("rank %d: epoch %d, validation %s%n", rank, scores.epoch(), scores.validation());
        }
    }
}

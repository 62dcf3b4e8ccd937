package io.aidc.examples.training;

import io.aidc.training.Augmentation;
import io.aidc.training.Dataset;
import io.aidc.training.TrainedModel;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.checkpoint.Checkpoints;
import io.aidc.training.metrics.ClassificationScores;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Shape;
import io.aidc.training.onnx.OnnxExport;
import io.aidc.training.optim.AdamW;
import io.aidc.training.optim.Schedule;
import io.aidc.training.prepare.ImageShape;
import io.aidc.training.track.Listeners;
import io.aidc.training.track.ProgressBar;
import io.aidc.training.track.ReportPage;
import io.aidc.training.track.TensorBoard;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Learns to read handwritten digits from pictures of 8 by 8 pixels with a small convolutional network, and exports it.
 *
 * <p>Seven tenths of the pictures are learned from, shifted and turned a little each time; 15 of 100 choose the best epoch, and the
 * last 15 judge it. A run that was broken off goes on from its last checkpoint when it is started again.
 */
public final class DigitsExample {
    static final int EPOCHS = 20;
    private static final int SEED = 2026;
    private static final int BATCH = 32;
    private static final int SIDE = 8;
    private static final float BRIGHTEST = 16;
    private static final ImageShape IMAGE = new ImageShape(1, SIDE, SIDE);

    private DigitsExample() {}

    /**
     * Runs the example.
     *
     * @param args nothing
     * @throws IOException if its files cannot be read or written
     */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path directory = Files.createDirectories(Path.of("target", "digits"));
        double accuracy = run(directory, EPOCHS, out);
        out.printf("accuracy %.4f on pictures held aside; see %s%n", accuracy, directory.resolve("report.html"));
    }

    /** Trains, judges, writes report and ONNX file, and gives the accuracy on the pictures held aside. */
    static double run(Path directory, int epochs, PrintStream out) throws IOException {
        Dataset.Parts digits = Tables.classification("optdigits.csv", "digit").split(0.7, 0.15, 0.15, SEED);
        Network network = network();
        out.println(network.summary());
        try (Listeners listeners = Listeners.all(
                        ProgressBar.on(out),
                        Listeners.bestEffort(
                                TensorBoard.in(directory.resolve("tensorboard")).everySteps(10)));
                TrainingResult result = TrainingRun.of(network, Loss.CROSS_ENTROPY)
                        .optimizer(AdamW.rate(3e-3))
                        .schedule(Schedule.oneCycle())
                        .batchSize(BATCH)
                        .epochs(epochs)
                        .augment(shiftedAndTurned())
                        .validate(digits.validation())
                        .keepBest()
                        .checkpoints(Checkpoints.in(directory.resolve("checkpoints"))
                                .every(100)
                                .keepLast(2))
                        .resume()
                        .listener(listeners)
                        .seed(SEED)
                        .fit(digits.train())) {
            float[][] probabilities = result.model().predictor().predict(Tables.rows(digits.test()));
            ClassificationScores scores = ClassificationScores.of(probabilities, Tables.labels(digits.test()));
            ReportPage.of(result.report())
                    .title("Handwritten digits")
                    .scores(scores, digits.test().classNames())
                    .write(directory.resolve("report.html"));
            export(result.model(), digits.test(), directory.resolve("digits.onnx"));
            return scores.accuracy();
        }
    }

    private static Network network() {
        float[] darkest = new float[IMAGE.size()];
        float[] factor = new float[IMAGE.size()];
        Arrays.fill(factor, 1 / BRIGHTEST);
        return Network.of(
                Shape.of(IMAGE.size()),
                Layer.scale(darkest, factor),
                Layer.reshape(1, SIDE, SIDE),
                Layer.conv2d(1, 16, 3).padding(1),
                Layer.groupNorm(4, 16),
                Layer.relu(),
                Layer.conv2d(16, 32, 3).padding(1),
                Layer.groupNorm(8, 32),
                Layer.relu(),
                Layer.maxPool2d(2),
                Layer.flatten(),
                Layer.dropout(0.2),
                Layer.linear(32 * SIDE / 2 * SIDE / 2, 10));
    }

    private static Augmentation shiftedAndTurned() {
        return IMAGE.crop(1, 0).withProbability(0.5).then(IMAGE.rotate(10, 0));
    }

    /** Writes the file only if ONNX Runtime answers as libtorch does. */
    private static void export(TrainedModel model, Dataset samples, Path file) {
        OnnxExport.of(model)
                .probabilities()
                .verified(Tables.rows(samples), 1e-4)
                .write(file);
    }
}

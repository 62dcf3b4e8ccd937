package io.aidc.examples.training;

import io.aidc.training.Dataset;
import io.aidc.training.Table;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.data.Vocabulary;
import io.aidc.training.metrics.ClassificationScores;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Positions;
import io.aidc.training.network.Shape;
import io.aidc.training.optim.AdamW;
import io.aidc.training.track.ProgressBar;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Learns what a sentence is about with a small transformer: words become ids, ids vectors, one block of attention lets the words look
 * at one another, and the mean over the words decides. The sentences are made up, see {@link Sentences}.
 */
public final class TextExample {
    static final int EPOCHS = 6;
    private static final int SEED = 2026;
    private static final int TRAIN = 1500;
    private static final int TEST = 600;
    private static final int LENGTH = 20;
    private static final int WIDTH = 32;

    private TextExample() {}

    /**
     * Runs the example.
     *
     * @param args nothing
     * @throws IOException if the vocabulary cannot be written
     */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        double accuracy = run(Files.createDirectories(Path.of("target", "text")), EPOCHS, out);
        out.printf("accuracy %.4f on sentences held aside%n", accuracy);
    }

    /** Trains, asks the model about three sentences, and gives the accuracy on sentences held aside. */
    static double run(Path directory, int epochs, PrintStream out) {
        SplittableRandom random = new SplittableRandom(SEED);
        Table train = Sentences.table(TRAIN, random);
        Table test = Sentences.table(TEST, random);
        Vocabulary words = Vocabulary.of(train.texts("sentence")).build(); // of those to train with only
        words.save(directory.resolve("words.json")); // needed to ask the model later
        Dataset learned = words.classification(train, "sentence", "topic", LENGTH);
        Dataset heldAside = words.classification(test, "sentence", "topic", LENGTH);
        try (ProgressBar bar = ProgressBar.on(out);
                TrainingResult result = TrainingRun.of(network(words.size()), Loss.CROSS_ENTROPY)
                        .optimizer(AdamW.rate(3e-3))
                        .epochs(epochs)
                        .seed(SEED)
                        .listener(bar)
                        .fit(learned)) {
            for (String sentence : test.texts("sentence").subList(0, 3)) {
                float[] asked = words.encode(sentence, LENGTH);
                float[] chances = result.model().predictor().predict(new float[][] {asked})[0];
                int best = best(chances);
                out.printf("%-7s %.2f  %s%n", heldAside.classNames().get(best), chances[best], sentence);
            }
            return ClassificationScores.of(
                            result.model().predictor().predict(Tables.rows(heldAside)), Tables.labels(heldAside))
                    .accuracy();
        }
    }

    private static Network network(int vocabulary) {
        return Network.of(
                Shape.of(LENGTH),
                Layer.embedding(vocabulary, WIDTH),
                Layer.positionalEncoding(Positions.SINUSOIDAL, LENGTH, WIDTH),
                Layer.transformerBlock(Layer.attention(WIDTH, 4), 2 * WIDTH, 0.1),
                Layer.layerNorm(WIDTH),
                Layer.meanOverSteps(),
                Layer.linear(WIDTH, 3));
    }

    private static int best(float[] chances) {
        int best = 0;
        for (int k = 1; k < chances.length; k++) {
            best = chances[k] > chances[best] ? k : best;
        }
        return best;
    }
}

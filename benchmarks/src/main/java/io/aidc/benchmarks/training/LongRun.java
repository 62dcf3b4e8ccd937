package io.aidc.benchmarks.training;

import io.aidc.training.Dataset;
import io.aidc.training.TrainingRun;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.AdamW;
import java.util.Locale;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.Pointer;

/**
 * Does memory stay flat over 10,000 steps?
 *
 * <p>Prints the resident memory of the process and the used heap after 500 steps and after each thousand, and at the end the
 * growth from step 500 on.
 *
 * <pre>java -Xmx512m -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.training.LongRun [workers]</pre>
 */
public final class LongRun {
    private static final int STEPS = 10_000;
    private static final int FIRST = 500;

    private LongRun() {}

    /**
     * Trains.
     *
     * @param arguments the number of workers
     */
    public static void main(String[] arguments) {
        int workers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1;
        var random = new SplittableRandom(1);
        float[][] features = new float[1024][64];
        int[] labels = new int[1024];
        for (int i = 0; i < features.length; i++) {
            labels[i] = random.nextInt(10);
            for (int j = 0; j < 64; j++) {
                features[i][j] = (float) random.nextGaussian();
            }
        }
        long[] resident = new long[2];
        Network network = Network.of(
                Layer.linear(64, 256), Layer.batchNorm(256), Layer.gelu(), Layer.dropout(0.1), Layer.linear(256, 10));
        TrainingRun.of(network, Loss.CROSS_ENTROPY)
                .optimizer(AdamW.rate(1e-3))
                .batchSize(128)
                .steps(STEPS)
                .workers(workers)
                .seed(1)
                .listener(progress -> {
                    if (progress.step() == FIRST || progress.step() % 1000 == 0) {
                        Runtime.getRuntime().gc();
                        resident[progress.step() == FIRST ? 0 : 1] = Pointer.physicalBytes();
                        System.out.printf(
                                Locale.ROOT,
                                "step %5d  resident %d MB  heap %d MB%n",
                                progress.step(),
                                Pointer.physicalBytes() >> 20,
                                (Runtime.getRuntime().totalMemory()
                                                - Runtime.getRuntime().freeMemory())
                                        >> 20);
                    }
                })
                .fit(Dataset.classification(features, labels, 10))
                .close();
        System.out.printf(Locale.ROOT, "growth %.1f %%%n", 100.0 * (resident[1] - resident[0]) / resident[0]);
    }
}

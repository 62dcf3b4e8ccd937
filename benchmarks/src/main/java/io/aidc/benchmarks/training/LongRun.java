package io.aidc.benchmarks.training;

import io.aidc.training.network.Layer;
import io.aidc.training.network.Network;
import java.util.Locale;
import org.bytedeco.javacpp.Pointer;

/**
 * Does memory stay flat over 10,000 steps and more?
 *
 * <p>Prints the resident memory of the process and the used heap after each thousandth step, just after a garbage collection,
 * and at the end how far both grew from step 1000 on, when classes are loaded and methods compiled.
 *
 * <pre>java -Xmx512m -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.training.LongRun [workers] [steps]</pre>
 */
public final class LongRun {
    private static final int INTERVAL = 1000;

    private LongRun() {}

    /**
     * Trains.
     *
     * @param arguments the number of workers and of steps
     */
    public static void main(String[] arguments) {
        int workers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1;
        int steps = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10_000;
        Network network = Network.of(
                Layer.linear(64, 256), Layer.batchNorm(256), Layer.gelu(), Layer.dropout(0.1), Layer.linear(256, 10));
        var workload = new StepAgainstPyTorch.Workload("long", network, 128, steps, false);
        long[] first = new long[2];
        long[] last = new long[2];
        workload.run(steps)
                .workers(workers)
                .listener(progress -> {
                    if (progress.step() % INTERVAL == 0) {
                        long[] now = progress.step() == INTERVAL ? first : last;
                        measure(now);
                        System.out.printf(
                                Locale.ROOT,
                                "step %6d  resident %d MB  heap %d MB%n",
                                progress.step(),
                                now[0] >> 20,
                                now[1] >> 20);
                    }
                })
                .fit(workload.data())
                .close();
        System.out.printf(
                Locale.ROOT,
                "growth: resident %.1f %%, heap %.1f %%%n",
                100.0 * (last[0] - first[0]) / first[0],
                100.0 * (last[1] - first[1]) / first[1]);
    }

    /** Takes the resident memory and the used heap, in bytes. */
    private static void measure(long[] into) {
        Runtime runtime = Runtime.getRuntime();
        runtime.gc();
        into[0] = Pointer.physicalBytes();
        into[1] = runtime.totalMemory() - runtime.freeMemory();
    }
}

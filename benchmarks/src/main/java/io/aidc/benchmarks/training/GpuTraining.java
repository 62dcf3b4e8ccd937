package io.aidc.benchmarks.training;

import io.aidc.training.Dataset;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.engine.Device;
import io.aidc.training.engine.Precision;
import io.aidc.training.network.Loss;
import io.aidc.training.optim.AdamW;
import io.aidc.training.optim.Sgd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Does a run on a GPU come to the parameters that the processor comes to, and how long does a step take there?
 *
 * <p>Each network of {@link StepAgainstPyTorch} takes 20 steps of gradient descent on both; the largest difference is printed
 * relative to the largest parameter. Then steps are timed in float32, bfloat16 and float16, and one private step.
 *
 * <pre>java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.training.GpuTraining</pre>
 */
public final class GpuTraining {
    private static final int COMPARED_STEPS = 20;
    private static final int TIMED_STEPS = 200;

    private GpuTraining() {}

    /**
     * Compares and measures.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        for (StepAgainstPyTorch.Workload workload : StepAgainstPyTorch.WORKLOADS) {
            Dataset data = workload.data();
            compare(workload, data);
            for (Precision precision : Precision.values()) {
                time(workload, data, Device.cuda(0), precision);
            }
            time(workload, data, Device.CPU, Precision.FLOAT32);
            timePrivate(workload, data);
        }
    }

    private static TrainingRun run(StepAgainstPyTorch.Workload workload, int steps) {
        return TrainingRun.of(workload.network(), Loss.CROSS_ENTROPY)
                .batchSize(workload.batch())
                .steps(steps)
                .seed(3);
    }

    private static void compare(StepAgainstPyTorch.Workload workload, Dataset data) {
        float[] expected = numbers(run(workload, COMPARED_STEPS).optimizer(Sgd.rate(0.01)), data);
        float[] actual =
                numbers(run(workload, COMPARED_STEPS).optimizer(Sgd.rate(0.01)).device(Device.cuda(0)), data);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
        }
        report(
                workload,
                "cuda against cpu",
                "difference %.2e of the largest parameter".formatted(difference / largest));
    }

    private static float[] numbers(TrainingRun run, Dataset data) {
        try (TrainingResult result = run.fit(data)) {
            return result.model().numbers();
        }
    }

    private static void time(StepAgainstPyTorch.Workload workload, Dataset data, Device device, Precision precision) {
        List<Double> times = new ArrayList<>();
        long[] last = {System.nanoTime()};
        try (TrainingResult result = run(workload, device.equals(Device.CPU) ? TIMED_STEPS / 4 : TIMED_STEPS)
                .optimizer(AdamW.rate(1e-3))
                .device(device)
                .precision(precision)
                .listener(progress -> {
                    long now = System.nanoTime();
                    times.add((now - last[0]) / 1e6);
                    last[0] = now;
                })
                .fit(data)) {
            List<Double> losses = result.report().losses();
            report(
                    workload,
                    device + " " + precision,
                    "%.3f ms a step, loss %.4f to %.4f"
                            .formatted(median(times), losses.get(0), losses.get(losses.size() - 1)));
        }
    }

    private static void timePrivate(StepAgainstPyTorch.Workload workload, Dataset data) {
        var random = new SplittableRandom(1);
        var noise = new SplittableRandom(2);
        DpSgd privacy = DpSgd.clip(1)
                .noiseMultiplier(1)
                .sampling(
                        workload.batch(),
                        population -> IntStream.range(0, population)
                                .filter(row -> random.nextDouble() < (double) workload.batch() / population)
                                .toArray())
                .noise((sum, deviation) -> {
                    for (int i = 0; i < sum.length; i++) {
                        sum[i] += (float) (noise.nextGaussian() * deviation);
                    }
                });
        List<Double> times = new ArrayList<>();
        long[] last = {System.nanoTime()};
        TrainingRun.of(workload.network(), Loss.CROSS_ENTROPY)
                .steps(TIMED_STEPS / 4)
                .seed(3)
                .device(Device.cuda(0))
                .privacy(privacy)
                .listener(progress -> {
                    long now = System.nanoTime();
                    times.add((now - last[0]) / 1e6);
                    last[0] = now;
                })
                .fit(data)
                .close();
        report(workload, "cuda:0 private", "%.3f ms a step".formatted(median(times)));
    }

    private static double median(List<Double> times) {
        double[] counted = times.subList(times.size() / 5, times.size()).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
        Arrays.sort(counted);
        return counted[counted.length / 2];
    }

    private static void report(StepAgainstPyTorch.Workload workload, String what, String found) {
        System.out.printf(Locale.ROOT, "%-12s %-22s %s%n", workload.name(), what, found);
    }
}

package io.aidc.training.search;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A density over several parameters: one kernel for each observation and one that is flat or nearly so, each a product
 * over the parameters.
 */
final class ParzenMixture {
    private static final int FULL_WEIGHTS = 25;

    private final double[] weights;
    private final double[] logWeights;
    private final Kernels[] dimensions;

    private ParzenMixture(double[] weights, Kernels[] dimensions) {
        this.weights = weights;
        this.logWeights = Arrays.stream(weights).map(Math::log).toArray();
        this.dimensions = dimensions;
    }

    /**
     * Makes the density.
     *
     * @param axes the parameters
     * @param observations shape {@code [observations, parameters]}, the oldest first
     */
    static ParzenMixture of(List<Axis> axes, double[][] observations) {
        Kernels[] dimensions = new Kernels[axes.size()];
        for (int d = 0; d < dimensions.length; d++) {
            double[] column = new double[observations.length];
            for (int i = 0; i < column.length; i++) {
                column[i] = observations[i][d];
            }
            Axis axis = axes.get(d);
            dimensions[d] = axis.options() > 0 ? new OptionKernels(axis, column) : new NormalKernels(axis, column);
        }
        return new ParzenMixture(weights(observations.length), dimensions);
    }

    /** 1 for the newest and for the prior, which is last; older ones fall evenly to 1/n. */
    private static double[] weights(int observations) {
        double[] weights = new double[observations + 1];
        int ramp = Math.max(0, observations - FULL_WEIGHTS);
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double start = 1.0 / Math.max(1, observations);
            weights[i] = i >= ramp ? 1 : ramp == 1 ? start : start + (1 - start) * i / (ramp - 1);
            sum += weights[i];
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= sum;
        }
        return weights;
    }

    double[] draw(SplittableRandom random) {
        int kernel = Draws.index(random, weights);
        double[] drawn = new double[dimensions.length];
        for (int d = 0; d < drawn.length; d++) {
            drawn[d] = dimensions[d].draw(kernel, random);
        }
        return drawn;
    }

    double logDensity(double[] point) {
        double[] logs = new double[weights.length];
        double greatest = Double.NEGATIVE_INFINITY;
        for (int kernel = 0; kernel < logs.length; kernel++) {
            double log = logWeights[kernel];
            for (int d = 0; d < dimensions.length; d++) {
                log += dimensions[d].logDensity(kernel, point[d]);
            }
            logs[kernel] = log;
            greatest = Math.max(greatest, log);
        }
        double sum = 0;
        for (double log : logs) {
            sum += Math.exp(log - greatest);
        }
        return greatest + Math.log(sum);
    }
}

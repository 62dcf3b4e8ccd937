package io.aidc.training.search;

import java.util.SplittableRandom;

/** Kernels over options: an observation gives its own option a weight of 1, and the prior spreads 1/n over each. */
final class OptionKernels implements Kernels {
    private final double[][] weights;

    OptionKernels(Axis axis, double[] values) {
        int options = axis.options();
        weights = new double[values.length + 1][options];
        double share = 1.0 / weights.length;
        for (int kernel = 0; kernel < weights.length; kernel++) {
            double sum = options * share + (kernel < values.length ? 1 : 0);
            for (int option = 0; option < options; option++) {
                boolean own = kernel < values.length && values[kernel] == option;
                weights[kernel][option] = (share + (own ? 1 : 0)) / sum;
            }
        }
    }

    @Override
    public double draw(int kernel, SplittableRandom random) {
        return Draws.index(random, weights[kernel]);
    }

    @Override
    public double logDensity(int kernel, double value) {
        return Math.log(weights[kernel][(int) value]);
    }
}

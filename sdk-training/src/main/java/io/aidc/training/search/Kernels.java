package io.aidc.training.search;

import java.util.SplittableRandom;

/** The kernels of one parameter, one for each observation; the last is the prior. */
interface Kernels {
    double draw(int kernel, SplittableRandom random);

    double logDensity(int kernel, double value);
}

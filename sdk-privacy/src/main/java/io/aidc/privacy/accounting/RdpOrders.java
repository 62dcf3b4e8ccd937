package io.aidc.privacy.accounting;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The Rényi orders tried first, and those tried when the best of them lies at an end. */
final class RdpOrders {
    private static final double[] GRID = DoubleStream.concat(
                    IntStream.rangeClosed(11, 110).mapToDouble(tenths -> tenths / 10.0),
                    DoubleStream.concat(
                            IntStream.rangeClosed(12, 64).asDoubleStream(), DoubleStream.of(128, 256, 512, 1024)))
            .toArray();
    private static final double[] BELOW = {1.05, 1.02, 1.01, 1.005, 1.002, 1.001};
    private static final double[] ABOVE = {2048, 4096, 8192, 16384, 32768, 65536};

    private RdpOrders() {}

    static double[] grid() {
        return GRID.clone();
    }

    static double[] below() {
        return BELOW.clone();
    }

    static double[] above() {
        return ABOVE.clone();
    }
}

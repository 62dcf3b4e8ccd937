package io.aidc.training.search;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Functions on which samplers are compared; {@code src/test/python/tpe_against_optuna.py} has the same. */
final class Functions {
    private static final double[] HARTMANN_WEIGHTS = {1.0, 1.2, 3.0, 3.2};
    private static final double[][] HARTMANN_SCALES = {
        {10, 3, 17, 3.5, 1.7, 8}, {0.05, 10, 17, 0.1, 8, 14}, {3, 3.5, 1.7, 10, 17, 8}, {17, 8, 0.05, 10, 0.1, 14}
    };
    private static final double[][] HARTMANN_CENTRES = {
        {0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
        {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
        {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
        {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}
    };

    private Functions() {}

    /** All functions; the noise of a trial comes from its number and the seed. */
    static Map<String, Objective> all(long seed) {
        Map<String, Objective> all = new LinkedHashMap<>();
        all.put("branin", Functions::branin);
        all.put("hartmann6", Functions::hartmann6);
        all.put("mixed", Functions::mixed);
        all.put("noisySphere", trial -> noisySphere(trial, seed));
        all.put("network", Functions::network);
        all.put("branches", Functions::branches);
        return all;
    }

    static double branin(Trial trial) {
        double x = trial.uniform("x", -5, 10);
        double y = trial.uniform("y", 0, 15);
        double root = y - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6;
        return root * root + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
    }

    static double hartmann6(Trial trial) {
        double[] x = new double[6];
        for (int d = 0; d < 6; d++) {
            x[d] = trial.uniform("x" + d, 0, 1);
        }
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            double square = 0;
            for (int d = 0; d < 6; d++) {
                double difference = x[d] - HARTMANN_CENTRES[i][d];
                square += HARTMANN_SCALES[i][d] * difference * difference;
            }
            sum -= HARTMANN_WEIGHTS[i] * Math.exp(-square);
        }
        return sum;
    }

    static double mixed(Trial trial) {
        String kind = trial.choice("kind", "a", "b", "c", "d", "e");
        double x = trial.uniform("x", -3, 3);
        int n = trial.integer("n", 1, 20);
        double offset = switch (kind) {
            case "a" -> 1.0;
            case "b" -> 0.6;
            case "c" -> 0.0;
            case "d" -> 1.5;
            default -> 2.5;
        };
        boolean flag = trial.flag("flag");
        double centre = kind.equals("c") ? 1.2 : -0.7;
        return offset + (x - centre) * (x - centre) + 0.02 * (n - 13) * (n - 13) + (flag ? 0.3 : 0);
    }

    static double noisySphere(Trial trial, long seed) {
        double sum = 0;
        for (int d = 0; d < 4; d++) {
            double x = trial.uniform("x" + d, -5, 5);
            sum += (x - 1) * (x - 1);
        }
        return sum + Draws.normal(new SplittableRandom(seed * 1_000_003 + trial.number()));
    }

    /** Like the loss of a network over its rate of learning, width, decay and dropout, with a ridge. */
    static double network(Trial trial) {
        double rate = Math.log10(trial.logUniform("rate", 1e-6, 1));
        double decay = Math.log10(trial.logUniform("decay", 1e-8, 1e-1));
        double width = Math.log(trial.logInteger("width", 8, 1024)) / Math.log(2);
        double dropout = trial.step("dropout", 0, 0.9, 0.1);
        double ridge = rate + 0.3 * (width - 6) + 3;
        return ridge * ridge
                + 0.1 * (width - 8) * (width - 8)
                + 0.05 * (decay + 4) * (decay + 4)
                + (dropout - 0.3) * (dropout - 0.3);
    }

    static double branches(Trial trial) {
        if (trial.choice("model", "linear", "tree").equals("linear")) {
            double decay = Math.log10(trial.logUniform("decay", 1e-6, 1e2));
            return 1 + 0.2 * (decay + 1) * (decay + 1);
        }
        int depth = trial.integer("depth", 1, 16);
        double rate = Math.log10(trial.logUniform("rate", 1e-4, 1));
        return 0.4 + 0.05 * Math.abs(depth - 6) + (rate + 1.5) * (rate + 1.5);
    }
}

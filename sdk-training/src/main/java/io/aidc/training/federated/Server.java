package io.aidc.training.federated;

import io.aidc.training.federated.ServerOptimizer.Adagrad;
import io.aidc.training.federated.ServerOptimizer.Adam;
import io.aidc.training.federated.ServerOptimizer.Average;
import io.aidc.training.federated.ServerOptimizer.Yogi;
import java.util.Arrays;

/** The parameters and the optimiser's memory, both of which a saved state holds. Confined: one thread at a time. */
final class Server {
    private final ServerOptimizer optimizer;
    private float[] parameters;
    private final double[] mean;
    private final double[] square;

    Server(ServerOptimizer optimizer, float[] parameters) {
        this(
                optimizer,
                parameters,
                new double[needsMean(optimizer) ? parameters.length : 0],
                new double[optimizer instanceof Average ? 0 : parameters.length]);
        Arrays.fill(square, tau(optimizer) * tau(optimizer));
    }

    Server(ServerOptimizer optimizer, float[] parameters, double[] mean, double[] square) {
        this.optimizer = optimizer;
        this.parameters = parameters;
        this.mean = mean;
        this.square = square;
    }

    static boolean needsMean(ServerOptimizer optimizer) {
        return !(optimizer instanceof Average average) || average.momentum() > 0;
    }

    private static double tau(ServerOptimizer optimizer) {
        if (optimizer instanceof Adam adam) {
            return adam.tau();
        } else if (optimizer instanceof Yogi yogi) {
            return yogi.tau();
        }
        return optimizer instanceof Adagrad adagrad ? adagrad.tau() : 0;
    }

    float[] parameters() {
        return parameters;
    }

    double[] mean() {
        return mean;
    }

    double[] square() {
        return square;
    }

    /** Moves the parameters; tells whether all are finite, and leaves them as they were if not. */
    boolean apply(float[] update) {
        float[] moved = new float[parameters.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = (float) (parameters[i] + optimizer.learningRate() * direction(i, update[i]));
        }
        boolean finite = Checks.finite(moved);
        if (finite) {
            parameters = moved;
        }
        return finite;
    }

    private double direction(int i, double delta) {
        if (optimizer instanceof Average average) {
            if (mean.length == 0) {
                return delta;
            }
            mean[i] = average.momentum() * mean[i] + delta;
            return mean[i];
        }
        double squared = delta * delta;
        double beta1;
        if (optimizer instanceof Adam adam) {
            beta1 = adam.beta1();
            square[i] = adam.beta2() * square[i] + (1 - adam.beta2()) * squared;
        } else if (optimizer instanceof Yogi yogi) {
            beta1 = yogi.beta1();
            square[i] -= (1 - yogi.beta2()) * squared * Math.signum(square[i] - squared);
        } else if (optimizer instanceof Adagrad adagrad) {
            beta1 = adagrad.beta1();
            square[i] += squared;
        } else {
            throw new AssertionError("an optimiser without a rule: " + optimizer);
        }
        mean[i] = beta1 * mean[i] + (1 - beta1) * delta;
        return mean[i] / (Math.sqrt(square[i]) + tau(optimizer));
    }
}

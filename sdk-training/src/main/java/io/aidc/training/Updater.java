package io.aidc.training;

import io.aidc.training.engine.Device;
import io.aidc.training.optim.Averaging;
import io.aidc.training.torch.internal.TorchOptimizer;
import io.aidc.training.torch.internal.Vector;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns the gradient of each step into a move of the parameters, and keeps their average. */
final class Updater implements AutoCloseable {
    /** As PyTorch's {@code clip_grad_norm_} guards its division. */
    private static final double CLIP_GUARD = 1e-6;

    private final Plan plan;
    private final Vector numbers;
    private final Vector trained;
    private final TorchOptimizer optimizer;
    private final @Nullable Vector anchor;
    private final @Nullable Vector average;
    private int averaged;
    private double plateauFactor = 1;

    /** Moves the first numbers, which are trained; the rest are statistics. */
    Updater(Plan plan, Vector numbers, Vector trained) {
        Device device = numbers.device();
        this.plan = plan;
        this.numbers = numbers;
        this.trained = trained;
        this.optimizer =
                new TorchOptimizer(plan.update().optimizer(), plan.model().parameters(), device);
        this.anchor = plan.update().proximal() == 0 ? null : Vector.of(trained.toArray(), device);
        this.average = plan.update().averaging() == null ? null : Vector.zeros(numbers.length(), device);
    }

    /** The rate of a step. */
    double rate(int step) {
        return plan.update().optimizer().learningRate()
                * plan.update().schedule().factor(step, plan.steps())
                * plateauFactor;
    }

    /** Lowers the rate for the steps that follow. */
    void lowerRate(double gamma) {
        plateauFactor *= gamma;
    }

    /** Takes the step; the gradient is used as working space. */
    void step(int step, Vector gradient) {
        Plan.Update update = plan.update();
        if (update.lasso() != 0) {
            gradient.addSign(trained, update.lasso());
        }
        if (anchor != null) {
            gradient.add(trained, update.proximal());
            gradient.add(anchor, -update.proximal());
        }
        if (Double.isFinite(update.clipNorm())) {
            double norm = gradient.norm();
            if (norm > update.clipNorm()) {
                gradient.scale(update.clipNorm() / (norm + CLIP_GUARD));
            }
        }
        optimizer.step(trained, gradient, rate(step));
        if (update.averaging() instanceof Averaging.Exponential exponential) {
            average(averaged == 0 ? 1 : 1 - exponential.decay());
        }
    }

    /** Takes notice of the end of an epoch, from 1. */
    void epochEnded(int epoch) {
        if (plan.update().averaging() instanceof Averaging.StochasticWeights even && epoch >= even.from()) {
            average(1.0 / (averaged + 1));
        }
    }

    private void average(double share) {
        Vector kept = Objects.requireNonNull(average);
        if (share == 1) {
            kept.copyFrom(numbers);
        } else {
            kept.approach(numbers, share);
        }
        averaged++;
    }

    /** The average, if there is one. */
    @Nullable
    Vector average() {
        return averaged == 0 ? null : average;
    }

    /** Shows what is kept from step to step to whoever saves or restores it. */
    void keepIn(RunState state) {
        optimizer.state().forEach((name, vector) -> state.vector("optimizer." + name, vector));
        if (average != null) {
            state.vector("average", average);
        }
        state.number("optimizerSteps", optimizer::steps, value -> optimizer.resumeAfter((long) value));
        state.number("averaged", () -> averaged, value -> averaged = (int) value);
        state.number("plateauFactor", () -> plateauFactor, value -> plateauFactor = value);
    }

    @Override
    public void close() {
        optimizer.close();
        if (anchor != null) {
            anchor.close();
        }
        if (average != null) {
            average.close();
        }
    }
}

package io.aidc.examples.quickstart;

import io.aidc.privacy.Charge;
import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.Sampling;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.GaussianNoise;
import io.aidc.training.Dataset;
import io.aidc.training.TrainingProgress;
import io.aidc.training.TrainingReport;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.dp.NoiseSource;
import io.aidc.training.dp.StepGate;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Adam;
import io.aidc.training.optim.Sgd;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The two training runs: the same small network, once with privacy and once without. */
final class Learning {
    static final int WORKERS = 2;
    private static final int HIDDEN = 16;
    static final int STEPS = 100;
    private static final double SAMPLING_RATE = 0.2;
    static final double CLIP_NORM = 1.0;
    private static final double PRIVATE_RATE = 0.5;
    private static final int PLAIN_EPOCHS = 30;

    /**
     * A finished run.
     *
     * @param result the model and its report
     * @param losses mean loss of each step as the operator saw it; NaN steps are left out
     * @param workers workers that took part in the last step
     */
    @SuppressWarnings("ArrayRecordComponent") // numbers on their way, never compared
    record Run(TrainingResult result, double[] losses, int workers) {}

    private Learning() {}

    /**
     * Trains by DP-SGD with what is left of the budget; each step is charged before it is attempted.
     *
     * @param charged receives, after each step, everything charged so far
     */
    static Run privately(
            Dataset train,
            PrivateSummary summary,
            PrivacyBudget budget,
            Consumer<PrivacyEvent> charged,
            Consumer<TrainingProgress> shown) {
        try (GaussianNoise noise = GaussianNoise.open()) {
            Sampling sampling = Sampling.poisson(SAMPLING_RATE);
            double multiplier = budget.noiseMultiplierFor(sampling, STEPS);
            DpSgd privacy = privacy(sampling, multiplier, summary.people(), noise::addTo, step -> {
                boolean granted = budget.charge(sampling.event(multiplier)) instanceof Charge.Granted;
                charged.accept(budget.charged());
                return granted;
            });
            TrainingRun run = TrainingRun.of(network(summary.inputScaling(), train), Loss.CROSS_ENTROPY)
                    .optimizer(Sgd.rate(PRIVATE_RATE))
                    .steps(STEPS)
                    .workers(WORKERS)
                    .privacy(privacy);
            Run finished = fit(run, train, shown);
            if (finished.result().report().stopReason() != TrainingReport.StopReason.FINISHED) {
                finished.result().close();
                throw new IllegalStateException("private training stopped early: "
                        + finished.result().report().stopDetail());
            }
            return finished;
        }
    }

    /** What binds sampling, clipping, noise and payment together: one multiplier for the noise and for the charge. */
    static DpSgd privacy(Sampling sampling, double multiplier, double people, NoiseSource noise, StepGate gate) {
        return DpSgd.clip(CLIP_NORM)
                .noiseMultiplier(multiplier)
                .sampling(sampling.rate() * people, sampling::draw)
                .noise(noise)
                .onStep(gate);
    }

    /** Trains without privacy, for comparison only: its scaling and its weights read the rows exactly. */
    static Run plainly(Dataset train, Consumer<TrainingProgress> shown) {
        TrainingRun run = TrainingRun.of(network(List.of(standardised(train)), train), Loss.CROSS_ENTROPY)
                .optimizer(Adam.rate(0.005))
                .batchSize(32)
                .epochs(PLAIN_EPOCHS)
                .workers(WORKERS)
                .seed(Patients.SPLIT_SEED);
        return fit(run, train, shown);
    }

    private static Run fit(TrainingRun run, Dataset train, Consumer<TrainingProgress> shown) {
        List<Double> losses = new ArrayList<>();
        int[] workers = new int[1];
        TrainingResult result = run.listener(progress -> {
                    if (!Double.isNaN(progress.loss())) {
                        losses.add(progress.loss());
                    }
                    workers[0] = progress.workers();
                    shown.accept(progress);
                })
                .fit(train);
        return new Run(result, losses.stream().mapToDouble(Double::doubleValue).toArray(), workers[0]);
    }

    private static Network network(List<Layer> scaling, Dataset train) {
        List<Layer> layers = new ArrayList<>(scaling);
        layers.add(Layer.linear(train.features(), HIDDEN));
        layers.add(Layer.tanh());
        layers.add(Layer.linear(HIDDEN, train.classes()));
        return Network.of(layers.toArray(Layer[]::new));
    }

    private static Layer standardised(Dataset train) {
        float[] shift = new float[train.features()];
        float[] factor = new float[train.features()];
        for (int j = 0; j < shift.length; j++) {
            float[] column = train.column(j);
            double sum = 0;
            double squares = 0;
            for (float value : column) {
                sum += value;
                squares += (double) value * value;
            }
            double mean = sum / column.length;
            double variance = squares / column.length - mean * mean;
            shift[j] = (float) mean;
            factor[j] = (float) (variance > 0 ? 1 / Math.sqrt(variance) : 0);
        }
        return Layer.scale(shift, factor);
    }
}

package io.aidc.examples.hospitals;

import io.aidc.privacy.Charge;
import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.Sampling;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.aggregation.Reply;
import io.aidc.privacy.aggregation.SecureSum;
import io.aidc.privacy.aggregation.SecureSumClient;
import io.aidc.privacy.aggregation.SecureSumMessage;
import io.aidc.privacy.query.BoundsRelease;
import io.aidc.training.Dataset;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Sgd;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** One party: its patients, its budget, and its end of the secure sum. <em>Confined: one thread at a time.</em> */
final class Hospital {
    private static final double BOUNDS_NOISE = 8;
    private static final double RATE = 1;

    private final int number;
    private final Dataset patients;
    private final PrivacyBudget budget;
    private final Wire inbox;
    private final Wire coordinator;

    Hospital(int number, Dataset patients, PrivacyBudget budget, Wire inbox, Wire coordinator) {
        this.number = number;
        this.patients = patients;
        this.budget = budget;
        this.inbox = inbox;
        this.coordinator = coordinator;
    }

    int patients() {
        return patients.rows();
    }

    PrivacyBudget budget() {
        return budget;
    }

    /** Releases the range of each measurement among the own patients, with noise. */
    BoundsRelease.Granted bounds() {
        List<double[]> rows = IntStream.range(0, patients.rows())
                .mapToObj(i -> doubles(patients.row(i)))
                .toList();
        if (budget.from(rows).bounds(patients.features(), row -> row).gaussian(BOUNDS_NOISE)
                instanceof BoundsRelease.Granted granted) {
            return granted;
        }
        throw new IllegalStateException("the budget of hospital %d does not cover its ranges".formatted(number));
    }

    /**
     * Trains on the own patients; what comes out is the same at every hospital, since each step follows the secure sum.
     *
     * @param everyone the public number of patients of all hospitals
     */
    TrainingResult train(Network network, Federation federation, int everyone) {
        SecureSum sum = federation.sum();
        PrivacyEvent step =
                new PrivacyEvent.Gaussian(federation.noise() / sum.unitSensitivity(federation.patientNorm()));
        DpSgd privacy = DpSgd.clip(Federation.CLIP_NORM)
                .noiseMultiplier(federation.noise() / Federation.CLIP_NORM)
                .sampling(everyone, Sampling.poisson(1)::draw)
                .noise((gradient, deviation) -> exchange(sum, gradient))
                .onStep(number -> budget.charge(step) instanceof Charge.Granted);
        return TrainingRun.of(network, Loss.CROSS_ENTROPY)
                .optimizer(Sgd.rate(RATE))
                .steps(Federation.STEPS)
                .seed(Federation.SEED)
                .privacy(privacy)
                .fit(patients);
    }

    /** Replaces the own sum of clipped gradients by the noised sum over all hospitals. */
    private void exchange(SecureSum sum, float[] gradient) {
        double[] total;
        try (SecureSumClient client = SecureSumClient.join(sum, inbox.receive(), number)) {
            coordinator.send(client.advertise().toBytes());
            answer(client::share);
            answer(message -> client.mask(message, doubles(gradient)));
            answer(client::unmask);
            total = Coordinator.doubles(inbox.receive());
        }
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (float) total[i];
        }
    }

    private void answer(Function<SecureSumMessage, Reply> step) {
        Reply reply = step.apply(SecureSumMessage.fromBytes(inbox.receive()));
        if (!(reply instanceof Reply.Send send)) {
            throw new IllegalStateException("hospital %d leaves the round: %s".formatted(number, reply));
        }
        coordinator.send(send.message().toBytes());
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }
}

package io.aidc.examples.clinics;

import io.aidc.training.Dataset;
import io.aidc.training.Table;
import io.aidc.training.TrainedModel;
import io.aidc.training.TrainingRun;
import io.aidc.training.federated.ClientOutcome;
import io.aidc.training.federated.FederatedResult;
import io.aidc.training.federated.FederatedRun;
import io.aidc.training.federated.RoundListener;
import io.aidc.training.federated.RoundReport;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Adam;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Five clinics learn together to read the digits on their forms. A coordinator averages what each changed in the model, and
 * sees no clinic's change: it has masked vectors, which differ from random ones in nothing that it could find, and their sum.
 *
 * <p>Each clinic lacks the pictures of two digits, so that none could learn all alone. Lines break: before a clinic sent its
 * masked change, which is then missing; after it, and it counts; and three lines at a time, which leaves too few for a sum, so
 * that the round is taken again.
 *
 * <p>The sums themselves are shown to the coordinator without noise: they say something about all clinics together.
 */
public final class FiveClinics {
    static final int ROUNDS = 15;
    private static final List<String> NAMES = List.of("centre", "east", "north", "south", "west");
    private static final long SEED = 11;
    private static final double HELD_ASIDE = 0.2;
    private static final int EPOCHS = 2;
    private static final float BRIGHTEST = 16;

    /**
     * What came of it.
     *
     * @param together accuracy of the common model on pictures held aside
     * @param alone the best accuracy of a clinic's own model
     * @param difference by how much a parameter differed at most, after a round, from the plain average of the updates in
     *     the sum
     * @param attempts each attempt of each round
     */
    record Outcome(double together, double alone, double difference, List<RoundReport> attempts) {}

    private FiveClinics() {}

    /**
     * Runs the example.
     *
     * @param args nothing
     * @throws IOException if the table cannot be read
     */
    public static void main(String[] args) throws IOException {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<byte[]> received = new ArrayList<>();
        Outcome outcome = run(received::add, out);
        out.printf("the coordinator received %d messages, none with a single clinic's update%n", received.size());
        out.printf(
                "largest difference from plain averaging %.1e, rounding explains up to %.1e%n",
                outcome.difference(), Agreement.STEP);
        out.printf("accuracy together %.4f, of the best clinic alone %.4f%n", outcome.together(), outcome.alone());
    }

    static Outcome run(Consumer<byte[]> witness, PrintStream out) throws IOException {
        Dataset.Split digits = table().split(HELD_ASIDE, SEED);
        Network network = network();
        Agreement agreement = Agreement.of(NAMES, network.parameterCount());
        Map<String, Clinic> clinics = clinics(digits.train(), runs(network, EPOCHS), agreement);
        breakLines(clinics);
        float[] initial = network.initialParameters(SEED);
        var comparison = new Comparison(initial, clinics, out);
        FederatedResult result = FederatedRun.of(initial)
                .maskedClients(NAMES, name -> clinic(clinics, name).join())
                .secureAggregation(new MaskedSum(agreement, witness))
                .minimumSurvivors(Agreement.LEAST)
                .rounds(ROUNDS)
                .seed(SEED)
                .listener(comparison)
                .run();
        double alone = clinics(digits.train(), runs(network, EPOCHS * ROUNDS), agreement).values().stream()
                .mapToDouble(clinic -> clinic.alone(SEED, digits.heldAside()))
                .max()
                .orElseThrow();
        try (TrainedModel model = TrainedModel.of(network, Loss.CROSS_ENTROPY, result.parameters())) {
            return new Outcome(
                    model.accuracy(digits.heldAside()),
                    alone,
                    comparison.largest,
                    result.report().attempts());
        }
    }

    private static Network network() {
        float[] darkest = new float[64];
        float[] factor = new float[64];
        Arrays.fill(factor, 1 / BRIGHTEST);
        return Network.of(Layer.scale(darkest, factor), Layer.linear(64, 32), Layer.relu(), Layer.linear(32, 10));
    }

    private static Supplier<TrainingRun> runs(Network network, int epochs) {
        return () -> TrainingRun.of(network, Loss.CROSS_ENTROPY)
                .optimizer(Adam.rate(5e-3))
                .batchSize(16)
                .epochs(epochs);
    }

    /** Deals out the pictures; clinic k lacks the digits 2k and 2k + 1. */
    private static Map<String, Clinic> clinics(Dataset pictures, Supplier<TrainingRun> runs, Agreement agreement) {
        Map<String, Clinic> clinics = new TreeMap<>();
        for (int k = 0; k < NAMES.size(); k++) {
            int number = k;
            int[] own = IntStream.range(0, pictures.rows())
                    .filter(row -> row % NAMES.size() == number)
                    .filter(row -> digit(pictures, row) / 2 != number)
                    .toArray();
            clinics.put(NAMES.get(k), new Clinic(NAMES.get(k), pictures.subset(own), runs, agreement));
        }
        return clinics;
    }

    private static int digit(Dataset pictures, int row) {
        return Integer.parseInt(pictures.classNames().get(pictures.label(row)));
    }

    private static void breakLines(Map<String, Clinic> clinics) {
        clinic(clinics, "east").loses(new Clinic.Outage(4, 2));
        clinic(clinics, "north").loses(new Clinic.Outage(6, 3));
        for (String name : List.of("centre", "south", "west")) {
            clinic(clinics, name).loses(new Clinic.Outage(8, 2));
        }
    }

    private static Clinic clinic(Map<String, Clinic> clinics, String name) {
        Clinic clinic = clinics.get(name);
        if (clinic == null) {
            throw new IllegalArgumentException("no clinic " + name);
        }
        return clinic;
    }

    private static Dataset table() throws IOException {
        try (InputStream in = FiveClinics.class.getResourceAsStream("/io/aidc/examples/training/optdigits.csv");
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            return Table.read(reader).classification("digit");
        }
    }

    /** Compares each round with the plain average of the updates in its sum, as only somebody who has them all can. */
    private static final class Comparison implements RoundListener {
        private final Map<String, Clinic> clinics;
        private final PrintStream out;
        private float[] before;
        private double largest;

        Comparison(float[] initial, Map<String, Clinic> clinics, PrintStream out) {
            this.before = initial.clone();
            this.clinics = clinics;
            this.out = out;
        }

        @Override
        public void onRound(RoundReport report, Supplier<float[]> parameters) {
            List<String> lost =
                    report.dropped().stream().map(ClientOutcome::toString).toList();
            out.printf(
                    "round %d: %s%s%n",
                    report.round(),
                    report.completed() ? report.survivors() + " clinics in the sum" : report.reason(),
                    lost.isEmpty() ? "" : " " + lost);
            if (report.completed()) {
                compare(report, parameters.get());
            }
        }

        private void compare(RoundReport report, float[] after) {
            List<float[]> updates = report.clients().stream()
                    .filter(client -> client.status() == ClientOutcome.Status.ANSWERED)
                    .map(client -> clinic(clinics, client.client()).update(report.round()))
                    .toList();
            for (int i = 0; i < after.length; i++) {
                double plain = before[i];
                for (float[] update : updates) {
                    plain += (double) update[i] / updates.size();
                }
                largest = Math.max(largest, Math.abs(after[i] - plain));
            }
            before = after;
        }
    }
}

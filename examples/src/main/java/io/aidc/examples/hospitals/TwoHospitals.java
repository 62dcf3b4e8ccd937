package io.aidc.examples.hospitals;

import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.PrivacyLedger;
import io.aidc.privacy.Sampling;
import io.aidc.privacy.query.BoundsRelease;
import io.aidc.training.Dataset;
import io.aidc.training.Table;
import io.aidc.training.TrainingResult;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Network;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Two hospitals train one model without showing each other, or the coordinator, a patient or a gradient.
 *
 * <p>Each hospital clips the gradient of each of its patients, adds them up, adds noise, and takes part in a secure sum
 * with the other: the coordinator sees only the noised sum. Each pays from a ledger of its own as if its own noise were
 * the only one, since the other hospital can subtract its part. Everything runs in one process; messages are bytes on
 * queues, the state machines are those that would run in two buildings.
 */
public final class TwoHospitals {
    static final double EPSILON = 3;
    static final double DELTA = 1e-4;
    private static final String SCOPE = "patients";
    private static final double HELD_ASIDE = 0.2;
    private static final double SPREAD = 3;

    /**
     * What came of it.
     *
     * @param together accuracy of the common model on people held aside, whose data are taken to be public
     * @param equal whether both hospitals ended with the same parameters
     * @param spent ε of each hospital's patients
     */
    record Outcome(double together, boolean equal, List<Double> spent) {}

    private TwoHospitals() {}

    /**
     * Runs the example.
     *
     * @param args nothing
     * @throws IOException if the ledgers cannot be written
     */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Outcome outcome = run(Files.createTempDirectory("two-hospitals"), out);
        out.printf(
                "accuracy of the common model %.4f, the same at both hospitals: %s, epsilon %s at delta %s%n",
                outcome.together(), outcome.equal(), outcome.spent(), DELTA);
    }

    static Outcome run(Path directory, PrintStream out) throws IOException {
        Dataset.Split split = table().split(HELD_ASIDE, Federation.SEED);
        int half = split.train().rows() / 2;
        try (PrivacyLedger first = ledger(directory.resolve("east.ledger"));
                PrivacyLedger second = ledger(directory.resolve("west.ledger"))) {
            Wire toCoordinator = new Wire();
            List<Wire> inboxes = List.of(new Wire(), new Wire());
            Dataset east = split.train().subset(IntStream.range(0, half).toArray());
            Dataset west = split.train()
                    .subset(IntStream.range(half, split.train().rows()).toArray());
            List<Hospital> hospitals = List.of(
                    new Hospital(0, east, first.scope(SCOPE), inboxes.get(0), toCoordinator),
                    new Hospital(1, west, second.scope(SCOPE), inboxes.get(1), toCoordinator));
            Network network = network(split.train(), hospitals);
            Federation federation = federation(hospitals, network);
            out.printf(
                    "each hospital adds noise of standard deviation %.2f; a message takes %d bytes%n",
                    federation.noise(), federation.sum().bytesPerClient());
            Coordinator coordinator = new Coordinator(federation.sum(), toCoordinator, inboxes);
            return together(hospitals, network, federation, coordinator, split.heldAside(), out);
        }
    }

    private static Outcome together(
            List<Hospital> hospitals,
            Network network,
            Federation federation,
            Coordinator coordinator,
            Dataset heldAside,
            PrintStream out) {
        int everyone = hospitals.stream().mapToInt(Hospital::patients).sum();
        ExecutorService threads = Executors.newFixedThreadPool(hospitals.size());
        try {
            List<CompletableFuture<TrainingResult>> runs = hospitals.stream()
                    .map(hospital ->
                            CompletableFuture.supplyAsync(() -> hospital.train(network, federation, everyone), threads))
                    .toList();
            for (int step = 1; step <= Federation.STEPS; step++) {
                double[] sum = coordinator.round();
                if (step % 10 == 0) {
                    out.printf(
                            "step %d of %d: the coordinator saw a sum of length %.1f%n",
                            step,
                            Federation.STEPS,
                            Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum()));
                }
            }
            try (TrainingResult east = runs.get(0).join();
                    TrainingResult west = runs.get(1).join()) {
                boolean equal = east.model().parameters().entrySet().stream()
                        .allMatch(entry ->
                                Arrays.equals(entry.getValue(), west.model().parameter(entry.getKey())));
                List<Double> spent = hospitals.stream()
                        .map(hospital -> hospital.budget().spent())
                        .toList();
                return new Outcome(east.model().accuracy(heldAside), equal, spent);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** The noise with which a hospital's share of the steps fits into what its budget has left. */
    private static Federation federation(List<Hospital> hospitals, Network network) {
        double multiplier = hospitals.stream()
                .mapToDouble(hospital -> hospital.budget().noiseMultiplierFor(Sampling.poisson(1), Federation.STEPS))
                .max()
                .orElseThrow();
        int most = hospitals.stream().mapToInt(Hospital::patients).max().orElseThrow();
        int parameters = network.parameterCount();
        Federation draft = Federation.of(hospitals.size(), parameters, most, multiplier * Federation.CLIP_NORM);
        double noise = multiplier * draft.sum().unitSensitivity(draft.patientNorm()) * (1 + 1e-12);
        return Federation.of(hospitals.size(), parameters, most, noise);
    }

    /** One linear layer over inputs that both hospitals scale by the ranges that they released. */
    private static Network network(Dataset data, List<Hospital> hospitals) {
        List<BoundsRelease.Granted> released =
                hospitals.stream().map(Hospital::bounds).toList();
        int features = data.features();
        float[] low = new float[features];
        float[] high = new float[features];
        float[] middle = new float[features];
        float[] factor = new float[features];
        for (int j = 0; j < features; j++) {
            int column = j;
            low[j] = (float) released.stream()
                    .mapToDouble(bounds -> bounds.lower()[column])
                    .min()
                    .orElseThrow();
            high[j] = (float) released.stream()
                    .mapToDouble(bounds -> bounds.upper()[column])
                    .max()
                    .orElseThrow();
            middle[j] = (low[j] + high[j]) / 2;
            factor[j] = (float) (SPREAD / (high[j] - low[j]));
        }
        List<Layer> layers = new ArrayList<>();
        layers.add(Layer.clamp(low, high));
        layers.add(Layer.scale(middle, factor));
        layers.add(Layer.linear(features, data.classes()));
        return Network.of(layers.toArray(Layer[]::new));
    }

    private static PrivacyLedger ledger(Path file) {
        return PrivacyLedger.builder(file)
                .scope(SCOPE, PrivacyBudget.builder().epsilon(EPSILON).delta(DELTA))
                .unit("patient")
                .open();
    }

    private static Dataset table() throws IOException {
        try (InputStream in = TwoHospitals.class.getResourceAsStream("/io/aidc/examples/quickstart/wdbc.csv");
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            return Table.read(reader).classification("diagnosis");
        }
    }
}

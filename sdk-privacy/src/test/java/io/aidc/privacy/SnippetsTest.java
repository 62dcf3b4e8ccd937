package io.aidc.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.privacy.accounting.Calibration;
import io.aidc.privacy.accounting.EpsilonAtDelta;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import io.aidc.privacy.accounting.RdpAccountant;
import io.aidc.privacy.noise.GaussianNoise;
import io.aidc.privacy.noise.NoisePool;
import io.aidc.privacy.query.BoundsRelease;
import io.aidc.privacy.query.HistogramRelease;
import io.aidc.privacy.query.PrivateRecords;
import io.aidc.privacy.query.Release;
import io.aidc.privacy.query.VectorRelease;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of the documentation, executed. */
class SnippetsTest {
    private static final int COLUMNS = 30;

    @SuppressWarnings("ArrayRecordComponent") // a row of a table, never compared
    record Patient(String label, double[] features) {}

    record Visit(int patient, String ward, double minutes) {}

    private final List<Patient> rows = patients();

    @Test
    void pool_drawsAhead() {
        double[] salaries = {41_000, 52_000, 38_500};
        // @start region="pool"
        Release release;
        try (NoisePool pool = NoisePool.open()) {
            PrivacyBudget budget =
                    PrivacyBudget.builder().epsilon(1.0).noise(pool).build();
            release = budget.sum(salaries).clampedTo(0, 100_000).spending(0.5);
        }
        // @end
        // noise of scale 200,000 beyond a billion: e^-5000
        assertThat(((Release.Granted) release).value()).isBetween(-1e9, 1e9);
    }

    @Test
    void sum_spendsAndSays() {
        double[] salaries =
                IntStream.range(0, 1000).mapToDouble(i -> 40_000 + i).toArray();
        // @start region="sum"
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1.0).delta(1e-6).build();
        Release total = budget.sum(salaries).clampedTo(0, 200_000).spending(0.25);
        double shown = total instanceof Release.Granted g ? g.value() : Double.NaN;
        // @end
        // noise of scale 800000: 40 of them is 4e-18
        assertThat(shown).isBetween(40.5e6 - 32e6, 40.5e6 + 32e6);
        assertThat(budget.remaining()).isEqualTo(0.75);
    }

    @Test
    void units_areBounded() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1.0).build();
        List<Visit> visits = List.of(new Visit(1, "east", 30), new Visit(1, "west", 20), new Visit(2, "east", 10));
        List<String> wards = List.of("east", "west");
        // @start region="units"
        PrivateRecords<Visit> records = budget.from(visits).unit(Visit::patient);
        HistogramRelease<String> byWard =
                records.boundedTo(2, 1).histogram(Visit::ward, wards).spending(0.5);
        Release minutes = records.sum(Visit::minutes).clampedTo(0, 120).spending(0.5);
        // @end
        assertThat(byWard).isInstanceOf(HistogramRelease.Granted.class);
        assertThat(minutes).isInstanceOf(Release.Granted.class);
        assertThat(budget.remaining()).isZero();
    }

    @Test
    void training_staysWithinOneBudget() {
        double[] lower = new double[COLUMNS];
        double[] upper = new double[COLUMNS];
        Arrays.fill(upper, 100);
        double clipNorm = 1.0;
        double publicSize = 500;
        int granted = 0;
        // @start region="training"
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(3.0).delta(1e-4).build();

        Release patients = budget.from(rows).count().gaussian(20);
        HistogramRelease<String> labels = budget.from(rows)
                .histogram(Patient::label, List.of("benign", "malignant"))
                .gaussian(20);
        VectorRelease means = budget.from(rows)
                .means(Patient::features)
                .clampedTo(lower, upper)
                .gaussian(8);

        int steps = 100;
        Sampling sampling = Sampling.poisson(0.2);
        double z = budget.noiseMultiplierFor(sampling, steps); // everything together stays at 3.0
        try (GaussianNoise noise = GaussianNoise.open()) {
            for (int step = 0; step < steps; step++) {
                if (budget.charge(sampling.event(z)) instanceof Charge.Refused) {
                    break; // charged per attempt, before the result is used
                }
                int[] batch = sampling.draw(rows.size()); // may be empty: noised and charged all the same
                double[] sum = sumOfClippedGradients(batch, clipNorm);
                noise.addTo(sum, clipNorm, z);
                update(sum, sampling.rate() * publicSize); // a public constant, not the batch's size
                granted++; // @replace regex="granted.*" replacement=""
            }
        }
        double epsilon = budget.spent(); // at delta 1e-4, everything included
        // @end
        assertThat(granted).isEqualTo(steps);
        assertThat(epsilon).isBetween(2.999, 3.0);
        assertThat(RdpAccountant.of(budget.charged()).epsilon(1e-4).epsilon()).isBetween(2.95, 3.0);
        assertThat(patients).isInstanceOf(Release.Granted.class);
        assertThat(labels).isInstanceOf(HistogramRelease.Granted.class);
        assertThat(Budgets.values(means)).hasSize(COLUMNS);
    }

    @Test
    void means_andBounds_areOneReleaseEach() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(5.0).delta(1e-6).build();
        double[] lower = new double[COLUMNS];
        double[] upper = new double[COLUMNS];
        Arrays.fill(upper, 100);
        // @start region="means"
        VectorRelease means = budget.from(rows)
                .means(Patient::features)
                .clampedTo(lower, upper)
                .gaussian(8);
        // @end
        assertThat(means).isInstanceOf(VectorRelease.Granted.class);
        // @start region="bounds"
        BoundsRelease range =
                budget.from(rows).bounds(COLUMNS, Patient::features).gaussian(5);
        if (range instanceof BoundsRelease.Granted found) {
            means = budget.from(rows)
                    .means(Patient::features)
                    .clampedTo(found.lower(), found.upper())
                    .gaussian(8);
        }
        // @end
        assertThat(range).isInstanceOf(BoundsRelease.Granted.class);
        assertThat(Budgets.values(means)).hasSize(COLUMNS);
    }

    @Test
    void reservation_isGivenBack() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(3.0).delta(1e-4).build();
        Sampling sampling = Sampling.poisson(0.2);
        boolean dataIsThere = false;
        // @start region="reservation"
        PrivacyEvent plan = sampling.event(4.0).times(100);
        if (budget.reserve(plan) instanceof Reservation.Held held) {
            if (dataIsThere) {
                held.commit(); // then train
            } else {
                held.release(); // nothing was read
            }
        }
        // @end
        assertThat(budget.spent()).isZero();
    }

    @Test
    void ledger_remembers(@TempDir Path folder) {
        Path file = folder.resolve("budgets.ledger");
        double[] minutes = {30, 20, 10};
        // @start region="ledger"
        try (PrivacyLedger ledger = PrivacyLedger.builder(file)
                .scope("ward-statistics", PrivacyBudget.builder().epsilon(1.0).delta(1e-6))
                .unit("visit")
                .open()) {
            PrivacyBudget budget = ledger.scope("ward-statistics");
            Release mean = budget.mean(minutes).clampedTo(0, 120).spending(0.5);
            assertThat(mean).isInstanceOf(Release.Granted.class); // @replace regex="assert.*" replacement=""
        }
        // @end
        try (PrivacyLedger ledger = PrivacyLedger.builder(file).open()) {
            assertThat(ledger.scope("ward-statistics").spent()).isEqualTo(0.5);
        }
    }

    @Test
    void ledger_dividesAScope(@TempDir Path folder) {
        Path file = folder.resolve("regions.ledger");
        double[] northern = {30, 20, 10};
        // @start region="groups"
        try (PrivacyLedger ledger = PrivacyLedger.builder(file)
                .scope("regions", PrivacyBudget.builder().epsilon(1.0).delta(1e-6))
                .unit("patient")
                .groups("north", "south")
                .open()) {
            PrivacyBudget both = ledger.scope("regions");
            Release mean = both.group("north").mean(northern).clampedTo(0, 120).spending(0.5);
            assertThat(mean).isInstanceOf(Release.Granted.class); // @replace regex="assert.*" replacement=""
            double left = both.group("south").remaining(); // 1.0
            assertThat(left).isEqualTo(1.0); // @replace regex="assert.*" replacement=""
        }
        // @end
    }

    @Test
    void accountant_andCalibration_agree() {
        // @start region="accountant"
        PrivacyEvent run = new PoissonSubsampledGaussian(0.004, 1.1).times(15_000);
        EpsilonAtDelta answer = RdpAccountant.of(run.and(new Gaussian(20))).epsilon(1e-5);
        String claim = "(%.2f, %s) by %s".formatted(answer.epsilon(), answer.delta(), answer.conversion());
        // @end
        assertThat(claim).endsWith("1.0E-5) by IMPROVED_CKS_2020");
        // @start region="calibration"
        double z = Calibration.noiseMultiplier(
                answer.epsilon(), 1e-5, m -> new PoissonSubsampledGaussian(0.004, m).times(15_000));
        // @end
        assertThat(z).isBetween(1.0, 1.08);
    }

    @Test
    void noise_isAdded() {
        double[] sum = new double[COLUMNS];
        double clipNorm = 1.0;
        double noiseMultiplier = 1.1;
        // @start region="noise"
        try (GaussianNoise noise = GaussianNoise.open()) {
            noise.addTo(sum, clipNorm, noiseMultiplier);
        }
        // @end
        assertThat(sum).doesNotContain(0.0);
    }

    private double[] sumOfClippedGradients(int[] batch, double clipNorm) {
        double[] sum = new double[COLUMNS];
        for (int index : batch) {
            double[] gradient = rows.get(index).features();
            double norm = Math.sqrt(Arrays.stream(gradient).map(x -> x * x).sum());
            for (int i = 0; i < COLUMNS; i++) {
                sum[i] += gradient[i] * Math.min(1, clipNorm / norm);
            }
        }
        return sum;
    }

    private static void update(double[] sum, double size) {
        assertThat(Arrays.stream(sum).map(x -> x / size)).allMatch(Double::isFinite);
    }

    private static List<Patient> patients() {
        var random = new SplittableRandom(1);
        return IntStream.range(0, 455)
                .mapToObj(i -> new Patient(
                        i % 3 == 0 ? "malignant" : "benign",
                        random.doubles(COLUMNS, 1, 100).toArray()))
                .toList();
    }
}

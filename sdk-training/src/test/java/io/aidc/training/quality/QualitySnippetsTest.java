package io.aidc.training.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Table;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of the documentation, executed. */
class QualitySnippetsTest {
    private static final Table PATIENTS =
            Table.read(new StringReader("id,age,outcome\n1,61,ill\n2,35,well\n3,48,well\n4,52,ill\n"));

    @Test
    void checks() {
        Table table = PATIENTS;
        Table lastYear = PATIENTS;
        // @start region="checks"
        CheckReport report = DataChecks.of()
                .hasSize(3, 1_000_000)
                .isPrimaryKey("id")
                .isComplete("age")
                .isInRange("age", 0, 120)
                .isContainedIn("outcome", List.of("ill", "well"))
                .hasNoDrift("age", lastYear, DriftLimit.populationStability(0.2))
                .run(table)
                .requirePassed(); // or look at report.failures()
        // @end
        assertThat(report.passed()).isTrue();
    }

    @Test
    void report(@TempDir Path directory) throws IOException {
        Table table = PATIENTS;
        // @start region="report"
        DataReport report = DataReport.of(table, "outcome").withoutValues();
        Files.writeString(directory.resolve("patients.html"), report.html("Patients"));
        // @end
        assertThat(Files.readString(directory.resolve("patients.html"))).contains("4 rows");
    }

    @Test
    void drift() {
        double[] trainedOn = {61, 35, 48, 52};
        double[] today = {60, 36, 48, 53};
        // @start region="drift"
        double index = Drift.populationStability(trainedOn, today, 10);
        double p = Drift.kolmogorovSmirnov(trainedOn, today).pValue();
        double byWomen = Drift.totalVariation(new long[] {480, 520}, new long[] {455, 545}); // women, men
        // @end
        assertThat(index).isNotNegative();
        assertThat(p).isGreaterThan(0.99);
        assertThat(byWomen).isCloseTo(0.025, within(1e-12));
    }

    @Test
    void labels() {
        float[][] probabilities = {{0.9f, 0.1f}, {0.8f, 0.2f}, {0.1f, 0.9f}, {0.2f, 0.8f}, {0.95f, 0.05f}};
        int[] labels = {0, 0, 1, 1, 1};
        // @start region="labels"
        Kappa kappa =
                LabelChecks.cohenKappa(new int[] {0, 1, 1, 0}, new int[] {0, 1, 0, 0}, 2, Kappa.Weights.UNWEIGHTED);
        List<SuspectedLabel> suspects =
                LabelChecks.confidentLearning(probabilities, labels).suspects();
        // @end
        assertThat(kappa.value()).isEqualTo(0.5);
        assertThat(suspects).extracting(SuspectedLabel::row).containsExactly(4);
    }
}

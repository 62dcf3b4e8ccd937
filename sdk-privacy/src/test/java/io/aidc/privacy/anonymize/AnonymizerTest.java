package io.aidc.privacy.anonymize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.privacy.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AnonymizerTest {
    private static final Hierarchy AGES = Hierarchy.intervals(0, 120, 10, 20);
    private static final Hierarchy POSTCODES = Hierarchy.maskTrailing(2);
    private static final Table PATIENTS = table("Ada:31:10:flu Bo:38:11:gout Cy:52:10:flu Di:59:19:flu Ed:88:77:gout");

    @Test
    void optimal_leastLoss_isPublished() {
        Anonymised done = (Anonymised)
                ready().require(PrivacyModel.kAnonymity(2)).suppressAtMost(0.2).optimal();
        assertThat(rows(done.table()))
                .containsExactly("[30, 40):1*:flu", "[30, 40):1*:gout", "[50, 60):1*:flu", "[50, 60):1*:flu", "*:*:*");
        assertThat(done.table().columns()).containsExactly("age", "zip", "dx");
        assertThat(done.levels()).isEqualTo(Map.of("age", 1, "zip", 1));
        assertThat(done.classes()).isEqualTo(2);
        assertThat(done.suppressed()).isOne();
        assertThat(done.quasiIdentifiers()).containsExactlyInAnyOrder("age", "zip");
        assertThat(done).hasToString("Anonymised[levels={age=1, zip=1}, classes=2, suppressed=1]");
        assertThat(done.loss(LossMeasure.DISCERNIBILITY)).isEqualTo(2 * 2 + 2 * 2 + 5);
    }

    @Test
    void optimal_nothingSuppressed_isCoarser() {
        Anonymised done =
                (Anonymised) ready().require(PrivacyModel.kAnonymity(2)).optimal();
        assertThat(done.suppressed()).isZero();
        assertThat(PrivacyModel.kAnonymity(2).check(done.table(), done.quasiIdentifiers()))
                .isInstanceOf(Verification.Holds.class);
        assertThat(done.levels()).isNotEqualTo(Map.of("age", 1, "zip", 1));
    }

    @Test
    void optimal_measureChosen_decides() {
        Anonymizer anonymizer = ready().require(PrivacyModel.kAnonymity(2)).suppressAtMost(0.2);
        for (LossMeasure measure : LossMeasure.values()) {
            Anonymised best = (Anonymised) anonymizer.loss(measure).optimal();
            for (LossMeasure other : LossMeasure.values()) {
                assertThat(best.loss(measure))
                        .isLessThanOrEqualTo(
                                ((Anonymised) anonymizer.loss(other).optimal()).loss(measure));
            }
        }
    }

    @Test
    void mondrian_ranges_arePublished() {
        Anonymised done =
                (Anonymised) ready().require(PrivacyModel.kAnonymity(2)).mondrian();
        assertThat(rows(done.table()))
                .containsExactly(
                        "[31, 38]:1*:flu", "[31, 38]:1*:gout", "[52, 88]:*:flu", "[52, 88]:*:flu", "[52, 88]:*:gout");
        assertThat(done.levels()).isEmpty();
        assertThat(done.classes()).isEqualTo(2);
        assertThatIllegalStateException().isThrownBy(() -> done.coarsened(PATIENTS));
    }

    @Test
    void anonymise_modelNoTableCanSatisfy_isImpossible() {
        Anonymizer anonymizer = ready().require(PrivacyModel.kAnonymity(6)).suppressAtMost(0.5);
        assertThat(anonymizer.optimal()).isEqualTo(new Anonymisation.Impossible());
        assertThat(anonymizer.mondrian()).isEqualTo(new Anonymisation.Impossible());
    }

    @Test
    void optimal_kMap_countsThePopulation() {
        Table population = table("-:31:10:- -:39:12:- -:52:10:- -:59:19:- -:88:77:- -:81:71:-");
        Anonymised done =
                (Anonymised) ready().require(PrivacyModel.kMap(2, population)).optimal();
        assertThat(done.levels()).isEqualTo(Map.of("age", 1, "zip", 1));
        assertThat(PrivacyModel.kMap(2, done.coarsened(population)).check(done.table(), done.quasiIdentifiers()))
                .isEqualTo(new Verification.Holds(3, 0));
        assertThat(ready().require(PrivacyModel.kMap(7, population)).optimal())
                .isEqualTo(new Anonymisation.Impossible());
    }

    @Test
    void optimal_deltaPresence_boundsTheShareOfThePopulation() {
        Table population = table("-:31:10:- -:38:11:- -:39:12:- -:52:10:- -:59:19:- -:58:11:- -:88:77:- -:81:71:-");
        Anonymised done = (Anonymised) ready().require(PrivacyModel.deltaPresence(0.5, 0.7, population))
                .optimal();
        assertThat(done.levels()).isEqualTo(Map.of("age", 1, "zip", 1));
        assertThat(PrivacyModel.deltaPresence(0.5, 0.7, done.coarsened(population))
                        .check(done.table(), done.quasiIdentifiers()))
                .isEqualTo(new Verification.Holds(3, 0));
    }

    @Test
    void optimal_deltaPresenceWithAbsentPeople_goesUntilEverybodyFits() {
        Table population = table("-:31:10:- -:38:11:- -:52:10:- -:59:19:- -:88:77:- -:81:71:- -:15:33:- -:12:33:-");
        Anonymised done = (Anonymised)
                ready().require(PrivacyModel.deltaPresence(0.1, 1, population)).optimal();
        assertThat(PrivacyModel.deltaPresence(0.1, 1, done.coarsened(population))
                        .check(done.table(), done.quasiIdentifiers()))
                .isInstanceOf(Verification.Holds.class);
        assertThatIllegalStateException()
                .isThrownBy(() -> ready().require(PrivacyModel.deltaPresence(0.1, 1, population))
                        .suppressAtMost(0.1)
                        .optimal())
                .withMessageContaining("suppressAtMost must be 0");
    }

    @Test
    void mondrian_population_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> ready().require(PrivacyModel.kMap(2, PATIENTS)).mondrian())
                .withMessageContaining("population");
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void anonymise_anyTable_whatIsPublishedPassesTheChecks(long seed) {
        Random random = new Random(seed);
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < 60; row++) {
            rows.add(List.of(
                    "n" + row,
                    String.valueOf(random.nextInt(100)),
                    String.valueOf(10 + random.nextInt(30)),
                    "d" + random.nextInt(4)));
        }
        List<PrivacyModel> models = List.of(
                PrivacyModel.kAnonymity(4),
                PrivacyModel.distinctDiversity("dx", 2),
                PrivacyModel.entropyDiversity("dx", 1.8),
                PrivacyModel.recursiveDiversity("dx", 3, 2),
                PrivacyModel.orderedCloseness("dx", 0.35, List.of("d0", "d1", "d2", "d3")));
        Anonymizer anonymizer = ready(Table.of(PATIENTS.columns(), rows));
        for (PrivacyModel model : models) {
            anonymizer = anonymizer.require(model);
        }
        for (Anonymisation result : List.of(anonymizer.optimal(), anonymizer.mondrian())) {
            Anonymised done = (Anonymised) result;
            models.forEach(model -> assertThat(model.check(done.table(), done.quasiIdentifiers()))
                    .isInstanceOf(Verification.Holds.class));
        }
        Anonymised suppressed = (Anonymised) anonymizer.suppressAtMost(0.3).optimal();
        assertThat(suppressed.suppressed()).isLessThanOrEqualTo(18);
        // closeness is against all rows here and against the published ones in the check
        models.forEach(model -> assertThat(model.check(suppressed.table(), suppressed.quasiIdentifiers()))
                .isInstanceOf(
                        model instanceof PrivacyModel.OrderedCloseness
                                ? Verification.class
                                : Verification.Holds.class));
    }

    @Test
    void optimal_suppressedRows_showNothing() {
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < 21; row++) {
            rows.add(List.of(row < 10 ? "a" : row < 20 ? "b" : "z", "d" + row % 2, row == 20 ? "HIV clinic" : "gp"));
        }
        Table table = Table.of(List.of("who", "dx", "place"), rows);
        Anonymised done = (Anonymised) Anonymizer.of(table)
                .quasiIdentifier("who", Hierarchy.suppression())
                .sensitive("dx")
                .insensitive("place")
                .require(PrivacyModel.kAnonymity(5))
                .suppressAtMost(0.1)
                .optimal();
        assertThat(done.suppressed()).isEqualTo(1);
        assertThat(done.table().cell(20, "place")).isEqualTo("*");
        for (PrivacyModel model : List.of(
                PrivacyModel.kAnonymity(5),
                PrivacyModel.equalCloseness("dx", 0.5),
                PrivacyModel.orderedCloseness("dx", 0.5, List.of("d0", "d1")),
                PrivacyModel.hierarchicalCloseness(
                        "dx",
                        0.5,
                        Hierarchy.builder().path("d0", "d").path("d1", "d").build()))) {
            assertThat(model.check(done.table(), done.quasiIdentifiers())).isEqualTo(new Verification.Holds(2, 1));
        }
    }

    /** A row that hides its quasi-identifiers and shows something else is a class like any other. */
    @Test
    void check_rowThatShowsSomething_isNotSuppressed() {
        Table table = Table.of(
                List.of("who", "place"), List.of(List.of("a", "x"), List.of("a", "y"), List.of("*", "clinic")));
        assertThat(PrivacyModel.kAnonymity(2).check(table, Set.of("who"))).isInstanceOf(Verification.Violated.class);
        assertThat(ReidentificationRisk.prosecutor(table, Set.of("who"), 0.2).highest())
                .isEqualTo(1);
    }

    static LongStream seeds() {
        return Seeds.few(20);
    }

    @Test
    void options_eachReturnsAnother() {
        Anonymizer strict = ready().require(PrivacyModel.kAnonymity(5));
        Anonymizer lax = ready().require(PrivacyModel.kAnonymity(1));
        lax.require(PrivacyModel.kAnonymity(5));
        lax.suppressAtMost(0.2);
        assertThat(((Anonymised) lax.optimal()).classes()).isGreaterThan(((Anonymised) strict.optimal()).classes());
        assertThat(((Anonymised) lax.optimal()).suppressed()).isZero();
    }

    @Test
    void progress_listener_isTold() {
        List<Long> told = new ArrayList<>();
        ready().require(PrivacyModel.kAnonymity(2))
                .progress((done, total) -> told.add(total - done))
                .optimal();
        assertThat(told).endsWith(0L);
    }

    @Test
    void finish_somethingMissing_isNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Anonymizer.of(PATIENTS).identifying("name").optimal())
                .withMessage("every column needs a role, missing for [age, zip, dx]");
        assertThatIllegalStateException()
                .isThrownBy(() -> Anonymizer.of(PATIENTS)
                        .insensitive("name", "age", "zip", "dx")
                        .mondrian())
                .withMessage("quasiIdentifier is missing");
        assertThatIllegalStateException().isThrownBy(() -> ready().optimal()).withMessage("require is missing");
        assertThatIllegalStateException()
                .isThrownBy(() -> ready().require(PrivacyModel.distinctDiversity("name", 2))
                        .optimal())
                .withMessage("a model is about column name, which is not sensitive");
    }

    @Test
    void options_wrongOrTwice_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Anonymizer.of(Table.of(List.of("a"), List.of())))
                .withMessageContaining("at least one row");
        assertThatIllegalArgumentException().isThrownBy(() -> ready().sensitive("job"));
        assertThatIllegalArgumentException().isThrownBy(() -> ready().suppressAtMost(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> ready().suppressAtMost(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Anonymizer.of(PATIENTS).quasiIdentifier("age", Hierarchy.intervals(0, 50, 10)))
                .withMessage("column age, row 2: the value is not covered by the hierarchy");
        assertThatIllegalStateException()
                .isThrownBy(() -> ready().insensitive("age"))
                .withMessage("column age is a quasi-identifier already");
        assertThatIllegalStateException()
                .isThrownBy(() -> ready().identifying("dx"))
                .withMessageContaining("sensitive");
    }

    @Test
    void insensitive_column_isHiddenInSuppressedRows() {
        Anonymised done = (Anonymised) Anonymizer.of(PATIENTS)
                .insensitive("name")
                .quasiIdentifier("age", AGES)
                .quasiIdentifier("zip", POSTCODES)
                .sensitive("dx")
                .require(PrivacyModel.kAnonymity(2))
                .suppressAtMost(0.2)
                .optimal();
        assertThat(rows(done.table())).endsWith("*:*:*:*").contains("Bo:[30, 40):1*:gout");
    }

    @Test
    void coarsened_population_getsTheSameLevels() {
        Anonymised done = (Anonymised)
                ready().require(PrivacyModel.kAnonymity(2)).suppressAtMost(0.2).optimal();
        Table coarse = done.coarsened(table("-:7:99:-"));
        assertThat(coarse.columns()).containsExactly("age", "zip");
        assertThat(rows(coarse)).containsExactly("[0, 10):9*");
        assertThatIllegalArgumentException().isThrownBy(() -> done.coarsened(table("-:400:99:-")));
    }

    private static Anonymizer ready() {
        return ready(PATIENTS);
    }

    private static Anonymizer ready(Table table) {
        return Anonymizer.of(table)
                .identifying("name")
                .quasiIdentifier("zip", POSTCODES)
                .quasiIdentifier("age", AGES)
                .sensitive("dx");
    }

    private static List<String> rows(Table table) {
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < table.rows(); row++) {
            int at = row;
            rows.add(String.join(
                    ":",
                    table.columns().stream()
                            .map(column -> table.cell(at, column))
                            .toList()));
        }
        return rows;
    }

    private static Table table(String cells) {
        return Table.of(
                List.of("name", "age", "zip", "dx"),
                Arrays.stream(cells.split(" "))
                        .map(row -> List.of(row.split(":")))
                        .toList());
    }
}

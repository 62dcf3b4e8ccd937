package io.aidc.privacy.anonymize;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Our verifiers, hierarchies and front door on the UCI Adult table. */
class AdultConformanceTest {
    private static final int ROWS = 30_162;
    private static final int COLUMNS = 9;
    private static final String SENSITIVE = "occupation";

    private static Table adult;
    private static Map<String, Hierarchy> hierarchies;

    @BeforeAll
    static void read() throws IOException {
        Path folder = Adult.requireData();
        try (BufferedReader reader = Files.newBufferedReader(folder.resolve("adult.csv"))) {
            adult = Table.readCsv(reader, ';');
        }
        hierarchies = new LinkedHashMap<>();
        for (String column : adult.columns()) {
            try (BufferedReader reader =
                    Files.newBufferedReader(folder.resolve("adult_hierarchy_" + column + ".csv"))) {
                hierarchies.put(column, Hierarchy.readCsv(reader, ';'));
            }
        }
    }

    @Test
    void table_rowsAndColumns_areAllThere() {
        assertThat(adult.rows()).isEqualTo(ROWS);
        assertThat(adult.columns()).hasSize(COLUMNS);
    }

    @Test
    void hierarchies_everyValue_isCovered() {
        int found = 0;
        for (String column : adult.columns()) {
            Generalisation coded = hierarchy(column).on(adult.column(column));
            found += coded.column().size();
            assertThat(coded.size(coded.height())).isOne();
        }
        assertThat(found).isEqualTo(166);
    }

    @Test
    void check_severalNodes_agreesWithCountingStrings() {
        Random random = new Random(7);
        List<String> quasiIdentifiers = List.of("sex", "age", "race", "education");
        int checked = 0;
        for (int i = 0; i < 12; i++) {
            Table release = generalised(quasiIdentifiers, random);
            Map<List<String>, List<Integer>> groups = groups(release, quasiIdentifiers);
            Set<Integer> small = new HashSet<>();
            Set<Integer> poor = new HashSet<>();
            Set<Integer> far = new HashSet<>();
            Map<String, Double> whole = shares(release, range(release.rows()));
            for (List<Integer> rows : groups.values()) {
                Map<String, Double> part = shares(release, rows);
                double distance = 0;
                for (Map.Entry<String, Double> value : whole.entrySet()) {
                    distance += Math.abs(value.getValue() - part.getOrDefault(value.getKey(), 0.0)) / 2;
                }
                if (rows.size() < 10) {
                    small.add(rows.get(0));
                }
                if (part.size() < 4) {
                    poor.add(rows.get(0));
                }
                if (distance > 0.4) {
                    far.add(rows.get(0));
                }
            }
            Set<String> names = Set.copyOf(quasiIdentifiers);
            assertThat(firstRows(PrivacyModel.kAnonymity(10).check(release, names)))
                    .isEqualTo(small);
            assertThat(firstRows(PrivacyModel.distinctDiversity(SENSITIVE, 4).check(release, names)))
                    .isEqualTo(poor);
            assertThat(firstRows(PrivacyModel.equalCloseness(SENSITIVE, 0.4).check(release, names)))
                    .isEqualTo(far);
            assertThat(ReidentificationRisk.prosecutor(release, names, 0.2).average())
                    .isEqualTo(groups.size() / (double) ROWS);
            checked++;
        }
        assertThat(checked).isEqualTo(12);
    }

    @Test
    void optimal_whatItPublishes_passesTheChecks() {
        Anonymised done = (Anonymised) anonymizer()
                .require(PrivacyModel.kAnonymity(5))
                .require(PrivacyModel.distinctDiversity(SENSITIVE, 3))
                .suppressAtMost(0.04)
                .optimal();
        assertThat(done.suppressed()).isLessThanOrEqualTo((int) (0.04 * ROWS));
        holds(done, PrivacyModel.kAnonymity(5));
        holds(done, PrivacyModel.distinctDiversity(SENSITIVE, 3));
        assertThat(done.risk(0.2).after().highest()).isLessThanOrEqualTo(0.2);
        assertThat(done.risk(0.2).before().highest()).isEqualTo(1);
    }

    @Test
    void mondrian_whatItPublishes_passesTheChecks() {
        Anonymised done = (Anonymised) anonymizer()
                .require(PrivacyModel.kAnonymity(10))
                .require(PrivacyModel.entropyDiversity(SENSITIVE, 3))
                .require(PrivacyModel.equalCloseness(SENSITIVE, 0.45))
                .mondrian();
        assertThat(done.suppressed()).isZero();
        assertThat(done.classes()).isGreaterThan(100);
        holds(done, PrivacyModel.kAnonymity(10));
        holds(done, PrivacyModel.entropyDiversity(SENSITIVE, 3));
        holds(done, PrivacyModel.equalCloseness(SENSITIVE, 0.45));
    }

    private static void holds(Anonymised done, PrivacyModel model) {
        assertThat(model.check(done.table(), done.quasiIdentifiers())).isInstanceOf(Verification.Holds.class);
    }

    private static Hierarchy hierarchy(String column) {
        return Objects.requireNonNull(hierarchies.get(column));
    }

    private static Anonymizer anonymizer() {
        Anonymizer anonymizer = Anonymizer.of(adult).sensitive(SENSITIVE).insensitive("salary-class", "native-country");
        for (String column : List.of("sex", "race", "marital-status", "education", "workclass")) {
            anonymizer = anonymizer.quasiIdentifier(column, hierarchy(column));
        }
        return anonymizer.quasiIdentifier("age", Hierarchy.intervals(0, 100, 5, 10, 20));
    }

    private static Table generalised(List<String> columns, Random random) {
        List<String> header = new ArrayList<>(columns);
        header.add(SENSITIVE);
        List<Integer> node = columns.stream()
                .map(column -> random.nextInt(hierarchy(column).height() + 1))
                .toList();
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < adult.rows(); row++) {
            List<String> cells = new ArrayList<>();
            for (int c = 0; c < columns.size(); c++) {
                String column = columns.get(c);
                cells.add(hierarchy(column).generalise(adult.cell(row, column), node.get(c)));
            }
            cells.add(adult.cell(row, SENSITIVE));
            rows.add(cells);
        }
        return Table.of(header, rows);
    }

    private static Map<List<String>, List<Integer>> groups(Table table, List<String> columns) {
        Map<List<String>, List<Integer>> groups = new LinkedHashMap<>();
        for (int row = 0; row < table.rows(); row++) {
            int at = row;
            groups.computeIfAbsent(
                            columns.stream()
                                    .map(column -> table.cell(at, column))
                                    .toList(),
                            key -> new ArrayList<>())
                    .add(row);
        }
        return groups;
    }

    private static Map<String, Double> shares(Table table, List<Integer> rows) {
        Map<String, Double> shares = new HashMap<>();
        rows.forEach(row -> shares.merge(table.cell(row, SENSITIVE), 1.0 / rows.size(), Double::sum));
        return shares;
    }

    private static List<Integer> range(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    private static Set<Integer> firstRows(Verification verification) {
        Set<Integer> rows = new HashSet<>();
        if (verification instanceof Verification.Violated violated) {
            violated.violations().forEach(violation -> rows.add(violation.firstRow()));
        }
        return rows;
    }
}

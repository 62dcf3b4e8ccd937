package io.aidc.benchmarks.privacy;

import io.aidc.privacy.anonymize.Anonymisation;
import io.aidc.privacy.anonymize.Anonymised;
import io.aidc.privacy.anonymize.Anonymizer;
import io.aidc.privacy.anonymize.Hierarchy;
import io.aidc.privacy.anonymize.LossMeasure;
import io.aidc.privacy.anonymize.PrivacyModel;
import io.aidc.privacy.anonymize.Table;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does it take to anonymise the census table, 30,162 rows, to 5-anonymity with 4 % suppressed?
 *
 * <p>Varies: the algorithm, and the number of quasi-identifiers: all nine, whose levels make 12,960 nodes, or four, 60
 * nodes. The peer tries every node of the small lattice and groups rows by lists of strings, which is what one writes
 * first. Times are from a table in memory to a published one. No other library for the JVM can be had from Maven
 * Central.
 *
 * <p>Needs the folder {@code privacy/adult} below {@code -Daidc.testdata}, {@code ../shared/testdata} unless set.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar AnonymizeBenchmark -jvmArgs -Daidc.testdata=…}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class AnonymizeBenchmark {
    private static final int K = 5;
    private static final double SUPPRESSED = 0.04;
    private static final List<String> FOUR = List.of("sex", "age", "race", "marital-status");

    private final Map<String, Hierarchy> hierarchies = new HashMap<>();
    private Table table;
    private Anonymizer four;
    private Anonymizer nine;

    /** Reads the files, and checks that the search finds what trying every node finds. */
    @Setup(Level.Trial)
    public void read() throws IOException {
        Path folder = Path.of(System.getProperty("aidc.testdata", "../shared/testdata"), "privacy", "adult");
        if (!Files.isDirectory(folder)) {
            throw new IllegalStateException("no folder " + folder.toAbsolutePath() + ", set -Daidc.testdata");
        }
        try (Reader reader = Files.newBufferedReader(folder.resolve("adult.csv"))) {
            table = Table.readCsv(reader, ';');
        }
        for (String column : table.columns()) {
            try (Reader reader = Files.newBufferedReader(folder.resolve("adult_hierarchy_" + column + ".csv"))) {
                hierarchies.put(column, Hierarchy.readCsv(reader, ';'));
            }
        }
        four = anonymizer(FOUR);
        nine = anonymizer(table.columns());
        double searched = loss(four.optimal());
        double tried = everyNode();
        if (!(Math.abs(searched - tried) < 1e-12)) {
            throw new IllegalStateException("loss is " + searched + ", but a node loses " + tried);
        }
    }

    /** Ours: the best of 12,960 nodes. */
    @Benchmark
    public Anonymisation optimalOfNineColumns() {
        return nine.optimal();
    }

    /** Ours: local recoding of nine columns. */
    @Benchmark
    public Anonymisation mondrianOfNineColumns() {
        return nine.mondrian();
    }

    /** Ours: the best of 60 nodes. */
    @Benchmark
    public Anonymisation optimalOfFourColumns() {
        return four.optimal();
    }

    /** The peer: tries all 60 nodes, without making a table of the best. */
    @Benchmark
    public double everyNodeOfFourColumns() {
        return everyNode();
    }

    private Anonymizer anonymizer(List<String> quasiIdentifiers) {
        Anonymizer anonymizer = Anonymizer.of(table)
                .require(PrivacyModel.kAnonymity(K))
                .suppressAtMost(SUPPRESSED)
                .loss(LossMeasure.PRECISION);
        for (String column : table.columns()) {
            anonymizer = quasiIdentifiers.contains(column)
                    ? anonymizer.quasiIdentifier(column, hierarchies.get(column))
                    : anonymizer.insensitive(column);
        }
        return anonymizer;
    }

    private static double loss(Anonymisation anonymisation) {
        return ((Anonymised) anonymisation).loss(LossMeasure.PRECISION);
    }

    private double everyNode() {
        double least = Double.POSITIVE_INFINITY;
        int[] levels = new int[FOUR.size()];
        do {
            least = Math.min(least, lossAt(levels));
        } while (next(levels));
        return least;
    }

    private boolean next(int[] levels) {
        for (int i = 0; i < levels.length; i++) {
            if (levels[i] < hierarchies.get(FOUR.get(i)).height()) {
                levels[i]++;
                return true;
            }
            levels[i] = 0;
        }
        return false;
    }

    /** Returns one minus the precision, infinity if too many rows are in small groups. */
    private double lossAt(int[] levels) {
        Map<List<String>, Integer> groups = new HashMap<>();
        for (int row = 0; row < table.rows(); row++) {
            List<String> key = new ArrayList<>(levels.length);
            for (int i = 0; i < levels.length; i++) {
                String column = FOUR.get(i);
                key.add(hierarchies.get(column).generalise(table.cell(row, column), levels[i]));
            }
            groups.merge(key, 1, Integer::sum);
        }
        double small = groups.values().stream()
                        .filter(size -> size < K)
                        .mapToInt(size -> size)
                        .sum()
                / (double) table.rows();
        double height = 0;
        for (int i = 0; i < levels.length; i++) {
            height += (double) levels[i] / hierarchies.get(FOUR.get(i)).height() / levels.length;
        }
        return small > SUPPRESSED ? Double.POSITIVE_INFINITY : small + (1 - small) * height;
    }
}

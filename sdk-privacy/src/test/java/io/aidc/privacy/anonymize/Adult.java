package io.aidc.privacy.anonymize;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The columns of the census table of the conformance data, coded. */
final class Adult {
    private final List<String> header;
    private final List<String[]> rows = new ArrayList<>();

    private Adult(List<String> lines) {
        header = List.of(lines.get(0).split(";", -1));
        lines.stream().skip(1).filter(line -> !line.isEmpty()).forEach(line -> rows.add(line.split(";", -1)));
    }

    /** Reads the table, or skips the test with one loud line. */
    static Adult read() {
        requireData();
        return new Adult(lines("adult.csv"));
    }

    /** Skips the test with one loud line if there is no data. */
    static Path requireData() {
        if (!Files.isDirectory(folder())) {
            System.out.println("*** SKIPPED: anonymisation conformance, no data in " + folder() + " ***");
        }
        assumeTrue(Files.isDirectory(folder()), "no conformance data");
        return folder();
    }

    int rows() {
        return rows.size();
    }

    List<String> header() {
        return header;
    }

    /** Returns the columns named, the age as a number. */
    List<Dimension> dimensions(List<String> names) {
        return names.stream().map(this::dimension).toList();
    }

    /** Returns the codes of a column. */
    int[] codes(String name) {
        Map<String, Integer> codeOf = codeOf(name);
        int column = header.indexOf(name);
        return rows.stream().mapToInt(row -> codeOf.get(row[column])).toArray();
    }

    private Map<String, Integer> codeOf(String name) {
        Map<String, Integer> codeOf = new LinkedHashMap<>();
        int column = header.indexOf(name);
        rows.forEach(row -> codeOf.putIfAbsent(row[column], codeOf.size()));
        return codeOf;
    }

    private Dimension dimension(String name) {
        Map<String, Integer> codeOf = codeOf(name);
        Map<String, String[]> paths = new HashMap<>();
        lines("adult_hierarchy_" + name + ".csv")
                .forEach(line -> paths.put(line.split(";", -1)[0], line.split(";", -1)));
        int[][] levels = new int[paths.values().iterator().next().length][codeOf.size()];
        for (int level = 0; level < levels.length; level++) {
            Map<String, Integer> groups = new HashMap<>();
            for (Map.Entry<String, Integer> value : codeOf.entrySet()) {
                String group = Objects.requireNonNull(paths.get(value.getKey()))[level];
                groups.putIfAbsent(group, groups.size());
                levels[level][value.getValue()] = groups.get(group);
            }
        }
        if (!"age".equals(name)) {
            return Tables.categorical(codes(name), levels);
        }
        double[] ages =
                codeOf.keySet().stream().mapToDouble(Double::parseDouble).toArray();
        return Dimension.numeric(codes(name), levels, ages);
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(folder().resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        return Path.of(System.getProperty("aidc.root", ".."))
                .resolve(System.getProperty("aidc.testdata", "../shared/testdata"))
                .resolve("privacy/adult");
    }
}

package io.aidc.storage.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a run does.
 *
 * @param nodes 1 to 9
 * @param kinds which faults
 * @param longestFault how much longer than {@link #SHORTEST_FAULT} a fault may last
 */
record Settings(
        Duration length,
        long seed,
        int nodes,
        Breakage breakage,
        Set<FaultKind> kinds,
        Duration longestFault,
        Path directory) {
    /** Longer than an election. */
    static final Duration SHORTEST_FAULT = Duration.ofMillis(1500);

    static final String USAGE = """
            --minutes N     how long, fractions allowed (5)
            --seed N        of the schedule and the workload (1)
            --nodes N       1 to 9 (3)
            --faults A,B    only these kinds, or none (all): %s
            --fault-seconds N  a fault lasts 1.5 s and up to N more (5)
            --break KIND    break something on purpose, to see it found (none): none, stale-read, early-ack
            --directory D   where the nodes' disks and failing histories go (target/faults)
            """.formatted(words(EnumSet.allOf(FaultKind.class)));

    static Settings parse(String... arguments) {
        Duration length = Duration.ofMinutes(5);
        long seed = 1;
        int nodes = 3;
        Breakage breakage = Breakage.NONE;
        Duration longestFault = Duration.ofSeconds(5);
        Set<FaultKind> kinds = EnumSet.allOf(FaultKind.class);
        Path directory = Path.of("target/faults");
        List<String> words = Arrays.stream(arguments)
                .flatMap(argument -> Pattern.compile("\\s+").splitAsStream(argument))
                .filter(word -> !word.isEmpty())
                .toList();
        for (int i = 0; i < words.size(); i += 2) {
            if (i + 1 == words.size()) {
                throw new IllegalArgumentException("%s needs a value".formatted(words.get(i)));
            }
            String value = words.get(i + 1);
            switch (words.get(i)) {
                case "--minutes" -> length = Duration.ofMillis((long) (Double.parseDouble(value) * 60_000));
                case "--seed" -> seed = Long.parseLong(value);
                case "--nodes" -> nodes = Integer.parseInt(value);
                case "--faults" -> kinds = kinds(value);
                case "--fault-seconds" -> longestFault = Duration.ofSeconds(Long.parseLong(value));
                case "--break" -> breakage = Breakage.valueOf(constant(value));
                case "--directory" -> directory = Path.of(value);
                default -> throw new IllegalArgumentException("no option '%s'".formatted(words.get(i)));
            }
        }
        return new Settings(length, seed, nodes, breakage, kinds, longestFault, directory.toAbsolutePath());
    }

    Settings {
        if (nodes < 1 || nodes > 9) {
            throw new IllegalArgumentException("--nodes must be 1 to 9, got " + nodes);
        }
        if (length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException("--minutes must be > 0, got " + length);
        }
    }

    private static Set<FaultKind> kinds(String value) {
        Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        if (!value.equals("none")) {
            for (String kind : value.split(",", -1)) {
                kinds.add(FaultKind.valueOf(constant(kind)));
            }
        }
        return kinds;
    }

    private static String constant(String word) {
        return word.replace('-', '_').toUpperCase(Locale.ROOT);
    }

    static String words(Set<? extends Enum<?>> constants) {
        return String.join(",", constants.stream().map(Settings::word).toList());
    }

    static String word(Enum<?> constant) {
        return constant.name().replace('_', '-').toLowerCase(Locale.ROOT);
    }

    List<String> nodeIds() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            ids.add(String.valueOf((char) ('a' + i)));
        }
        return ids;
    }

    /** The start of the names of all namespaces and folders of this run. */
    String prefix() {
        return "aidc-f" + seed;
    }

    String command() {
        return "mvn -q -Pfaults -pl sdk-storage -Dfaults='--minutes %s --seed %d --nodes %d --faults %s --fault-seconds %d --break %s'"
                .formatted(
                        length.toMillis() / 60_000.0,
                        seed,
                        nodes,
                        kinds.isEmpty() ? "none" : words(kinds),
                        longestFault.toSeconds(),
                        word(breakage));
    }
}

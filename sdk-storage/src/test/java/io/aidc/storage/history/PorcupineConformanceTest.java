package io.aidc.storage.history;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The published verdicts on histories recorded from etcd and from a key-value store. */
class PorcupineConformanceTest {
    private static final int KNOWN_CASES = 56;
    private static final int KNOWN_LINEARIZABLE = 13;
    private static final Pattern ETCD =
            Pattern.compile("\\s(\\d+)\\s+:(invoke|ok|fail|info)\\s+:(read|write|cas)\\s+(.*)");
    private static final Pattern CAS = Pattern.compile("\\[(\\d+)\\s+(\\d+)]");
    private static final Pattern KV = Pattern.compile(
            "\\{:process (\\d+), :type :(invoke|ok), :f :(get|put|append), :key \"(.*?)\", :value (nil|\"(.*?)\")}");

    private static final Path FOLDER = Path.of(System.getProperty("aidc.root", "."))
            .resolve(System.getProperty("aidc.testdata", "../shared/testdata"))
            .resolve("storage/linearizability");

    @Test
    void check_recordedHistories_givesThePublishedVerdicts(TestReporter reporter) throws IOException {
        assumeTrue(Files.isDirectory(FOLDER), "PORCUPINE CONFORMANCE NOT RUN: no folder " + FOLDER);
        int ran = 0;
        int linearizable = 0;
        long steps = 0;
        var softly = new SoftAssertions();
        List<String> rows = Files.readAllLines(FOLDER.resolve("verdicts.tsv"));
        for (String row : rows.subList(1, rows.size())) {
            String[] columns = row.split("\t", -1);
            List<String> lines = Files.readAllLines(FOLDER.resolve(columns[0]));
            Report<?> report = columns[1].equals("cas-register")
                    ? new Checker<>(new CasRegister()).check(etcd(lines))
                    : new Checker<>(new KeyValues()).check(keyValues(lines));
            boolean expected = Boolean.parseBoolean(columns[2]);
            softly.assertThat(report.verdict())
                    .as(columns[0])
                    .isEqualTo(expected ? Verdict.LINEARIZABLE : Verdict.NOT_LINEARIZABLE);
            ran++;
            linearizable += expected ? 1 : 0;
            steps = Math.max(steps, report.steps());
        }
        softly.assertAll();
        reporter.publishEntry("porcupine histories", "%d, at most %d steps each".formatted(ran, steps));
        assertThat(ran).isGreaterThanOrEqualTo(KNOWN_CASES);
        assertThat(linearizable).isGreaterThanOrEqualTo(KNOWN_LINEARIZABLE);
    }

    /** An answer, or a time-out, belongs to the last invocation of its process. */
    private static List<Call<CasRegister.Operation>> etcd(List<String> lines) {
        List<Call<CasRegister.Operation>> calls = new ArrayList<>();
        Map<String, Integer> invokedAt = new HashMap<>();
        Map<String, String> asked = new HashMap<>();
        for (int time = 0; time < lines.size(); time++) {
            Matcher line = ETCD.matcher(lines.get(time));
            if (!line.find()) {
                assertThat(lines.get(time)).doesNotContain(":invoke", ":ok");
                continue;
            }
            String process = line.group(1);
            String value = line.group(4).strip();
            if (line.group(2).equals("invoke")) {
                invokedAt.put(process, time);
                asked.put(process, value);
                continue;
            }
            long invoked = requireNonNull(invokedAt.remove(process));
            boolean answered = !value.contains("timed-out");
            boolean done = line.group(2).equals("ok");
            String argument = requireNonNull(asked.get(process));
            if (line.group(3).equals("read")) {
                if (answered && done) {
                    calls.add(new Call<>(process, new CasRegister.Read("", value), invoked, time));
                }
            } else {
                var operation = line.group(3).equals("write")
                        ? new CasRegister.Write("", argument)
                        : cas(argument, !answered ? Ending.UNKNOWN : done ? Ending.DONE : Ending.REFUSED);
                calls.add(new Call<>(process, operation, invoked, answered ? time : Call.OPEN));
            }
        }
        assertThat(invokedAt.keySet()).as("calls without any ending").hasSizeLessThan(6);
        invokedAt.forEach((process, time) -> {
            if (requireNonNull(asked.get(process)).matches("\\d+")) {
                calls.add(new Call<>(
                        process, new CasRegister.Write("", requireNonNull(asked.get(process))), time, Call.OPEN));
            } else if (requireNonNull(asked.get(process)).startsWith("[")) {
                calls.add(
                        new Call<>(process, cas(requireNonNull(asked.get(process)), Ending.UNKNOWN), time, Call.OPEN));
            }
        });
        assertThat(calls).hasSizeGreaterThan(20);
        return calls;
    }

    private static CasRegister.Operation cas(String argument, Ending ending) {
        Matcher values = CAS.matcher(argument);
        assertThat(values.matches()).as(argument).isTrue();
        return new CasRegister.Cas("", values.group(1), values.group(2), ending);
    }

    private static List<Call<KeyValues.Operation>> keyValues(List<String> lines) {
        List<Call<KeyValues.Operation>> calls = new ArrayList<>();
        Map<String, Integer> invokedAt = new HashMap<>();
        for (int time = 0; time < lines.size(); time++) {
            Matcher line = KV.matcher(lines.get(time));
            assertThat(line.matches()).as(lines.get(time)).isTrue();
            String process = line.group(1);
            if (line.group(2).equals("invoke")) {
                invokedAt.put(process, time);
                continue;
            }
            String key = line.group(4);
            String value = line.group(6) == null ? "" : line.group(6);
            KeyValues.Operation operation = switch (line.group(3)) {
                case "get" -> new KeyValues.Get(key, value);
                case "put" -> new KeyValues.Put(key, value);
                default -> new KeyValues.Append(key, value);
            };
            calls.add(new Call<>(process, operation, requireNonNull(invokedAt.remove(process)), time));
        }
        assertThat(invokedAt).isEmpty();
        return calls;
    }
}

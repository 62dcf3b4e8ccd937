package io.aidc.training.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Trials as plain text. */
final class SearchText {
    private SearchText() {}

    static String table(SearchResult result, int most) {
        List<String> names = names(result.trials());
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("rank", "trial", "value", "seconds"));
        head.addAll(names);
        rows.add(head);
        int rank = 0;
        for (TrialRecord trial : result.ranking()) {
            if (++rank > most) {
                break;
            }
            List<String> row = new ArrayList<>(List.of(
                    Integer.toString(rank),
                    Integer.toString(trial.number()),
                    number(trial.value().orElseThrow()),
                    seconds(trial)));
            for (String name : names) {
                Setting setting = trial.parameters().get(name);
                row.add(setting == null ? "-" : shortText(setting));
            }
            rows.add(row);
        }
        return aligned(rows) + summary(result) + "\n";
    }

    /** Numbers to the right, the rest to the left. */
    private static String aligned(List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int c = 0; c < columns; c++) {
                widths[c] = Math.max(widths[c], row.get(c).length());
            }
        }
        var text = new StringBuilder();
        for (List<String> row : rows) {
            for (int c = 0; c < columns; c++) {
                text.append(c == 0 ? "" : "  ")
                        .append(" ".repeat(widths[c] - row.get(c).length()))
                        .append(row.get(c));
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** How many trials ended in which way. */
    static String summary(SearchResult result) {
        int[] counts = new int[4];
        for (TrialRecord trial : result.trials()) {
            Outcome outcome = trial.outcome();
            counts[
                    outcome instanceof Outcome.Completed
                            ? 0
                            : outcome instanceof Outcome.Pruned ? 1 : outcome instanceof Outcome.Failed ? 2 : 3]++;
        }
        return "%d trials: %d completed, %d pruned, %d failed, %d interrupted"
                .formatted(result.trials().size(), counts[0], counts[1], counts[2], counts[3]);
    }

    static String state(Outcome outcome) {
        return outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    static String csv(SearchResult result) {
        List<String> names = names(result.trials());
        var text = new StringBuilder("trial,state,value,steps,seconds,started,attempts,error");
        names.forEach(name -> text.append(',').append(quoted(name)));
        text.append("\r\n");
        for (TrialRecord trial : result.trials()) {
            text.append(trial.number())
                    .append(',')
                    .append(state(trial.outcome()))
                    .append(',')
                    .append(
                            trial.value().isPresent()
                                    ? Double.toString(trial.value().getAsDouble())
                                    : "")
                    .append(',')
                    .append(trial.reports().size())
                    .append(',')
                    .append(seconds(trial))
                    .append(',')
                    .append(trial.started())
                    .append(',')
                    .append(trial.attempts())
                    .append(',')
                    .append(trial.outcome() instanceof Outcome.Failed failed ? quoted(failed.error()) : "");
            Map<String, Setting> parameters = trial.parameters();
            for (String name : names) {
                Setting setting = parameters.get(name);
                text.append(',').append(setting == null ? "" : quoted(setting.text()));
            }
            text.append("\r\n");
        }
        return text.toString();
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }

    /** All parameters, by name. */
    static List<String> names(List<TrialRecord> trials) {
        var names = new TreeSet<String>();
        trials.forEach(trial -> names.addAll(trial.parameters().keySet()));
        return List.copyOf(names);
    }

    static String shortText(Setting setting) {
        return setting.domain() instanceof Domain.Real || setting.domain() instanceof Domain.Stepped
                ? number(setting.number())
                : setting.text();
    }

    /** Four or five digits. */
    static String number(double value) {
        double size = Math.abs(value);
        if (value == 0) {
            return "0";
        } else if (size >= 1e-3 && size < 1e6) {
            String text = String.format(Locale.ROOT, size >= 1000 ? "%.1f" : size >= 1 ? "%.4f" : "%.5f", value);
            return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
        }
        return String.format(Locale.ROOT, "%.3e", value);
    }

    private static String seconds(TrialRecord trial) {
        return String.format(Locale.ROOT, "%.3f", trial.duration().toNanos() / 1e9);
    }
}

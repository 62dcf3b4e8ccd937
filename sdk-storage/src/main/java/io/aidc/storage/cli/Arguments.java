package io.aidc.storage.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was typed: a command, its operands, and options with and without a value. */
final class Arguments {
    private static final Set<String> WITH_VALUE = Set.of(
            "directory",
            "socket",
            "node",
            "peers",
            "repository",
            "s3",
            "region",
            "password-file",
            "move",
            "tag",
            "by",
            "to",
            "files",
            "scratch",
            "kind",
            "part",
            "keep-last",
            "keep-hourly",
            "keep-daily",
            "keep-weekly",
            "keep-monthly",
            "keep-yearly");
    private static final Set<String> FLAGS = Set.of("json", "quiet", "help", "create", "archive", "trusted-network");

    private final List<String> operands = new ArrayList<>();
    private final Map<String, String> values = new HashMap<>();

    private Arguments() {}

    static Arguments parse(String[] words) {
        var arguments = new Arguments();
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            if (!word.startsWith("--")) {
                arguments.operands.add(word);
                continue;
            }
            String name = word.substring(2);
            if (FLAGS.contains(name)) {
                arguments.put(name, "");
            } else if (!WITH_VALUE.contains(name)) {
                throw new UsageException("unknown option " + word);
            } else if (++i == words.length) {
                throw new UsageException(word + " needs a value");
            } else {
                arguments.put(name, words[i]);
            }
        }
        return arguments;
    }

    private void put(String name, String value) {
        if (values.put(name, value) != null) {
            throw new UsageException("--%s is given twice".formatted(name));
        }
    }

    String command() {
        return operands.isEmpty() ? "" : operands.get(0);
    }

    /** The operands after the command; as many as named. */
    List<String> operands(String... names) {
        List<String> after = operands.subList(Math.min(1, operands.size()), operands.size());
        if (after.size() != names.length) {
            throw new UsageException("%s takes %s, got %s"
                    .formatted(command(), names.length == 0 ? "no operand" : List.of(names), after));
        }
        return after;
    }

    /** The operand after the command, if there is one. */
    @Nullable
    String optionalOperand() {
        if (operands.size() > 2) {
            throw new UsageException(
                    "%s takes at most one operand, got %s".formatted(command(), operands.subList(1, operands.size())));
        }
        return operands.size() == 2 ? operands.get(1) : null;
    }

    boolean has(String option) {
        return values.containsKey(option);
    }

    @Nullable
    String value(String option) {
        return values.get(option);
    }

    String required(String option) {
        String value = values.get(option);
        if (value == null) {
            throw new UsageException("%s needs --%s".formatted(command(), option));
        }
        return value;
    }

    /** A whole number, &gt; 0. */
    int number(String option, int otherwise) {
        String value = values.get(option);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // refused below, like a number that is too small
        }
        throw new UsageException("--%s must be a whole number > 0, got '%s'".formatted(option, value));
    }
}

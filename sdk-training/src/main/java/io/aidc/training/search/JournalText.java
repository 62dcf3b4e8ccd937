package io.aidc.training.search;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Lines of a journal as JSON objects, and back. What is read is checked as if a stranger had written it. */
final class JournalText {
    private static final String FORMAT = "aidc-search-journal";
    private static final int VERSION = 1;
    private static final JSON JSON_LINES = JSON.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(4)
                            .maxStringLength(Journal.LONGEST_LINE)
                            .build())
                    .build())
            .enable(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS)
            .build();

    private JournalText() {}

    static String write(JournalLine line) {
        Map<String, Object> json = new LinkedHashMap<>();
        if (line instanceof JournalLine.Header header) {
            json.put("event", "search");
            json.put("format", FORMAT);
            json.put("version", VERSION);
            json.put("direction", header.direction());
            json.put("sampler", header.sampler());
            json.put("pruner", header.pruner());
            json.put("seed", header.seed());
        } else if (line instanceof JournalLine.Start start) {
            json.put("event", "start");
            json.put("trial", start.trial());
            json.put("at", start.at().toString());
        } else if (line instanceof JournalLine.Parameter parameter) {
            json.put("event", "parameter");
            json.put("trial", parameter.trial());
            json.put("name", parameter.name());
            json.put("domain", domain(parameter.setting().domain()));
            json.put("value", parameter.setting().number());
        } else if (line instanceof JournalLine.Report report) {
            json.put("event", "report");
            json.put("trial", report.trial());
            json.put("step", report.step());
            json.put("value", report.value());
        } else if (line instanceof JournalLine.End end) {
            json.put("event", "end");
            json.put("trial", end.trial());
            outcome(end.outcome(), json);
            json.put("duration", end.duration().toString());
        }
        try {
            return JSON_LINES.asString(json);
        } catch (IOException e) {
            throw new AssertionError("writing to a string", e);
        }
    }

    private static void outcome(Outcome outcome, Map<String, Object> json) {
        if (outcome instanceof Outcome.Completed completed) {
            json.put("outcome", "completed");
            json.put("value", completed.value());
        } else if (outcome instanceof Outcome.Pruned pruned) {
            json.put("outcome", "pruned");
            json.put("step", pruned.step());
            json.put("value", pruned.value());
        } else if (outcome instanceof Outcome.Failed failed) {
            json.put("outcome", "failed");
            json.put("error", failed.error());
        } else {
            json.put("outcome", "interrupted");
        }
    }

    private static Map<String, Object> domain(Domain domain) {
        Map<String, Object> json = new LinkedHashMap<>();
        if (domain instanceof Domain.Real real) {
            json.put("kind", "real");
            json.put("low", real.low());
            json.put("high", real.high());
            json.put("scale", real.scale().name());
        } else if (domain instanceof Domain.Whole whole) {
            json.put("kind", "whole");
            json.put("low", whole.low());
            json.put("high", whole.high());
            json.put("scale", whole.scale().name());
        } else if (domain instanceof Domain.Stepped stepped) {
            json.put("kind", "stepped");
            json.put("low", stepped.low());
            json.put("high", stepped.high());
            json.put("step", stepped.step());
        } else if (domain instanceof Domain.Choice choice) {
            json.put("kind", "choice");
            json.put("options", choice.options());
        }
        return json;
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is none; says why
     */
    static JournalLine read(String text) {
        Members line;
        try {
            // A bare null is JSON too, and read as none.
            line = new Members(Objects.requireNonNullElse(JSON_LINES.mapFrom(text), Map.of()));
        } catch (IOException e) {
            throw new IllegalArgumentException("it is no JSON object", e);
        }
        String event = line.text("event");
        return switch (event) {
            case "search" -> header(line);
            case "start" -> new JournalLine.Start(line.count("trial"), line.instant("at"));
            case "parameter" ->
                new JournalLine.Parameter(
                        line.count("trial"),
                        Ranges.checkText("name", line.text("name")),
                        new Setting(domain(line.object("domain")), line.number("value")));
            case "report" -> new JournalLine.Report(line.count("trial"), line.count("step"), line.number("value"));
            case "end" -> new JournalLine.End(line.count("trial"), outcome(line), line.duration("duration"));
            default -> throw new IllegalArgumentException("event '%s' is unknown".formatted(event));
        };
    }

    private static JournalLine header(Members line) {
        if (!line.text("format").equals(FORMAT) || line.count("version") != VERSION) {
            throw new IllegalArgumentException("format must be %s, version %d, got %s, version %d"
                    .formatted(FORMAT, VERSION, line.text("format"), line.count("version")));
        }
        return new JournalLine.Header(
                line.text("direction"), line.text("sampler"), line.text("pruner"), line.whole("seed"));
    }

    private static Outcome outcome(Members line) {
        String outcome = line.text("outcome");
        return switch (outcome) {
            case "completed" -> new Outcome.Completed(line.number("value"));
            case "pruned" -> new Outcome.Pruned(line.count("step"), line.number("value"));
            case "failed" -> new Outcome.Failed(line.text("error"));
            case "interrupted" -> new Outcome.Interrupted();
            default -> throw new IllegalArgumentException("outcome '%s' is unknown".formatted(outcome));
        };
    }

    private static Domain domain(Members json) {
        String kind = json.text("kind");
        return switch (kind) {
            case "real" -> new Domain.Real(json.number("low"), json.number("high"), scale(json));
            case "whole" -> new Domain.Whole(json.integer("low"), json.integer("high"), scale(json));
            case "stepped" -> new Domain.Stepped(json.number("low"), json.number("high"), json.number("step"));
            case "choice" -> new Domain.Choice(json.texts("options"));
            default -> throw new IllegalArgumentException("kind '%s' is unknown".formatted(kind));
        };
    }

    private static Domain.Scale scale(Members json) {
        return Domain.Scale.valueOf(json.text("scale"));
    }

    /** The members of a JSON object, by type. */
    private record Members(Map<?, ?> map) {
        private <T> T member(String name, Class<T> type) {
            Object value = map.get(name);
            if (!type.isInstance(value)) {
                throw new IllegalArgumentException("member '%s' must be a %s, got %s"
                        .formatted(name, type.getSimpleName(), value == null ? "none" : "another type"));
            }
            return type.cast(value);
        }

        String text(String name) {
            return member(name, String.class);
        }

        double number(String name) {
            double value = member(name, Number.class).doubleValue();
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("member '%s' must be finite".formatted(name));
            }
            return value;
        }

        long whole(String name) {
            Number number = member(name, Number.class);
            if (number instanceof Integer || number instanceof Long) {
                return number.longValue();
            }
            throw new IllegalArgumentException("member '%s' must be a whole number".formatted(name));
        }

        int integer(String name) {
            long value = whole(name);
            if (value != (int) value) {
                throw new IllegalArgumentException("member '%s' must have 32 bits, got %d".formatted(name, value));
            }
            return (int) value;
        }

        int count(String name) {
            return Ranges.atLeast(name, 0, integer(name));
        }

        Members object(String name) {
            return new Members(member(name, Map.class));
        }

        List<String> texts(String name) {
            List<String> texts = new ArrayList<>();
            for (Object text : member(name, List.class)) {
                if (!(text instanceof String string)) {
                    throw new IllegalArgumentException("member '%s' must hold texts".formatted(name));
                }
                texts.add(string);
            }
            return texts;
        }

        Instant instant(String name) {
            try {
                return Instant.parse(text(name));
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("member '%s' must be a time of ISO 8601".formatted(name), e);
            }
        }

        Duration duration(String name) {
            try {
                Duration duration = Duration.parse(text(name));
                if (!duration.isNegative()) {
                    return duration;
                }
                throw new IllegalArgumentException("member '%s' must be >= 0, got %s".formatted(name, duration));
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("member '%s' must be a duration of ISO 8601".formatted(name), e);
            }
        }
    }
}

package io.aidc.privacy;

import io.aidc.privacy.accounting.EventCounts;
import io.aidc.privacy.accounting.PrivacyEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Privacy events as one word of ASCII: {@code gaussian(8.0)}, {@code sampled-gaussian(0.2,3.1)*100+pure(0.25)}. Numbers
 * are those of {@link Double#toString(double)}, so reading gives back the same bits.
 */
final class EventText {
    private EventText() {}

    static String write(PrivacyEvent event) {
        return EventCounts.of(event).asMap().entrySet().stream()
                .map(entry -> simple(entry.getKey()) + (entry.getValue() == 1 ? "" : "*" + entry.getValue()))
                .collect(Collectors.joining("+"));
    }

    /** Throws {@link IllegalArgumentException} for any text that {@link #write} cannot have written. */
    static PrivacyEvent read(String text) {
        List<PrivacyEvent> parts = new ArrayList<>();
        if (!text.isEmpty()) {
            for (String part : text.split("\\+", -1)) {
                parts.add(part(part));
            }
        }
        PrivacyEvent event = parts.size() == 1 ? parts.get(0) : new PrivacyEvent.Composed(parts);
        if (!write(event).equals(text)) {
            throw new IllegalArgumentException("not an event in canonical form");
        }
        return event;
    }

    private static String simple(PrivacyEvent event) {
        if (event instanceof PrivacyEvent.Gaussian gaussian) {
            return "gaussian(" + gaussian.noiseMultiplier() + ")";
        }
        if (event instanceof PrivacyEvent.PoissonSubsampledGaussian sampled) {
            return "sampled-gaussian(" + sampled.samplingRate() + "," + sampled.noiseMultiplier() + ")";
        }
        if (event instanceof PrivacyEvent.Laplace laplace) {
            return "laplace(" + laplace.epsilon() + ")";
        }
        if (event instanceof PrivacyEvent.PureDp pure) {
            return "pure(" + pure.epsilon() + ")";
        }
        throw new IllegalArgumentException("not a simple event: " + event);
    }

    private static PrivacyEvent part(String text) {
        int open = text.indexOf('(');
        int close = text.indexOf(')');
        if (open < 0 || close < open) {
            throw new IllegalArgumentException("not an event");
        }
        String[] numbers = text.substring(open + 1, close).split(",", -1);
        double first = Double.parseDouble(numbers[0]);
        PrivacyEvent event = switch (text.substring(0, open)) {
            case "gaussian" -> new PrivacyEvent.Gaussian(first);
            case "sampled-gaussian" -> new PrivacyEvent.PoissonSubsampledGaussian(first, second(numbers));
            case "laplace" -> new PrivacyEvent.Laplace(first);
            case "pure" -> new PrivacyEvent.PureDp(first);
            default -> throw new IllegalArgumentException("unknown event");
        };
        String rest = text.substring(close + 1);
        return rest.isEmpty() ? event : event.times(Long.parseLong(rest.substring(1)));
    }

    private static double second(String[] numbers) {
        if (numbers.length != 2) {
            throw new IllegalArgumentException("two numbers expected");
        }
        return Double.parseDouble(numbers[1]);
    }
}

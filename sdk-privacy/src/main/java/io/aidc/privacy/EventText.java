package io.aidc.privacy;

import io.aidc.privacy.accounting.EventCounts;
import io.aidc.privacy.accounting.PrivacyEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Privacy events as one word of ASCII: {@code gaussian(8.0)}, {@code sampled-gaussian(0.2,3.1)*100+pure(0.25)}. Numbers
 * are {@linkplain ShortestDecimal shortest decimals}, so reading gives back the same bits.
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
        if (event instanceof PrivacyEvent.Gaussian e) {
            return word("gaussian", e.noiseMultiplier());
        }
        if (event instanceof PrivacyEvent.PoissonSubsampledGaussian e) {
            return word("sampled-gaussian", e.samplingRate(), e.noiseMultiplier());
        }
        if (event instanceof PrivacyEvent.TruncatedPoissonSubsampledGaussian e) {
            return word("capped-gaussian", e.samplingRate(), e.cap(), e.population(), e.noiseMultiplier());
        }
        if (event instanceof PrivacyEvent.FixedSizeWithoutReplacementGaussian e) {
            return word("fixed-size-gaussian", e.batch(), e.population(), e.noiseMultiplier());
        }
        if (event instanceof PrivacyEvent.MixtureOfGaussians e) {
            return word("gaussian-mixture", mixture(e));
        }
        if (event instanceof PrivacyEvent.DiscreteGaussian e) {
            return word("discrete-gaussian", e.sigma(), e.sensitivity());
        }
        return withoutGaussian(event);
    }

    private static String withoutGaussian(PrivacyEvent event) {
        if (event instanceof PrivacyEvent.Laplace e) {
            return word("laplace", e.epsilon());
        }
        if (event instanceof PrivacyEvent.PoissonSubsampledLaplace e) {
            return word("sampled-laplace", e.samplingRate(), e.epsilon());
        }
        if (event instanceof PrivacyEvent.DiscreteLaplace e) {
            return word("discrete-laplace", e.scale(), e.sensitivity());
        }
        if (event instanceof PrivacyEvent.PureDp e) {
            return word("pure", e.epsilon());
        }
        if (event instanceof PrivacyEvent.ApproximateDp e) {
            return word("approximate", e.epsilon(), e.delta());
        }
        if (event instanceof PrivacyEvent.ZeroConcentrated e) {
            return word("concentrated", e.rho());
        }
        throw new IllegalArgumentException("not a simple event: " + event);
    }

    private static String word(String name, Object... numbers) {
        return Stream.of(numbers)
                .map(number -> number instanceof Double real ? ShortestDecimal.of(real) : number.toString())
                .collect(Collectors.joining(",", name + "(", ")"));
    }

    /** σ, then each sensitivity with its probability. */
    private static Object[] mixture(PrivacyEvent.MixtureOfGaussians event) {
        List<Object> numbers = new ArrayList<>(List.of(event.sigma()));
        for (int i = 0; i < event.sensitivities().size(); i++) {
            numbers.add(event.sensitivities().get(i));
            numbers.add(event.probabilities().get(i));
        }
        return numbers.toArray();
    }

    private static PrivacyEvent part(String text) {
        int open = text.indexOf('(');
        int close = text.indexOf(')');
        if (open < 0 || close < open) {
            throw new IllegalArgumentException("not an event");
        }
        PrivacyEvent event = event(text.substring(0, open), new Numbers(text.substring(open + 1, close)));
        String rest = text.substring(close + 1);
        return rest.isEmpty() ? event : event.times(Long.parseLong(rest.substring(1)));
    }

    private static PrivacyEvent event(String name, Numbers n) {
        return switch (name) {
            case "gaussian" -> new PrivacyEvent.Gaussian(n.real(0));
            case "sampled-gaussian" -> new PrivacyEvent.PoissonSubsampledGaussian(n.real(0), n.real(1));
            case "capped-gaussian" ->
                new PrivacyEvent.TruncatedPoissonSubsampledGaussian(n.real(0), n.whole(1), n.whole(2), n.real(3));
            case "fixed-size-gaussian" ->
                new PrivacyEvent.FixedSizeWithoutReplacementGaussian(n.whole(0), n.whole(1), n.real(2));
            case "gaussian-mixture" ->
                new PrivacyEvent.MixtureOfGaussians(n.everySecondFrom(1), n.everySecondFrom(2), n.real(0));
            case "discrete-gaussian" -> new PrivacyEvent.DiscreteGaussian(n.real(0), n.whole(1));
            case "laplace" -> new PrivacyEvent.Laplace(n.real(0));
            case "sampled-laplace" -> new PrivacyEvent.PoissonSubsampledLaplace(n.real(0), n.real(1));
            case "discrete-laplace" -> new PrivacyEvent.DiscreteLaplace(n.real(0), n.whole(1));
            case "pure" -> new PrivacyEvent.PureDp(n.real(0));
            case "approximate" -> new PrivacyEvent.ApproximateDp(n.real(0), n.real(1));
            case "concentrated" -> new PrivacyEvent.ZeroConcentrated(n.real(0));
            default -> throw new IllegalArgumentException("unknown event");
        };
    }

    /** What stands between the brackets; too many are found by writing the event again. */
    private static final class Numbers {
        private final String[] words;

        Numbers(String text) {
            words = text.split(",", -1);
        }

        double real(int index) {
            return Double.parseDouble(word(index));
        }

        long whole(int index) {
            return Long.parseLong(word(index));
        }

        List<Double> everySecondFrom(int first) {
            List<Double> numbers = new ArrayList<>();
            for (int i = first; i < words.length; i += 2) {
                numbers.add(real(i));
            }
            return numbers;
        }

        private String word(int index) {
            if (index >= words.length) {
                throw new IllegalArgumentException("a number is missing");
            }
            return words[index];
        }
    }
}

package io.aidc.privacy.anonymize;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Days such as 2026-11-26 in months, quarters, years and decades. */
final class Dates implements Hierarchy.Paths {
    @Override
    public List<String> of(String value) {
        return parse(value).map(day -> path(value, day)).orElse(List.of());
    }

    @Override
    public Optional<ToDoubleFunction<String>> numbers() {
        return Optional.of(value -> LocalDate.parse(value).toEpochDay());
    }

    @Override
    public List<String> range(String low, String high) {
        return List.of(low + " to " + high);
    }

    private static List<String> path(String value, LocalDate day) {
        int year = day.getYear();
        return List.of(
                value,
                String.format(Locale.ROOT, "%04d-%02d", year, day.getMonthValue()),
                String.format(Locale.ROOT, "%04d-Q%d", year, day.get(IsoFields.QUARTER_OF_YEAR)),
                String.format(Locale.ROOT, "%04d", year),
                String.format(Locale.ROOT, "%03d0s", Math.floorDiv(year, 10)),
                Hierarchy.ANY);
    }

    private static Optional<LocalDate> parse(String value) {
        try {
            return Optional.of(LocalDate.parse(value));
        } catch (DateTimeParseException e) {
            // not a day, hence not covered
            return Optional.empty();
        }
    }
}

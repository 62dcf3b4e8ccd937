package io.aidc.security.seal;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/**
 * What a sealed thing is bound to: its name and further pairs, such as a tenant or a purpose. Unsealing needs the same. All
 * of it stands readable in the sealed file.
 *
 * <p><em>Immutable.</em>
 *
 * @param name such as {@code models/fraud/7}; 1 to 1024 bytes in UTF-8
 * @param context at most 32 pairs; keys of 1 to 255, values of 0 to 4096 bytes in UTF-8; 16 KiB in all
 */
public record SealBinding(String name, Map<String, String> context) {
    private static final int MAX_PAIRS = 32;
    private static final int MAX_CONTEXT_BYTES = 16 * 1024;

    /** Checks the limits and copies the pairs. */
    public SealBinding {
        checkLength("name", name, 1, 1024);
        if (context.size() > MAX_PAIRS) {
            throw new IllegalArgumentException(
                    "context must have at most %d pairs, got %d".formatted(MAX_PAIRS, context.size()));
        }
        int total = 0;
        for (var pair : context.entrySet()) {
            total += checkLength("context key", pair.getKey(), 1, 255);
            total += checkLength("context value of " + pair.getKey(), pair.getValue(), 0, 4096);
        }
        if (total > MAX_CONTEXT_BYTES) {
            throw new IllegalArgumentException(
                    "context must be at most %d bytes, got %d".formatted(MAX_CONTEXT_BYTES, total));
        }
        context = Map.copyOf(context);
    }

    private static int checkLength(String what, String value, int min, int max) {
        Objects.requireNonNull(value, what);
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new IllegalArgumentException(what + " must be well-formed UTF-16");
        }
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length < min || length > max) {
            throw new IllegalArgumentException(
                    "%s must be %d to %d bytes in UTF-8, got %d".formatted(what, min, max, length));
        }
        return length;
    }
}

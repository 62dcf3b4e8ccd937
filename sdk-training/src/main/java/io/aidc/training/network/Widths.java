package io.aidc.training.network;

/** Checks the numbers a layer is made with. */
final class Widths {
    private Widths() {}

    static void positive(String name, int width) {
        if (width <= 0) {
            throw new IllegalArgumentException(name + " must be > 0, got " + width);
        }
    }

    static float[] finite(String name, float[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException(name + " must not be empty");
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException("%s[%d] must be finite, got %s".formatted(name, i, values[i]));
            }
        }
        return values.clone();
    }

    static void equal(String first, float[] a, String second, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(
                    "%s and %s must have the same length, got %d and %d".formatted(first, second, a.length, b.length));
        }
    }
}

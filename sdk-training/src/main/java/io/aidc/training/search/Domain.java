package io.aidc.training.search;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What values a parameter may take. A parameter keeps its domain throughout a search. */
public sealed interface Domain {
    /** How the values of a range are spread. */
    enum Scale {
        /** Equal differences count the same. */
        LINEAR,

        /** Equal ratios count the same. */
        LOG
    }

    /**
     * An interval of real numbers.
     *
     * @param low the least value, finite; &gt; 0 on a log scale
     * @param high the greatest value, finite, ≥ {@code low}
     * @param scale how values are spread
     */
    record Real(double low, double high, Scale scale) implements Domain {
        /** Checks the bounds. */
        public Real {
            Ranges.check(low, high, scale);
        }

        @Override
        public String toString() {
            return (scale == Scale.LOG ? "logUniform [" : "uniform [") + low + ", " + high + "]";
        }
    }

    /**
     * An interval of whole numbers.
     *
     * @param low the least value; &gt; 0 on a log scale
     * @param high the greatest value, ≥ {@code low}
     * @param scale how values are spread
     */
    record Whole(int low, int high, Scale scale) implements Domain {
        /** Checks the bounds. */
        public Whole {
            Ranges.check(low, high, scale);
        }

        @Override
        public String toString() {
            return (scale == Scale.LOG ? "logInteger [" : "integer [") + low + ", " + high + "]";
        }
    }

    /**
     * The numbers {@code low}, {@code low + step}, … up to {@code high}.
     *
     * @param low the least value, finite
     * @param high what no value exceeds but for rounding, finite, ≥ {@code low}; a value itself only if whole steps
     *     lead to it
     * @param step the distance of neighbours, &gt; 0 and finite; at most 2<sup>31</sup> − 2 of them fit
     */
    record Stepped(double low, double high, double step) implements Domain {
        /** Checks the bounds. */
        public Stepped {
            Ranges.check(low, high, Scale.LINEAR);
            if (!(step > 0) || Double.isInfinite(step)) {
                throw new IllegalArgumentException("step must be > 0 and finite, got " + step);
            }
            if ((high - low) / step > Integer.MAX_VALUE - 2) {
                throw new IllegalArgumentException(
                        "step must cut [%s, %s] into fewer than 2^31 - 1 pieces, got %s".formatted(low, high, step));
            }
        }

        /** The number of the last step. */
        int last() {
            return (int) Math.floor((high - low) / step + 1e-9);
        }

        @Override
        public String toString() {
            return "step [" + low + ", " + high + "] by " + step;
        }
    }

    /**
     * One of several options, of which none is nearer to another.
     *
     * @param options at least one, at most 1000, distinct, each of 1 to 200 characters
     */
    record Choice(List<String> options) implements Domain {
        private static final int MOST = 1000;

        /** Checks and copies the options. */
        public Choice {
            options = List.copyOf(options);
            if (options.isEmpty() || options.size() > MOST) {
                throw new IllegalArgumentException("options must be 1 to %d, got %d".formatted(MOST, options.size()));
            }
            Set<String> seen = new HashSet<>();
            for (String option : options) {
                Ranges.checkText("option", option);
                if (!seen.add(option)) {
                    throw new IllegalArgumentException("options must be distinct, got '%s' twice".formatted(option));
                }
            }
        }

        @Override
        public String toString() {
            return "choice " + options;
        }
    }
}

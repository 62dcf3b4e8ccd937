package io.aidc.training;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The cells of one column of a table: texts as they stood in a file, or numbers of a typed file. */
sealed interface Cells {
    /** From here on float64 skips integers. */
    double EXACT = 1L << 53;

    int rows();

    /** The cell as text, empty if it is missing. */
    String text(int row);

    /**
     * The cell as a number.
     *
     * @return NaN if it is missing or no finite decimal number
     */
    float number(int row);

    default boolean missing(int row) {
        return text(row).isBlank();
    }

    final class Texts implements Cells {
        private final String[] cells;

        Texts(String[] cells) {
            this.cells = cells;
        }

        @Override
        public int rows() {
            return cells.length;
        }

        @Override
        public String text(int row) {
            return cells[row];
        }

        @Override
        public float number(int row) {
            String text = cells[row].strip();
            // Float.parseFloat also takes hexadecimal, "NaN" and a type suffix, none of which is a decimal number.
            if (!text.chars().allMatch(c -> "0123456789+-.eE".indexOf(c) >= 0)) {
                return Float.NaN;
            }
            try {
                float number = Float.parseFloat(text);
                return Float.isFinite(number) ? number : Float.NaN;
            } catch (NumberFormatException e) {
                return Float.NaN;
            }
        }
    }

    /** Numbers, NaN where missing. */
    final class Numbers implements Cells {
        private final double[] values;

        Numbers(double[] values) {
            this.values = values;
        }

        @Override
        public int rows() {
            return values.length;
        }

        /** The shortest decimal that reads back as the number; float32 values as such, integers without a point. */
        @Override
        public String text(int row) {
            double value = values[row];
            if (Double.isNaN(value)) {
                return "";
            }
            if (value == Math.rint(value) && Math.abs(value) <= EXACT) {
                return Long.toString((long) value);
            }
            return (float) value == value ? Float.toString((float) value) : Double.toString(value);
        }

        @Override
        public float number(int row) {
            float number = (float) values[row];
            return Float.isFinite(number) ? number : Float.NaN;
        }

        @Override
        public boolean missing(int row) {
            return Double.isNaN(values[row]);
        }
    }

    /** Yes or no, null where missing; 1 or 0 as a number. */
    record Flags(List<@Nullable Boolean> values) implements Cells {
        @Override
        public int rows() {
            return values.size();
        }

        @Override
        public String text(int row) {
            Boolean value = values.get(row);
            return value == null ? "" : value.toString();
        }

        @Override
        public float number(int row) {
            Boolean value = values.get(row);
            if (value == null) {
                return Float.NaN;
            }
            return value ? 1 : 0;
        }
    }
}

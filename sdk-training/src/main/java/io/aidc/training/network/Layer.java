package io.aidc.training.network;

import java.util.Arrays;

/**
 * Describes one step of a {@link Network}: what it computes, never how or where.
 *
 * <p>Rows go through a layer independently of one another, so that every layer here may be trained privately. Shapes
 * are {@code [batch, width]}, float32.
 *
 * <p>Immutable.
 */
public sealed interface Layer {
    /** Marks the width of a layer that takes rows of any width. */
    int ANY_WIDTH = -1;

    /**
     * Gives the width of the rows the layer takes.
     *
     * @return the width, or {@link #ANY_WIDTH}
     */
    int inputs();

    /**
     * Gives the width of the rows the layer hands on.
     *
     * @return the width, or {@link #ANY_WIDTH} where it is the width of the input
     */
    default int outputs() {
        return inputs();
    }

    /**
     * Calls the method of the reader that belongs to this kind of layer.
     *
     * @param <R> what the reader makes of a layer
     * @param reader what reads the layer
     * @return what the reader returned
     */
    <R> R read(Reader<R> reader);

    /**
     * Reads layers, one method for each kind: a kind added to {@link Layer} does not compile until every reader knows it.
     *
     * @param <R> what is made of a layer
     */
    interface Reader<R> {
        /**
         * Reads an affine map.
         *
         * @param layer the layer
         * @return what the reader makes of it
         */
        R linear(Linear layer);

        /**
         * Reads a rectifier.
         *
         * @param layer the layer
         * @return what the reader makes of it
         */
        R relu(Relu layer);

        /**
         * Reads a Gaussian error linear unit.
         *
         * @param layer the layer
         * @return what the reader makes of it
         */
        R gelu(Gelu layer);

        /**
         * Reads a hyperbolic tangent.
         *
         * @param layer the layer
         * @return what the reader makes of it
         */
        R tanh(Tanh layer);

        /**
         * Reads a dropout.
         *
         * @param layer the layer
         * @return what the reader makes of it
         */
        R dropout(Dropout layer);

        /**
         * Reads a layer normalisation.
         *
         * @param layer the layer
         * @return what the reader makes of it
         */
        R layerNorm(LayerNorm layer);

        /**
         * Reads fixed bounds.
         *
         * @param layer the layer
         * @return what the reader makes of it
         */
        R clamp(Clamp layer);

        /**
         * Reads a fixed scaling.
         *
         * @param layer the layer
         * @return what the reader makes of it
         */
        R scale(Scale layer);
    }

    /**
     * Makes an affine map with trained weight and bias.
     *
     * @param inputs width of the rows taken, &gt; 0
     * @param outputs width of the rows handed on, &gt; 0
     * @return the layer
     * @throws IllegalArgumentException if a width is not positive
     */
    static Layer linear(int inputs, int outputs) {
        return new Linear(inputs, outputs);
    }

    /**
     * Makes a rectifier, {@code max(x, 0)}.
     *
     * @return the layer
     */
    static Layer relu() {
        return new Relu();
    }

    /**
     * Makes a Gaussian error linear unit in its exact form, {@code x Φ(x)}.
     *
     * @return the layer
     */
    static Layer gelu() {
        return new Gelu();
    }

    /**
     * Makes a hyperbolic tangent.
     *
     * @return the layer
     */
    static Layer tanh() {
        return new Tanh();
    }

    /**
     * Makes a dropout, which acts in training only.
     *
     * @param probability chance of each number to be dropped, in [0, 1)
     * @return the layer
     * @throws IllegalArgumentException if the probability is outside [0, 1) or NaN
     */
    static Layer dropout(double probability) {
        return new Dropout(probability);
    }

    /**
     * Makes a layer normalisation with trained gain and bias, ε = {@value LayerNorm#EPSILON}.
     *
     * @param width width of the rows, &gt; 0
     * @return the layer
     * @throws IllegalArgumentException if the width is not positive
     */
    static Layer layerNorm(int width) {
        return new LayerNorm(width);
    }

    /**
     * Makes fixed bounds: each feature is moved into its interval.
     *
     * @param low least value of each feature
     * @param high greatest value of each feature, ≥ {@code low}
     * @return the layer
     * @throws IllegalArgumentException if the arrays are empty or differ in length, a bound is not finite, or one lies
     *     below its partner
     */
    static Layer clamp(float[] low, float[] high) {
        return new Clamp(low, high);
    }

    /**
     * Makes a fixed scaling of each feature, {@code (x - shift) * factor}.
     *
     * @param shift what is taken from each feature
     * @param factor what the difference is multiplied with
     * @return the layer
     * @throws IllegalArgumentException if the arrays are empty or differ in length, or a number is not finite
     */
    static Layer scale(float[] shift, float[] factor) {
        return new Scale(shift, factor);
    }

    /**
     * Maps a row by {@code x Wᵀ + b}; weight {@code [outputs, inputs]} and bias {@code [outputs]} are trained.
     *
     * <p>Both start uniform in {@code ±1/sqrt(inputs)}, as PyTorch starts them (He et al. 2015 with a = √5).
     *
     * @param inputs width of the rows taken, &gt; 0
     * @param outputs width of the rows handed on, &gt; 0
     * @see <a href="https://arxiv.org/abs/1502.01852">He et al. 2015</a>
     */
    record Linear(int inputs, int outputs) implements Layer {
        /** Checks the widths. */
        public Linear {
            Widths.positive("inputs", inputs);
            Widths.positive("outputs", outputs);
        }

        @Override
        public <R> R read(Reader<R> reader) {
            return reader.linear(this);
        }
    }

    /** Gives {@code max(x, 0)} for each number. */
    record Relu() implements Layer {
        @Override
        public int inputs() {
            return ANY_WIDTH;
        }

        @Override
        public <R> R read(Reader<R> reader) {
            return reader.relu(this);
        }
    }

    /**
     * Gives {@code x Φ(x)} for each number, Φ the normal distribution function; not the tanh approximation.
     *
     * @see <a href="https://arxiv.org/abs/1606.08415">Hendrycks and Gimpel 2016</a>
     */
    record Gelu() implements Layer {
        @Override
        public int inputs() {
            return ANY_WIDTH;
        }

        @Override
        public <R> R read(Reader<R> reader) {
            return reader.gelu(this);
        }
    }

    /** Gives the hyperbolic tangent of each number. */
    record Tanh() implements Layer {
        @Override
        public int inputs() {
            return ANY_WIDTH;
        }

        @Override
        public <R> R read(Reader<R> reader) {
            return reader.tanh(this);
        }
    }

    /**
     * Drops numbers by chance in training and scales the rest by {@code 1 / (1 - probability)}; hands rows on unchanged
     * when the model is used.
     *
     * @param probability chance of each number to be dropped, in [0, 1)
     * @see <a href="https://jmlr.org/papers/v15/srivastava14a.html">Srivastava et al. 2014</a>
     */
    record Dropout(double probability) implements Layer {
        /** Checks the probability. */
        public Dropout {
            if (!(probability >= 0 && probability < 1)) {
                throw new IllegalArgumentException("dropout probability must be in [0, 1), got " + probability);
            }
        }

        @Override
        public int inputs() {
            return ANY_WIDTH;
        }

        @Override
        public <R> R read(Reader<R> reader) {
            return reader.dropout(this);
        }
    }

    /**
     * Gives each row mean 0 and variance 1, then applies a trained gain and bias, both {@code [width]}.
     *
     * @param width width of the rows, &gt; 0
     * @see <a href="https://arxiv.org/abs/1607.06450">Ba et al. 2016</a>
     */
    record LayerNorm(int width) implements Layer {
        /** What is added to the variance before the root. */
        public static final double EPSILON = 1e-5;

        /** Checks the width. */
        public LayerNorm {
            Widths.positive("width", width);
        }

        @Override
        public int inputs() {
            return width;
        }

        @Override
        public <R> R read(Reader<R> reader) {
            return reader.layerNorm(this);
        }
    }

    /**
     * Moves each feature into its interval; not trained.
     *
     * @param low least value of each feature; copied
     * @param high greatest value of each feature; copied
     */
    @SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, compared by value
    record Clamp(float[] low, float[] high) implements Layer {
        /** Checks and copies the bounds. */
        public Clamp {
            low = Widths.finite("low", low);
            high = Widths.finite("high", high);
            Widths.equal("low", low, "high", high);
            for (int i = 0; i < low.length; i++) {
                if (low[i] > high[i]) {
                    throw new IllegalArgumentException(
                            "low[%d] must be <= high[%d], got %s and %s".formatted(i, i, low[i], high[i]));
                }
            }
        }

        /**
         * Gives the lower bounds.
         *
         * @return a copy
         */
        @Override
        public float[] low() {
            return low.clone();
        }

        /**
         * Gives the upper bounds.
         *
         * @return a copy
         */
        @Override
        public float[] high() {
            return high.clone();
        }

        @Override
        public int inputs() {
            return low.length;
        }

        @Override
        public <R> R read(Reader<R> reader) {
            return reader.clamp(this);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Clamp that && Arrays.equals(low, that.low) && Arrays.equals(high, that.high);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(low) + Arrays.hashCode(high);
        }

        @Override
        public String toString() {
            return "Clamp[width=" + low.length + "]";
        }
    }

    /**
     * Gives {@code (x - shift) * factor} for each feature; not trained.
     *
     * @param shift what is taken from each feature; copied
     * @param factor what the difference is multiplied with; copied
     */
    @SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, compared by value
    record Scale(float[] shift, float[] factor) implements Layer {
        /** Checks and copies the constants. */
        public Scale {
            shift = Widths.finite("shift", shift);
            factor = Widths.finite("factor", factor);
            Widths.equal("shift", shift, "factor", factor);
        }

        /**
         * Gives what is taken from each feature.
         *
         * @return a copy
         */
        @Override
        public float[] shift() {
            return shift.clone();
        }

        /**
         * Gives what the difference is multiplied with.
         *
         * @return a copy
         */
        @Override
        public float[] factor() {
            return factor.clone();
        }

        @Override
        public int inputs() {
            return shift.length;
        }

        @Override
        public <R> R read(Reader<R> reader) {
            return reader.scale(this);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Scale that
                    && Arrays.equals(shift, that.shift)
                    && Arrays.equals(factor, that.factor);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(shift) + Arrays.hashCode(factor);
        }

        @Override
        public String toString() {
            return "Scale[width=" + shift.length + "]";
        }
    }
}

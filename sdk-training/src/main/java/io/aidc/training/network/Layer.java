package io.aidc.training.network;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Describes one step of a {@link Network}: what it computes, never how or where.
 *
 * <p>Shapes are those of one row, without the batch axis; everything is float32. Images are {@code [channels, height,
 * width]}, sequences {@code [steps, width]}. All layers but {@link BatchNorm} treat rows independently of one another.
 *
 * <p>Immutable.
 */
public sealed interface Layer {
    /**
     * Calls the method of the reader that belongs to this kind of layer.
     *
     * @param <R> what the reader makes of a layer
     * @param reader what reads the layer
     * @return what the reader returned
     */
    <R> R read(LayerReader<R> reader);

    /**
     * Makes an affine map with trained weight and bias of the last axis.
     *
     * @param inputs extent of the last axis taken, &gt; 0
     * @param outputs extent of the last axis handed on, &gt; 0
     * @return the layer
     * @throws IllegalArgumentException if an extent is not positive
     */
    static Linear linear(int inputs, int outputs) {
        return new Linear(inputs, outputs, true);
    }

    /**
     * Makes a convolution of images with stride 1, no padding and one group; {@link Conv2d#stride}, {@link Conv2d#padding}
     * and {@link Conv2d#groups} change that.
     *
     * @param inputs channels taken, &gt; 0
     * @param outputs channels handed on, &gt; 0
     * @param kernel edge of the square window in pixels, &gt; 0
     * @return the layer
     * @throws IllegalArgumentException if a number is not positive
     */
    static Conv2d conv2d(int inputs, int outputs, int kernel) {
        return new Conv2d(inputs, outputs, kernel, 1, 0, 1, true);
    }

    /**
     * Makes a transposed convolution of images, which enlarges them by its stride.
     *
     * @param inputs channels taken, &gt; 0
     * @param outputs channels handed on, &gt; 0
     * @param kernel edge of the square window in pixels, &gt; 0
     * @param stride pixels of the result for each pixel taken, &gt; 0
     * @return the layer, without padding
     * @throws IllegalArgumentException if a number is not positive
     */
    static ConvTranspose2d convTranspose2d(int inputs, int outputs, int kernel, int stride) {
        return new ConvTranspose2d(inputs, outputs, kernel, stride, 0, 0);
    }

    /**
     * Makes a pooling that keeps the greatest number of each window; windows do not overlap.
     *
     * @param kernel edge of the square window in pixels, &gt; 0
     * @return the layer
     * @throws IllegalArgumentException if the kernel is not positive
     */
    static Pool2d maxPool2d(int kernel) {
        return new Pool2d(Pooling.MAX, kernel, kernel, 0);
    }

    /**
     * Makes a pooling that takes the mean of each window; windows do not overlap.
     *
     * @param kernel edge of the square window in pixels, &gt; 0
     * @return the layer
     * @throws IllegalArgumentException if the kernel is not positive
     */
    static Pool2d averagePool2d(int kernel) {
        return new Pool2d(Pooling.AVERAGE, kernel, kernel, 0);
    }

    /**
     * Makes a pooling of whole images to one number for each channel, {@code [channels, height, width]} to {@code
     * [channels]}.
     *
     * @return the layer
     */
    static Layer globalAveragePool() {
        return new Mean(Mean.Over.PIXELS);
    }

    /**
     * Makes the mean over the steps of a sequence, {@code [steps, width]} to {@code [width]}.
     *
     * @return the layer
     */
    static Layer meanOverSteps() {
        return new Mean(Mean.Over.STEPS);
    }

    /**
     * Makes the choice of a sequence's last step, {@code [steps, width]} to {@code [width]}.
     *
     * @return the layer
     */
    static Layer lastStep() {
        return new LastStep();
    }

    /**
     * Makes a rectifier, {@code max(x, 0)}.
     *
     * @return the layer
     */
    static Layer relu() {
        return new Activation(Function.RELU);
    }

    /**
     * Makes a Gaussian error linear unit in its exact form, {@code x Φ(x)}.
     *
     * @return the layer
     */
    static Layer gelu() {
        return new Activation(Function.GELU);
    }

    /**
     * Makes a sigmoid linear unit, {@code x / (1 + e⁻ˣ)}.
     *
     * @return the layer
     */
    static Layer silu() {
        return new Activation(Function.SILU);
    }

    /**
     * Makes a hyperbolic tangent.
     *
     * @return the layer
     */
    static Layer tanh() {
        return new Activation(Function.TANH);
    }

    /**
     * Makes a sigmoid, {@code 1 / (1 + e⁻ˣ)}.
     *
     * @return the layer
     */
    static Layer sigmoid() {
        return new Activation(Function.SIGMOID);
    }

    /**
     * Makes another function without parameters.
     *
     * @param function which one
     * @return the layer
     */
    static Layer activation(Function function) {
        return new Activation(function);
    }

    /**
     * Makes a batch normalisation of {@code [channels]} or {@code [channels, height, width]}.
     *
     * @param channels extent of the first axis, &gt; 0
     * @return the layer
     * @throws IllegalArgumentException if the number is not positive
     */
    static Layer batchNorm(int channels) {
        return new BatchNorm(channels);
    }

    /**
     * Makes a group normalisation of {@code [channels, …]}.
     *
     * @param groups how many groups the channels are divided into, &gt; 0
     * @param channels extent of the first axis, a multiple of {@code groups}
     * @return the layer
     * @throws IllegalArgumentException if the groups do not divide the channels
     */
    static Layer groupNorm(int groups, int channels) {
        return new GroupNorm(groups, channels);
    }

    /**
     * Makes a layer normalisation of the last axis with trained gain and bias, ε = {@value LayerNorm#EPSILON}.
     *
     * @param width extent of the last axis, &gt; 0
     * @return the layer
     * @throws IllegalArgumentException if the width is not positive
     */
    static Layer layerNorm(int width) {
        return new LayerNorm(width);
    }

    /**
     * Makes a root-mean-square normalisation of the last axis with trained gain, ε = {@value RmsNorm#EPSILON}.
     *
     * @param width extent of the last axis, &gt; 0
     * @return the layer
     * @throws IllegalArgumentException if the width is not positive
     */
    static Layer rmsNorm(int width) {
        return new RmsNorm(width);
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
     * Makes a table of trained vectors, {@code [steps]} of ids to {@code [steps, width]}.
     *
     * @param vocabulary how many ids there are, from 0, &gt; 0
     * @param width numbers of each vector, &gt; 0
     * @return the layer
     * @throws IllegalArgumentException if a number is not positive
     */
    static Layer embedding(int vocabulary, int width) {
        return new Embedding(vocabulary, width);
    }

    /**
     * Makes marks of positions that are added to a sequence.
     *
     * @param positions how positions are marked
     * @param steps the longest sequence, &gt; 0
     * @param width extent of the last axis, even and &gt; 0
     * @return the layer
     * @throws IllegalArgumentException if a number is not positive, or the width is odd
     */
    static Layer positionalEncoding(Positions positions, int steps, int width) {
        return new PositionalEncoding(positions, steps, width);
    }

    /**
     * Makes self-attention in which every step sees all steps; {@link MultiHeadAttention#causal} changes that.
     *
     * @param width extent of the last axis, a multiple of {@code heads}
     * @param heads how many attentions run side by side, &gt; 0
     * @return the layer
     * @throws IllegalArgumentException if the heads do not divide the width
     */
    static MultiHeadAttention attention(int width, int heads) {
        return new MultiHeadAttention(width, heads, false);
    }

    /**
     * Makes a transformer block that normalises first (Xiong et al. 2020): {@code x + dropout(attention(norm(x)))}, then the
     * same around two linear layers with a GELU between them.
     *
     * @param attention the self-attention, which also gives the width
     * @param hidden width between the two linear layers, &gt; 0
     * @param dropout chance of each number to be dropped, in [0, 1)
     * @return the layer
     * @throws IllegalArgumentException if a number is out of range
     * @see <a href="https://arxiv.org/abs/2002.04745">Xiong et al. 2020</a>
     */
    static Layer transformerBlock(MultiHeadAttention attention, int hidden, double dropout) {
        int width = attention.width();
        Layer drop = dropout(dropout);
        return sequential(
                residual(layerNorm(width), attention, drop),
                residual(layerNorm(width), linear(width, hidden), gelu(), drop, linear(hidden, width), drop));
    }

    /**
     * Makes a long short-term memory, {@code [steps, inputs]} to {@code [steps, hidden]}.
     *
     * @param inputs width of the steps taken, &gt; 0
     * @param hidden width of the steps handed on, &gt; 0
     * @return the layer, which reads forwards; {@link Recurrent#bothWays} changes that
     * @throws IllegalArgumentException if a width is not positive
     */
    static Recurrent lstm(int inputs, int hidden) {
        return new Recurrent(Recurrence.LSTM, inputs, hidden, false);
    }

    /**
     * Makes a gated recurrent unit, {@code [steps, inputs]} to {@code [steps, hidden]}.
     *
     * @param inputs width of the steps taken, &gt; 0
     * @param hidden width of the steps handed on, &gt; 0
     * @return the layer, which reads forwards; {@link Recurrent#bothWays} changes that
     * @throws IllegalArgumentException if a width is not positive
     */
    static Recurrent gru(int inputs, int hidden) {
        return new Recurrent(Recurrence.GRU, inputs, hidden, false);
    }

    /**
     * Makes layers that rows go through in order.
     *
     * @param layers first to last; none hands rows on unchanged
     * @return the layer
     */
    static Sequential sequential(Layer... layers) {
        return new Sequential(List.of(layers));
    }

    /**
     * Makes {@code x + body(x)}.
     *
     * @param body layers that keep the shape
     * @return the layer
     */
    static Residual residual(Layer... body) {
        return new Residual(sequential(body), sequential());
    }

    /**
     * Makes branches that all take the same rows and whose results are joined along the first axis: channels of images,
     * features of flat rows.
     *
     * @param branches at least one
     * @return the layer
     * @throws IllegalArgumentException if there is no branch
     */
    static Concat concat(Layer... branches) {
        return new Concat(List.of(branches), 0);
    }

    /**
     * Makes rows of one axis.
     *
     * @return the layer
     */
    static Layer flatten() {
        return new Flatten();
    }

    /**
     * Makes rows of another shape with the same numbers in the same order.
     *
     * @param extents of a row, outermost first, each &gt; 0
     * @return the layer
     * @throws IllegalArgumentException if an extent is not positive
     */
    static Layer reshape(int... extents) {
        return new Reshape(Shape.of(extents));
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
     * Maps the last axis by {@code x Wᵀ + b}; weight {@code [outputs, inputs]} and bias {@code [outputs]} are trained.
     *
     * <p>Both start uniform in {@code ±1/sqrt(inputs)}, as PyTorch starts them (He et al. 2015 with a = √5).
     *
     * @param inputs extent of the last axis taken, &gt; 0
     * @param outputs extent of the last axis handed on, &gt; 0
     * @param bias whether there is a bias
     * @see <a href="https://arxiv.org/abs/1502.01852">He et al. 2015</a>
     */
    record Linear(int inputs, int outputs, boolean bias) implements Layer {
        /** Checks the extents. */
        public Linear {
            Checks.positive("inputs", inputs);
            Checks.positive("outputs", outputs);
        }

        /**
         * Gives this layer without a bias.
         *
         * @return a changed copy
         */
        public Linear withoutBias() {
            return new Linear(inputs, outputs, false);
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.linear(this);
        }
    }

    /**
     * Convolves images, {@code [inputs, height, width]} to {@code [outputs, height', width']} with {@code height' = (height +
     * 2 padding - kernel) / stride + 1}; weight {@code [outputs, inputs / groups, kernel, kernel]} and bias {@code [outputs]}
     * are trained and start as those of a {@link Linear} do.
     *
     * @param inputs channels taken, &gt; 0, a multiple of {@code groups}
     * @param outputs channels handed on, &gt; 0, a multiple of {@code groups}
     * @param kernel edge of the square window in pixels, &gt; 0
     * @param stride pixels from window to window, &gt; 0
     * @param padding zeros put around the image on each side, ≥ 0
     * @param groups how many groups of channels are convolved apart, &gt; 0
     * @param bias whether there is a bias
     */
    record Conv2d(int inputs, int outputs, int kernel, int stride, int padding, int groups, boolean bias)
            implements Layer {
        /** Checks the numbers. */
        public Conv2d {
            Checks.positive("kernel", kernel);
            Checks.positive("stride", stride);
            Checks.notNegative("padding", padding);
            Checks.divides("inputs", inputs, "groups", groups);
            Checks.divides("outputs", outputs, "groups", groups);
        }

        /**
         * Gives this layer with another stride.
         *
         * @param pixels from window to window, &gt; 0
         * @return a changed copy
         * @throws IllegalArgumentException if it is not positive
         */
        public Conv2d stride(int pixels) {
            return new Conv2d(inputs, outputs, kernel, pixels, padding, groups, bias);
        }

        /**
         * Gives this layer with another padding.
         *
         * @param pixels zeros put around the image on each side, ≥ 0
         * @return a changed copy
         * @throws IllegalArgumentException if it is negative
         */
        public Conv2d padding(int pixels) {
            return new Conv2d(inputs, outputs, kernel, stride, pixels, groups, bias);
        }

        /**
         * Gives this layer with other groups.
         *
         * @param count how many groups of channels are convolved apart, a divisor of both channel numbers
         * @return a changed copy
         * @throws IllegalArgumentException if it does not divide the channels
         */
        public Conv2d groups(int count) {
            return new Conv2d(inputs, outputs, kernel, stride, padding, count, bias);
        }

        /**
         * Gives this layer without a bias, as goes before a normalisation.
         *
         * @return a changed copy
         */
        public Conv2d withoutBias() {
            return new Conv2d(inputs, outputs, kernel, stride, padding, groups, false);
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.conv2d(this);
        }
    }

    /**
     * Convolves images the other way round, {@code [inputs, height, width]} to {@code [outputs, height', width']} with {@code
     * height' = (height - 1) stride - 2 padding + kernel + outputPadding}; weight {@code [inputs, outputs, kernel, kernel]}
     * and bias {@code [outputs]} are trained and start uniform in {@code ±1/sqrt(outputs kernel²)}.
     *
     * @param inputs channels taken, &gt; 0
     * @param outputs channels handed on, &gt; 0
     * @param kernel edge of the square window in pixels, &gt; 0
     * @param stride pixels of the result for each pixel taken, &gt; 0
     * @param padding pixels cut from each side of the result, ≥ 0
     * @param outputPadding pixels added below and to the right, in [0, stride)
     */
    record ConvTranspose2d(int inputs, int outputs, int kernel, int stride, int padding, int outputPadding)
            implements Layer {
        /** Checks the numbers. */
        public ConvTranspose2d {
            Checks.positive("inputs", inputs);
            Checks.positive("outputs", outputs);
            Checks.positive("kernel", kernel);
            Checks.positive("stride", stride);
            Checks.notNegative("padding", padding);
            Checks.notNegative("outputPadding", outputPadding);
            if (outputPadding >= stride) {
                throw new IllegalArgumentException(
                        "outputPadding must be less than stride %d, got %d".formatted(stride, outputPadding));
            }
        }

        /**
         * Gives this layer with other paddings.
         *
         * @param cut pixels cut from each side of the result, ≥ 0
         * @param added pixels added below and to the right, in [0, stride)
         * @return a changed copy
         * @throws IllegalArgumentException if a number is out of range
         */
        public ConvTranspose2d padding(int cut, int added) {
            return new ConvTranspose2d(inputs, outputs, kernel, stride, cut, added);
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.convTranspose2d(this);
        }
    }

    /** Names what a {@link Pool2d} makes of a window. */
    enum Pooling {
        /** The greatest number. */
        MAX,
        /** The mean, padding counted as zeros. */
        AVERAGE
    }

    /**
     * Makes one number of each window of an image, channel by channel; sizes as in {@link Conv2d}.
     *
     * @param pooling what is made of a window
     * @param kernel edge of the square window in pixels, &gt; 0
     * @param stride pixels from window to window, &gt; 0
     * @param padding pixels put around the image on each side, in [0, kernel / 2]
     */
    record Pool2d(Pooling pooling, int kernel, int stride, int padding) implements Layer {
        /** Checks the numbers. */
        public Pool2d {
            Objects.requireNonNull(pooling, "pooling");
            Checks.positive("kernel", kernel);
            Checks.positive("stride", stride);
            Checks.notNegative("padding", padding);
            if (padding > kernel / 2) {
                throw new IllegalArgumentException(
                        "padding must be at most half of kernel %d, got %d".formatted(kernel, padding));
            }
        }

        /**
         * Gives this layer with another stride.
         *
         * @param pixels from window to window, &gt; 0
         * @return a changed copy
         * @throws IllegalArgumentException if it is not positive
         */
        public Pool2d stride(int pixels) {
            return new Pool2d(pooling, kernel, pixels, padding);
        }

        /**
         * Gives this layer with another padding.
         *
         * @param pixels put around the image on each side, in [0, kernel / 2]
         * @return a changed copy
         * @throws IllegalArgumentException if it is out of range
         */
        public Pool2d padding(int pixels) {
            return new Pool2d(pooling, kernel, stride, pixels);
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.pool2d(this);
        }
    }

    /**
     * Takes a mean over positions.
     *
     * @param over which positions
     */
    record Mean(Over over) implements Layer {
        /** Names what a mean is taken over. */
        public enum Over {
            /** The pixels of an image: {@code [channels, height, width]} to {@code [channels]}. */
            PIXELS,
            /** The steps of a sequence: {@code [steps, width]} to {@code [width]}. */
            STEPS
        }

        /** Checks that nothing is missing. */
        public Mean {
            Objects.requireNonNull(over, "over");
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.mean(this);
        }
    }

    /** Hands on the last step of a sequence, {@code [steps, width]} to {@code [width]}. */
    record LastStep() implements Layer {
        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.lastStep(this);
        }
    }

    /**
     * Applies a function without parameters.
     *
     * @param function which one
     */
    record Activation(Function function) implements Layer {
        /** Checks that nothing is missing. */
        public Activation {
            Objects.requireNonNull(function, "function");
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.activation(this);
        }
    }

    /**
     * Gives each channel mean 0 and variance 1 over the batch and the pixels, then applies a trained gain and bias, both
     * {@code [channels]}; in use, running means of both statistics take the place of the batch's.
     *
     * <p>It mixes the rows of a batch, so that a network with it cannot be trained privately. Each worker normalises with its
     * own rows; the running statistics are averaged over the workers.
     *
     * @param channels extent of the first axis, &gt; 0
     * @see <a href="https://arxiv.org/abs/1502.03167">Ioffe and Szegedy 2015</a>
     */
    record BatchNorm(int channels) implements Layer {
        /** What is added to the variance before the root. */
        public static final double EPSILON = 1e-5;

        /** How much of a batch's statistics goes into the running ones. */
        public static final double MOMENTUM = 0.1;

        /** Checks the number. */
        public BatchNorm {
            Checks.positive("channels", channels);
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.batchNorm(this);
        }
    }

    /**
     * Gives each group of a row's channels mean 0 and variance 1, then applies a trained gain and bias, both {@code
     * [channels]}.
     *
     * @param groups how many groups the channels are divided into, &gt; 0
     * @param channels extent of the first axis, a multiple of {@code groups}
     * @see <a href="https://arxiv.org/abs/1803.08494">Wu and He 2018</a>
     */
    record GroupNorm(int groups, int channels) implements Layer {
        /** What is added to the variance before the root. */
        public static final double EPSILON = 1e-5;

        /** Checks the numbers. */
        public GroupNorm {
            Checks.divides("channels", channels, "groups", groups);
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.groupNorm(this);
        }
    }

    /**
     * Gives the last axis mean 0 and variance 1, then applies a trained gain and bias, both {@code [width]}.
     *
     * @param width extent of the last axis, &gt; 0
     * @see <a href="https://arxiv.org/abs/1607.06450">Ba et al. 2016</a>
     */
    record LayerNorm(int width) implements Layer {
        /** What is added to the variance before the root. */
        public static final double EPSILON = 1e-5;

        /** Checks the width. */
        public LayerNorm {
            Checks.positive("width", width);
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.layerNorm(this);
        }
    }

    /**
     * Divides the last axis by the root of its mean square, then applies a trained gain, {@code [width]}.
     *
     * @param width extent of the last axis, &gt; 0
     * @see <a href="https://arxiv.org/abs/1910.07467">Zhang and Sennrich 2019</a>
     */
    record RmsNorm(int width) implements Layer {
        /** What is added to the mean square before the root. */
        public static final double EPSILON = 1e-6;

        /** Checks the width. */
        public RmsNorm {
            Checks.positive("width", width);
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.rmsNorm(this);
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
            Checks.probability("dropout probability", probability);
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.dropout(this);
        }
    }

    /**
     * Looks up a trained vector for each id, {@code [steps]} to {@code [steps, width]}; the table {@code [vocabulary, width]}
     * starts normal with standard deviation 1. Ids are whole numbers in {@code [0, vocabulary)} held as float32; the data is
     * checked before a run.
     *
     * @param vocabulary how many ids there are, in [1, 2²⁴]: float32 holds no greater whole number exactly
     * @param width numbers of each vector, &gt; 0
     */
    record Embedding(int vocabulary, int width) implements Layer {
        private static final int MAX_VOCABULARY = 1 << 24;

        /** Checks the numbers. */
        public Embedding {
            Checks.positive("vocabulary", vocabulary);
            Checks.positive("width", width);
            if (vocabulary > MAX_VOCABULARY) {
                throw new IllegalArgumentException(
                        "vocabulary must be at most %d, got %d".formatted(MAX_VOCABULARY, vocabulary));
            }
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.embedding(this);
        }
    }

    /**
     * Adds a mark of its position to each step, {@code [steps, width]}.
     *
     * @param positions how positions are marked
     * @param steps the longest sequence, &gt; 0
     * @param width extent of the last axis, even and &gt; 0
     * @see <a href="https://arxiv.org/abs/1706.03762">Vaswani et al. 2017, section 3.5</a>
     */
    record PositionalEncoding(Positions positions, int steps, int width) implements Layer {
        /** Checks the numbers. */
        public PositionalEncoding {
            Objects.requireNonNull(positions, "positions");
            Checks.positive("steps", steps);
            Checks.divides("width", width, "2", 2);
        }

        /**
         * Gives the marks of a fixed encoding: sines at even places, cosines at odd ones.
         *
         * @return shape {@code [steps, width]}, flat
         */
        public float[] sinusoids() {
            float[] marks = new float[Math.multiplyExact(steps, width)];
            for (int step = 0; step < steps; step++) {
                for (int i = 0; i < width; i += 2) {
                    double angle = step * Math.exp(-i * Math.log(10_000) / width);
                    marks[step * width + i] = (float) Math.sin(angle);
                    marks[step * width + i + 1] = (float) Math.cos(angle);
                }
            }
            return marks;
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.positionalEncoding(this);
        }
    }

    /**
     * Lets each step of a sequence gather from all steps by scaled dot-product attention, {@code [steps, width]} to the same.
     *
     * <p>Trained are {@code in_proj_weight [3 width, width]} with queries, keys and values in this order, {@code in_proj_bias},
     * {@code out_proj.weight [width, width]} and {@code out_proj.bias}, started as PyTorch starts them: the projection in by
     * Glorot and Bengio 2010, biases at 0.
     *
     * @param width extent of the last axis, a multiple of {@code heads}
     * @param heads how many attentions run side by side, &gt; 0
     * @param masked whether each step sees only itself and the steps before
     * @see <a href="https://arxiv.org/abs/1706.03762">Vaswani et al. 2017, section 3.2</a>
     */
    record MultiHeadAttention(int width, int heads, boolean masked) implements Layer {
        /** Checks the numbers. */
        public MultiHeadAttention {
            Checks.divides("width", width, "heads", heads);
        }

        /**
         * Gives this layer with each step seeing only itself and the steps before.
         *
         * @return a changed copy
         */
        public MultiHeadAttention causal() {
            return new MultiHeadAttention(width, heads, true);
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.attention(this);
        }
    }

    /**
     * Reads a sequence step by step with a state of its own, {@code [steps, inputs]} to {@code [steps, hidden]}, or to {@code
     * [steps, 2 hidden]} if read both ways. The state starts at 0. Trained are PyTorch's {@code weight_ih_l0}, {@code
     * weight_hh_l0}, {@code bias_ih_l0} and {@code bias_hh_l0}, and the same with {@code _reverse}; all start uniform in {@code
     * ±1/sqrt(hidden)}.
     *
     * @param cell what is done at each step
     * @param inputs width of the steps taken, &gt; 0
     * @param hidden width of the state, &gt; 0
     * @param bidirectional whether a second state reads backwards
     */
    record Recurrent(Recurrence cell, int inputs, int hidden, boolean bidirectional) implements Layer {
        /** Checks the numbers. */
        public Recurrent {
            Objects.requireNonNull(cell, "cell");
            Checks.positive("inputs", inputs);
            Checks.positive("hidden", hidden);
        }

        /**
         * Gives this layer with a second state that reads backwards.
         *
         * @return a changed copy
         */
        public Recurrent bothWays() {
            return new Recurrent(cell, inputs, hidden, true);
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.recurrent(this);
        }
    }

    /**
     * Hands rows through layers in order.
     *
     * @param layers first to last; none hands rows on unchanged
     */
    record Sequential(List<Layer> layers) implements Layer {
        /** Copies the layers. */
        public Sequential {
            layers = List.copyOf(layers);
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.sequential(this);
        }
    }

    /**
     * Gives {@code shortcut(x) + body(x)}.
     *
     * @param body layers whose result has the shape of the shortcut's
     * @param shortcut layers around the body; none for {@code x} itself
     * @see <a href="https://arxiv.org/abs/1512.03385">He et al. 2016</a>
     */
    record Residual(Sequential body, Sequential shortcut) implements Layer {
        /** Checks that nothing is missing. */
        public Residual {
            Objects.requireNonNull(body, "body");
            Objects.requireNonNull(shortcut, "shortcut");
        }

        /**
         * Gives this layer with other layers around the body.
         *
         * @param layers a projection to the shape of the body's result
         * @return a changed copy
         */
        public Residual shortcut(Layer... layers) {
            return new Residual(body, Layer.sequential(layers));
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.residual(this);
        }
    }

    /**
     * Hands the same rows through branches and joins the results along an axis.
     *
     * @param branches at least one
     * @param axis the axis of a row, from 0, or from the end as -1, -2, …
     */
    record Concat(List<Layer> branches, int axis) implements Layer {
        /** Copies the branches. */
        public Concat {
            branches = List.copyOf(branches);
            if (branches.isEmpty()) {
                throw new IllegalArgumentException("a concat needs at least 1 branch, got 0");
            }
        }

        /**
         * Gives this layer with another axis.
         *
         * @param joined the axis of a row, from 0, or from the end as -1, -2, …
         * @return a changed copy
         */
        public Concat along(int joined) {
            return new Concat(branches, joined);
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.concat(this);
        }
    }

    /** Makes rows of one axis, the numbers in the same order. */
    record Flatten() implements Layer {
        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.flatten(this);
        }
    }

    /**
     * Makes rows of another shape with the same numbers in the same order.
     *
     * @param shape of a row
     */
    record Reshape(Shape shape) implements Layer {
        /** Checks that nothing is missing. */
        public Reshape {
            Objects.requireNonNull(shape, "shape");
        }

        @Override
        public <R> R read(LayerReader<R> reader) {
            return reader.reshape(this);
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
            low = Checks.finite("low", low);
            high = Checks.finite("high", high);
            Checks.equalLength("low", low, "high", high);
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
        public <R> R read(LayerReader<R> reader) {
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
            shift = Checks.finite("shift", shift);
            factor = Checks.finite("factor", factor);
            Checks.equalLength("shift", shift, "factor", factor);
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
        public <R> R read(LayerReader<R> reader) {
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

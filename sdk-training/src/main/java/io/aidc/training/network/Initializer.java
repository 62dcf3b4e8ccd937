package io.aidc.training.network;

import java.util.random.RandomGenerator;

/**
 * Names what the trained matrices of a network start from: the weights of {@link Layer.Linear}, convolutions and the
 * projections of attention. With any but {@link #DEFAULT} the biases beside them start at 0. All else starts as its layer says.
 */
public enum Initializer {
    /** As PyTorch starts each kind of layer; the layers' docs give the distributions. */
    DEFAULT,
    /** Uniform in {@code ±sqrt(6 / fanIn)}, for rectifiers. He et al. 2015, arXiv 1502.01852. */
    KAIMING_UNIFORM,
    /** Normal with deviation {@code sqrt(2 / fanIn)}, for rectifiers. He et al. 2015. */
    KAIMING_NORMAL,
    /** Uniform in {@code ±sqrt(6 / (fanIn + fanOut))}. Glorot and Bengio 2010. */
    XAVIER_UNIFORM,
    /** Normal with deviation {@code sqrt(2 / (fanIn + fanOut))}. Glorot and Bengio 2010. */
    XAVIER_NORMAL,
    /** Normal with deviation 0.02, drawn again beyond two deviations, as transformers are started. */
    TRUNCATED_NORMAL,
    /** Rows, or columns where there are fewer, orthonormal. Saxe et al. 2014, arXiv 1312.6120. */
    ORTHOGONAL;

    private static final double TRUNCATED_DEVIATION = 0.02;

    void fill(float[] all, int offset, Weights.Matrix matrix, RandomGenerator random) {
        int size = matrix.rows() * matrix.columns();
        switch (this) {
            case DEFAULT -> throw new AssertionError("the layer says how it starts");
            case KAIMING_UNIFORM -> uniform(all, offset, size, Math.sqrt(6.0 / matrix.fanIn()), random);
            case KAIMING_NORMAL -> normal(all, offset, size, Math.sqrt(2.0 / matrix.fanIn()), random);
            case XAVIER_UNIFORM ->
                uniform(all, offset, size, Math.sqrt(6.0 / (matrix.fanIn() + matrix.fanOut())), random);
            case XAVIER_NORMAL ->
                normal(all, offset, size, Math.sqrt(2.0 / (matrix.fanIn() + matrix.fanOut())), random);
            case TRUNCATED_NORMAL -> truncated(all, offset, size, random);
            case ORTHOGONAL -> orthogonal(all, offset, matrix, random);
        }
    }

    static void uniform(float[] all, int offset, int size, double bound, RandomGenerator random) {
        for (int i = offset; i < offset + size; i++) {
            all[i] = (float) random.nextDouble(-bound, bound);
        }
    }

    static void normal(float[] all, int offset, int size, double deviation, RandomGenerator random) {
        for (int i = offset; i < offset + size; i++) {
            all[i] = (float) (random.nextGaussian() * deviation);
        }
    }

    private static void truncated(float[] all, int offset, int size, RandomGenerator random) {
        for (int i = offset; i < offset + size; i++) {
            double draw;
            do {
                draw = random.nextGaussian();
            } while (Math.abs(draw) > 2);
            all[i] = (float) (draw * TRUNCATED_DEVIATION);
        }
    }

    /** Modified Gram-Schmidt, twice, over whichever of rows and columns are fewer. */
    private static void orthogonal(float[] all, int offset, Weights.Matrix matrix, RandomGenerator random) {
        boolean byRows = matrix.rows() <= matrix.columns();
        int count = Math.min(matrix.rows(), matrix.columns());
        int length = Math.max(matrix.rows(), matrix.columns());
        double[][] basis = new double[count][length];
        for (int i = 0; i < count; i++) {
            for (int k = 0; k < length; k++) {
                basis[i][k] = random.nextGaussian();
            }
            for (int pass = 0; pass < 2; pass++) {
                for (int j = 0; j < i; j++) {
                    addMultiple(basis[i], basis[j], -dot(basis[i], basis[j]));
                }
            }
            double norm = Math.sqrt(dot(basis[i], basis[i]));
            for (int k = 0; k < length; k++) {
                basis[i][k] /= norm;
                int at = byRows ? i * length + k : k * count + i;
                all[offset + at] = (float) basis[i][k];
            }
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void addMultiple(double[] to, double[] what, double factor) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * what[i];
        }
    }
}

package io.aidc.training.onnx;

/**
 * Says that an exported graph does not answer as the trained model does. Nothing was written; a retry fails again.
 *
 * <p>Usual causes: a tolerance that float32 cannot keep, a runtime that computes with fewer bits, or weights so large that
 * sums in another order differ.
 */
public final class OnnxMismatchException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** The sample row. */
    private final int row;

    /** The place in the answer. */
    private final int output;

    /** The trained model's number. */
    private final float expected;

    /** The exported graph's number. */
    private final float actual;

    OnnxMismatchException(int row, int output, float expected, float actual, double tolerance) {
        super("output %d of row %d must be %s within %s, as the trained model answers, but the ONNX graph gives %s"
                .formatted(output, row, expected, tolerance, actual));
        this.row = row;
        this.output = output;
        this.expected = expected;
        this.actual = actual;
    }

    /**
     * Tells which sample row it was.
     *
     * @return the row, from 0
     */
    public int row() {
        return row;
    }

    /**
     * Tells which number of the answer it was.
     *
     * @return the place in the flat answer, from 0
     */
    public int output() {
        return output;
    }

    /**
     * Gives the trained model's number.
     *
     * @return the number
     */
    public float expected() {
        return expected;
    }

    /**
     * Gives the exported graph's number.
     *
     * @return the number
     */
    public float actual() {
        return actual;
    }
}

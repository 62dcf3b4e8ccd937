package io.aidc.training.onnx;

/** Sample rows, what the trained model answers, and how far an export may be from that. */
@SuppressWarnings("ArrayRecordComponent") // stays in this package, which changes nothing of it
record Verification(float[][] rows, float[][] expected, double tolerance) {
    /** The same with what softmax, or a sigmoid for each output, makes of the answers. */
    Verification ofProbabilities(boolean binary) {
        float[][] made = new float[expected.length][];
        for (int row = 0; row < made.length; row++) {
            made[row] = binary ? sigmoid(expected[row]) : softmax(expected[row]);
        }
        return new Verification(rows, made, tolerance);
    }

    private static float[] sigmoid(float[] scores) {
        float[] made = new float[scores.length];
        for (int i = 0; i < made.length; i++) {
            made[i] = (float) (1 / (1 + Math.exp(-scores[i])));
        }
        return made;
    }

    private static float[] softmax(float[] scores) {
        float greatest = Float.NEGATIVE_INFINITY;
        for (float score : scores) {
            greatest = Math.max(greatest, score);
        }
        double sum = 0;
        for (float score : scores) {
            sum += Math.exp((double) score - greatest);
        }
        float[] made = new float[scores.length];
        for (int i = 0; i < made.length; i++) {
            made[i] = (float) (Math.exp((double) scores[i] - greatest) / sum);
        }
        return made;
    }

    /** Compares all rows in one pass and then the first row alone, so that the batch axis is seen to be free. */
    void check(OnnxRunner runner, byte[] model) {
        compare(runner.run(model, rows), rows.length);
        compare(runner.run(model, new float[][] {rows[0]}), 1);
    }

    private void compare(float[][] answers, int count) {
        if (answers.length != count) {
            throw new IllegalStateException("the ONNX graph answers %d rows with %d".formatted(count, answers.length));
        }
        for (int row = 0; row < count; row++) {
            if (answers[row].length != expected[row].length) {
                throw new IllegalStateException(
                        "the ONNX graph answers row %d with %d numbers, the trained model with %d"
                                .formatted(row, answers[row].length, expected[row].length));
            }
            for (int output = 0; output < answers[row].length; output++) {
                float wanted = expected[row][output];
                float given = answers[row][output];
                double allowed = tolerance * Math.max(1, Math.abs(wanted));
                // So that a NaN is a mismatch too.
                if (!(Math.abs((double) given - wanted) <= allowed)) {
                    throw new OnnxMismatchException(row, output, wanted, given, allowed);
                }
            }
        }
    }
}

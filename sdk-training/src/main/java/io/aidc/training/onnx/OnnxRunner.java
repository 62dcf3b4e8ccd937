package io.aidc.training.onnx;

/** Answers rows with an ONNX model; {@link OnnxExport#verifiedBy} takes one, to check exports by another runtime. */
@FunctionalInterface
public interface OnnxRunner {
    /**
     * Answers rows, all in one pass.
     *
     * @param model an ONNX file with one input, float32, and one output; the batch axis is the first
     * @param rows shape {@code [rows, features]}; a model of {@link OnnxExport#shaped} takes them in the shape its input has
     * @return shape {@code [rows, outputs]}; a shaped output laid flat
     */
    float[][] run(byte[] model, float[][] rows);
}

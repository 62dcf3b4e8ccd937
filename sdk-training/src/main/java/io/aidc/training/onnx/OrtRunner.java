package io.aidc.training.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.torch.internal.environment.ProcessEnvironment;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * Runs models in ONNX Runtime, an optional dependency.
 *
 * <p>Since 1.29.0 its library starts an uploader on Linux and macOS while it loads, unless a variable in the environment of
 * the process says no; so that is set before.
 */
final class OrtRunner implements OnnxRunner {
    private static final String OPT_OUT = "ORT_DISABLE_TELEMETRY";

    @Override
    public float[][] run(byte[] model, float[][] rows) {
        ProcessEnvironment.putIfAbsent(OPT_OUT, "1");
        try {
            return Library.answers(model, rows);
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "verified needs ONNX Runtime: put com.microsoft.onnxruntime:onnxruntime on the class path, "
                            + "or name another runtime by verifiedBy",
                    e);
        }
    }

    /** A class of its own: the JVM looks for the library's types when it first meets a class that catches or calls them. */
    private static final class Library {
        static float[][] answers(byte[] model, float[][] rows) {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try (var options = new OrtSession.SessionOptions();
                    OrtSession session = environment.createSession(model, options)) {
                Map.Entry<String, NodeInfo> input =
                        session.getInputInfo().entrySet().iterator().next();
                long[] shape = ((TensorInfo) input.getValue().getInfo()).getShape();
                shape[0] = rows.length;
                try (OnnxTensor features = OnnxTensor.createTensor(environment, flat(rows), shape);
                        OrtSession.Result result = session.run(Map.of(input.getKey(), features))) {
                    return split(((OnnxTensor) result.get(0)).getFloatBuffer(), rows.length);
                }
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime cannot run the exported graph: " + e.getMessage(), e);
            }
        }
    }

    private static FloatBuffer flat(float[][] rows) {
        FloatBuffer flat = FlatBuffers.floats(Math.multiplyExact(rows.length, rows[0].length));
        for (float[] row : rows) {
            flat.put(row);
        }
        return flat.flip();
    }

    private static float[][] split(FloatBuffer flat, int rows) {
        float[][] split = new float[rows][flat.remaining() / rows];
        for (float[] row : split) {
            flat.get(row);
        }
        return split;
    }
}

package io.aidc.serving;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.aidc.serving.onnx.OnnxModel;
import io.aidc.serving.runtime.LoadOptions;
import io.aidc.serving.runtime.LoadedModel;
import io.aidc.serving.runtime.ort.OrtRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ONNX project's one-operator tests. What ONNX Runtime's Java API can do must come out right; what it cannot must end
 * in a refusal with a name.
 */
class NodeConformanceTest {
    private static final Logger LOG = LoggerFactory.getLogger(NodeConformanceTest.class);
    private static final int KNOWN = 869;
    private static final int KNOWN_TO_PASS = 669;

    private static Map<String, byte[]> files = Map.of();
    private static Map<String, String> baseline = Map.of();

    @BeforeAll
    static void read() throws IOException {
        Path folder = TestData.folder("serving/onnx");
        files = TestData.archive(folder.resolve("node-dev.tar.xz"));
        baseline = new TreeMap<>();
        for (String line : Files.readAllLines(folder.resolve("node-dev-baseline.tsv"))) {
            String[] columns = line.split("\t", -1);
            if (!columns[0].equals("test")) {
                baseline.put(columns[0], columns[1]);
            }
        }
    }

    @Test
    void ortRuntime_everyNodeTest_passesOrIsRefusedByName() throws IOException {
        OrtRuntime runtime = new OrtRuntime();
        List<String> wrong = new ArrayList<>();
        Map<String, Integer> outcomes = new TreeMap<>();
        for (Map.Entry<String, String> test : baseline.entrySet()) {
            String outcome = outcome(test.getKey(), runtime);
            outcomes.merge(outcome.split(":", -1)[0], 1, Integer::sum);
            boolean asKnown = outcome.equals("pass")
                    || (!test.getValue().equals("PASS") && outcome.startsWith("refused"))
                    || (test.getValue().equals("MISMATCH") && outcome.startsWith("differs"));
            if (!asKnown) {
                wrong.add(test + " " + outcome);
            }
        }
        LOG.info("NODE TESTS: {} ran on {}, {}", baseline.size(), runtime.name(), outcomes);

        assertThat(wrong).isEmpty();
        assertThat(baseline).hasSizeGreaterThanOrEqualTo(KNOWN);
        assertThat(outcomes.get("pass")).isGreaterThanOrEqualTo(KNOWN_TO_PASS);
        assertThat(runtime.openHandles()).isZero();
    }

    @Test
    void modelServer_everyPassingModelFromADecryptingSource_answersAlikeAndWipes() throws IOException {
        OrtRuntime runtime = new OrtRuntime();
        List<String> wrong = new ArrayList<>();
        int ran = 0;
        for (Map.Entry<String, String> test : baseline.entrySet()) {
            if (!test.getValue().equals("PASS")) {
                continue;
            }
            ran++;
            ByteBuffer plaintext = TestModels.direct(model(test.getKey()));
            ModelSource source = TestModels.decrypting(() -> plaintext);
            try (ModelServer server = ModelServer.onnx(source)
                    .runtime(runtime)
                    .runsAtOnce(1)
                    .threadsPerRun(1)
                    .open()) {
                if (!plaintext.equals(ByteBuffer.allocate(plaintext.capacity()))) {
                    wrong.add(test.getKey() + " is not wiped");
                }
                Answer answer = server.ask(inputs(test.getKey(), server.model().inputs()))
                        .join();
                Map<String, Tensor> outputs = ModelServerTest.scored(answer).outputs();
                String difference = difference(test.getKey(), outputs);
                if (!difference.isEmpty()) {
                    wrong.add(test.getKey() + " " + difference);
                }
            }
        }
        LOG.info("NODE TESTS DECRYPTED: {} ran", ran);

        assertThat(wrong).isEmpty();
        assertThat(ran).isGreaterThanOrEqualTo(KNOWN_TO_PASS);
        assertThat(runtime.openHandles()).isZero();
    }

    @Test
    void onnxModel_everyNodeTest_keepsItsBytes() {
        int ran = 0;
        for (String test : baseline.keySet()) {
            byte[] bytes = model(test);
            assertThat(OnnxModel.read(ByteBuffer.wrap(bytes)).bytes()).as(test).isEqualTo(bytes);
            ran++;
        }
        assertThat(ran).isGreaterThanOrEqualTo(KNOWN);
    }

    private static String outcome(String test, OrtRuntime runtime) throws IOException {
        LoadOptions options = new LoadOptions(test, 1, LoadOptions.Secrecy.OPEN);
        try (LoadedModel model = runtime.load(TestModels.direct(model(test)), options)) {
            String difference = difference(test, model.run(inputs(test, model.inputs())));
            return difference.isEmpty() ? "pass" : "differs: " + difference;
        } catch (ModelLoadException e) {
            return "refused " + e.reason() + ": " + e.getMessage();
        } catch (InferenceException e) {
            return "refused at run: " + e.getMessage();
        }
    }

    private static byte[] model(String test) {
        return file(test + "/model.onnx");
    }

    private static byte[] file(String path) {
        return Objects.requireNonNull(files.get("node-dev/" + path), path);
    }

    /** File {@code input_i.pb} counts the graph's inputs that the model really takes. */
    private static Map<String, Tensor> inputs(String test, List<TensorSpec> specs) throws IOException {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (TensorSpec spec : specs) {
            inputs.put(spec.name(), tensor(data(test, "input_" + inputs.size())));
        }
        return inputs;
    }

    private static String difference(String test, Map<String, Tensor> outputs) throws IOException {
        int i = 0;
        for (ValueInfoProto output :
                ModelProto.parseFrom(model(test)).getGraph().getOutputList()) {
            Tensor expected = tensor(data(test, "output_" + i++));
            Tensor got = outputs.get(output.getName());
            if (got == null || !close(expected, got)) {
                return output.getName() + " is " + got + " instead of " + expected;
            }
        }
        return "";
    }

    private static TensorProto data(String test, String name) throws IOException {
        return TensorProto.parseFrom(file(test + "/test_data_set_0/" + name + ".pb"));
    }

    private static Tensor tensor(TensorProto proto) {
        long[] shape = proto.getDimsList().stream().mapToLong(Long::longValue).toArray();
        if (proto.getDataType() == TensorProto.DataType.STRING_VALUE) {
            return Tensor.of(
                    proto.getStringDataList().stream()
                            .map(ByteString::toStringUtf8)
                            .toArray(String[]::new),
                    shape);
        }
        ElementType type = switch (proto.getDataType()) {
            case 1 -> ElementType.FLOAT32;
            case 2 -> ElementType.UINT8;
            case 3 -> ElementType.INT8;
            case 5 -> ElementType.INT16;
            case 6 -> ElementType.INT32;
            case 7 -> ElementType.INT64;
            case 9 -> ElementType.BOOL;
            case 10 -> ElementType.FLOAT16;
            case 11 -> ElementType.FLOAT64;
            case 16 -> ElementType.BFLOAT16;
            default -> throw new IllegalStateException("data of type " + proto.getDataType());
        };
        return Tensor.wrapping(type, bytes(proto, type), shape);
    }

    /** Raw bytes, or the typed list; narrow integers, truth values and 16-bit floats sit in the list of int32. */
    private static ByteBuffer bytes(TensorProto proto, ElementType type) {
        if (!proto.getRawData().isEmpty()) {
            return proto.getRawData().asReadOnlyByteBuffer();
        }
        int elements = proto.getFloatDataCount()
                + proto.getDoubleDataCount()
                + proto.getInt64DataCount()
                + proto.getInt32DataCount();
        ByteBuffer bytes = ByteBuffer.allocate(elements * type.bytes()).order(ByteOrder.nativeOrder());
        proto.getFloatDataList().forEach(bytes::putFloat);
        proto.getDoubleDataList().forEach(bytes::putDouble);
        proto.getInt64DataList().forEach(bytes::putLong);
        for (int value : proto.getInt32DataList()) {
            switch (type.bytes()) {
                case 1 -> bytes.put((byte) value);
                case 2 -> bytes.putShort((short) value);
                default -> bytes.putInt(value);
            }
        }
        return bytes.flip();
    }

    /** Equal shapes; NaN equals NaN; 1e-5 + 1e-3 |x|, for 16-bit floats 1e-2 + 2e-2 |x|; all else exact. */
    private static boolean close(Tensor expected, Tensor got) {
        if (!expected.type().isFloatingPoint() || expected.type() != got.type()) {
            return expected.equals(got);
        }
        if (!Arrays.equals(expected.shape(), got.shape())) {
            return false;
        }
        boolean narrow = expected.type().bytes() == 2;
        double[] x = doubles(expected);
        double[] y = doubles(got);
        for (int i = 0; i < x.length; i++) {
            double tolerance = narrow ? 1e-2 + 2e-2 * Math.abs(x[i]) : 1e-5 + 1e-3 * Math.abs(x[i]);
            boolean same = Double.compare(x[i], y[i]) == 0 || Math.abs(x[i] - y[i]) <= tolerance;
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static double[] doubles(Tensor tensor) {
        if (tensor.type() == ElementType.FLOAT64) {
            return tensor.doubles();
        }
        float[] floats = tensor.floats();
        double[] values = new double[floats.length];
        Arrays.setAll(values, i -> floats[i]);
        return values;
    }
}

package io.aidc.benchmarks.serving;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import io.aidc.serving.Answer;
import io.aidc.serving.ModelServer;
import io.aidc.serving.ModelSource;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does the server cost over bare ONNX Runtime, and what does batching win?
 *
 * <p>Each caller asks for one row and waits for the answer. Varied: the model (layer widths) and, with {@code -t}, the
 * number of callers. Baselines: one shared session with reused direct buffers in and out for each caller, and DJL with a
 * translator without batchifier and a predictor for each caller. One thread per run and no spinning in all of them.
 *
 * <p>Run: {@code java -jar benchmarks/target/benchmarks.jar ModelServerBenchmark -t 1 -prof gc}, then the same with
 * {@code -t 8}. On JDK 24 and later add {@code -jvmArgs --enable-native-access=ALL-UNNAMED}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(5)
public class ModelServerBenchmark {
    @Param({"16-32-16-2", "64-128-64-10", "512-1024-1024-256"})
    public String widths;

    private ModelServer batched;
    private ModelServer unbatched;
    private OrtSession session;
    private Model djl;
    private int in;
    private int out;

    @Setup
    public void open() throws Exception {
        int[] dims =
                Arrays.stream(widths.split("-")).mapToInt(Integer::parseInt).toArray();
        in = dims[0];
        out = dims[dims.length - 1];
        byte[] model = mlp(dims);
        // the servers come first: DJL, which they start, wants to create the environment itself
        batched = ModelServer.onnx(ModelSource.of(model))
                .batchUpTo(32, Duration.ofMillis(5))
                .threadsPerRun(1)
                .open();
        unbatched = ModelServer.onnx(ModelSource.of(model)).threadsPerRun(1).open();
        try (var options = options()) {
            session = OrtEnvironment.getEnvironment().createSession(model, options);
        }
        djl = Model.newInstance("mlp", Device.cpu(), "OnnxRuntime");
        try (var options = options()) {
            djl.load(new ByteArrayInputStream(model), Map.of("sessionOptions", options));
        }
        requireEqualAnswers();
    }

    @TearDown
    public void close() throws OrtException {
        batched.close();
        unbatched.close();
        session.close();
        djl.close();
    }

    @Benchmark
    public float serverBatching(Caller caller) {
        return ask(batched, caller)[0];
    }

    @Benchmark
    public float serverUnbatched(Caller caller) {
        return ask(unbatched, caller)[0];
    }

    @Benchmark
    public float bareOnnxRuntimePinned(Caller caller) throws OrtException {
        return caller.pinned()[0];
    }

    @Benchmark
    public float djlTranslator(Caller caller) throws TranslateException {
        return caller.predictor.predict(caller.row)[0];
    }

    private static float[] ask(ModelServer server, Caller caller) {
        Answer answer = server.ask(caller.row).join();
        return ((Answer.Scored) answer).output().floats();
    }

    private void requireEqualAnswers() throws Exception {
        Caller caller = new Caller();
        caller.open(this);
        float[] expected = caller.pinned().clone();
        requireClose(expected, ask(batched, caller));
        requireClose(expected, ask(unbatched, caller));
        requireClose(expected, caller.predictor.predict(caller.row));
        caller.close();
    }

    private static void requireClose(float[] expected, float[] got) {
        for (int i = 0; i < expected.length; i++) {
            if (Math.abs(expected[i] - got[i]) > 1e-4) {
                throw new IllegalStateException("element %d must be %s, got %s".formatted(i, expected[i], got[i]));
            }
        }
    }

    private static OrtSession.SessionOptions options() throws OrtException {
        var options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }

    /** What one calling thread owns. */
    @State(Scope.Thread)
    public static class Caller {
        private float[] row;
        private float[] answer;
        private FloatBuffer input;
        private FloatBuffer output;
        private Map<String, OnnxTensor> inputs;
        private Map<String, OnnxTensor> outputs;
        private OrtSession session;
        private Predictor<float[], float[]> predictor;

        @Setup
        public void open(ModelServerBenchmark shared) throws OrtException {
            session = shared.session;
            Random random = new Random(7);
            row = new float[shared.in];
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) random.nextGaussian();
            }
            answer = new float[shared.out];
            input = floats(shared.in);
            output = floats(shared.out);
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            inputs = Map.of("x", OnnxTensor.createTensor(environment, input, new long[] {1, shared.in}));
            outputs = Map.of("y", OnnxTensor.createTensor(environment, output, new long[] {1, shared.out}));
            predictor = shared.djl.newPredictor(new RowTranslator());
        }

        @TearDown
        public void close() {
            predictor.close();
            inputs.values().forEach(OnnxTensor::close);
            outputs.values().forEach(OnnxTensor::close);
        }

        private float[] pinned() throws OrtException {
            input.clear().put(row);
            session.run(inputs, outputs).close();
            output.clear().get(answer);
            return answer;
        }

        private static FloatBuffer floats(int size) {
            return ByteBuffer.allocateDirect(4 * size)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
        }
    }

    private static final class RowTranslator implements Translator<float[], float[]> {
        @Override
        public Batchifier getBatchifier() {
            return null;
        }

        @Override
        public NDList processInput(TranslatorContext context, float[] row) {
            return new NDList(context.getNDManager().create(row, new Shape(1, row.length)));
        }

        @Override
        public float[] processOutput(TranslatorContext context, NDList list) {
            return list.singletonOrThrow().toFloatArray();
        }
    }

    private static byte[] mlp(int... dims) {
        Random random = new Random(42);
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("mlp")
                .addInput(value("x", dims[0]))
                .addOutput(value("y", dims[dims.length - 1]));
        String at = "x";
        for (int i = 0; i + 1 < dims.length; i++) {
            boolean last = i + 2 == dims.length;
            graph.addInitializer(weights("w" + i, random, dims[i], dims[i + 1]));
            graph.addNode(node("MatMul", last ? "y" : "m" + i, at, "w" + i));
            if (!last) {
                graph.addNode(node("Relu", "r" + i, "m" + i));
            }
            at = "r" + i;
        }
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private static NodeProto node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(Arrays.asList(inputs))
                .addOutput(output)
                .build();
    }

    private static TensorProto weights(String name, Random random, int rows, int columns) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * rows * columns).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat((float) (random.nextGaussian() / Math.sqrt(rows)));
        }
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addDims(rows)
                .addDims(columns)
                .setRawData(ByteString.copyFrom(bytes.flip()))
                .build();
    }

    private static ValueInfoProto value(String name, int width) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"))
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(width));
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape)))
                .build();
    }
}

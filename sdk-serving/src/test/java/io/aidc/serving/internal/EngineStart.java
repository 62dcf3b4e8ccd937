package io.aidc.serving.internal;

import ai.onnxruntime.OrtEnvironment;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import io.aidc.serving.Answer;
import io.aidc.serving.ModelServer;
import io.aidc.serving.ModelSource;
import io.aidc.serving.RuntimeUnavailableException;
import io.aidc.serving.TestModels;
import io.aidc.serving.runtime.ModelRuntime;
import io.aidc.serving.runtime.djl.DjlRuntime;
import io.aidc.serving.runtime.ort.OrtRuntime;
import java.io.IOException;
import java.net.Proxy;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** What {@link EngineStartTest} runs in JVMs of their own, since an engine starts once per JVM. */
final class EngineStart {
    private static final List<String> CALLS = Collections.synchronizedList(new ArrayList<>());

    /** The C library's view of the environment, which differs from {@code System.getenv} by design. */
    interface Environment extends Library {
        String getenv(String name);
    }

    private EngineStart() {}

    public static void main(String[] steps) throws Exception {
        URL.setURLStreamHandlerFactory(protocol -> protocol.startsWith("http") ? new Recorder() : null);
        List<String> results = new ArrayList<>();
        for (String step : steps) {
            results.add(step + "=" + run(step));
        }
        List<String> leftOver = List.of("OPT_OUT_TRACKING", "ai.djl.offline", "ai.djl.onnxruntime.num_threads").stream()
                .filter(key -> System.getProperty(key) != null)
                .toList();
        results.add("calls=" + CALLS.size());
        results.add("leftOver=" + leftOver);
        Files.writeString(Path.of(System.getProperty("result")), String.join(" ", results));
    }

    private static String run(String step) throws Exception {
        return switch (step) {
            case "ort" -> serve(new OrtRuntime());
            case "djl" -> serve(new DjlRuntime());
            case "telemetry" ->
                Native.load(Platform.C_LIBRARY_NAME, Environment.class).getenv(OnnxTelemetry.OPT_OUT);
            case "foreign" -> OrtEnvironment.getEnvironment().getVersion();
            case "bareDjl" ->
                Class.forName("ai.djl.engine.Engine")
                        .getMethod("getEngine", String.class)
                        .invoke(null, "OnnxRuntime")
                        .getClass()
                        .getSimpleName();
            default -> throw new IllegalArgumentException(step);
        };
    }

    private static String serve(ModelRuntime runtime) {
        float[] row = {1, 2, 3};
        double[] expected = TestModels.mlpReference(4, row, 3, 2);
        try (ModelServer server = ModelServer.onnx(ModelSource.of(TestModels.mlp(4, 3, 2)))
                .runtime(runtime)
                .open()) {
            float[] got = ((Answer.Scored) server.ask(row).join()).output().floats();
            return Math.abs(got[0] - expected[0]) + Math.abs(got[1] - expected[1]) < 1e-5
                    ? "right"
                    : Arrays.toString(got);
        } catch (RuntimeUnavailableException e) {
            return "unavailable(" + String.valueOf(e.getMessage()).replace(' ', '_') + ")";
        }
    }

    private static final class Recorder extends URLStreamHandler {
        @Override
        protected URLConnection openConnection(URL url) throws IOException {
            CALLS.add(url.toString());
            throw new IOException("no network in this test");
        }

        @Override
        protected URLConnection openConnection(URL url, Proxy proxy) throws IOException {
            return openConnection(url);
        }
    }
}

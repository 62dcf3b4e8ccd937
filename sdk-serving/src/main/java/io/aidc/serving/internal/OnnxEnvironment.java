package io.aidc.serving.internal;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.aidc.serving.RuntimeUnavailableException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the one ONNX Runtime environment of the JVM, for every runtime of this module.
 *
 * <p>The order matters: DJL's engine insists on creating the environment itself and dies if somebody was first, whereas
 * ONNX Runtime is content with an environment that is there. So if DJL's engine is on the class path it goes first,
 * whichever runtime is asked for. It is reached by reflection, because it may be absent.
 *
 * <p>While DJL starts, its usage tracking is off, its second engine (which may download libraries) is off, and its
 * global thread pool has one thread, since each session brings its own.
 */
public final class OnnxEnvironment {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxEnvironment.class);
    private static final String DJL_ENGINE = "ai.djl.onnxruntime.engine.OrtEngine";
    private static final Map<String, String> WHILE_DJL_STARTS = Map.of(
            "OPT_OUT_TRACKING", "true",
            "ai.djl.offline", "true",
            "ai.djl.onnxruntime.num_threads", "1",
            "ai.djl.onnxruntime.num_interop_threads", "1");

    private OnnxEnvironment() {}

    /**
     * Returns the environment, starting it if need be.
     *
     * @return the one of this JVM
     * @throws RuntimeUnavailableException if the native library does not load here
     */
    public static OrtEnvironment shared() {
        try {
            return Holder.STARTED.environment;
        } catch (LinkageError e) {
            throw new RuntimeUnavailableException(
                    "ONNX Runtime does not start on %s %s: %s. It needs com.microsoft.onnxruntime:onnxruntime and a platform that jar has a library for"
                            .formatted(System.getProperty("os.name"), System.getProperty("os.arch"), e),
                    e);
        }
    }

    /**
     * Checks that DJL's engine runs on the shared environment.
     *
     * @throws RuntimeUnavailableException if its jars are absent, or ONNX Runtime was started before it by other code
     */
    public static void requireDjl() {
        shared();
        Throwable failure = Holder.STARTED.djlFailure;
        if (failure instanceof ClassNotFoundException || failure instanceof NoClassDefFoundError) {
            throw new RuntimeUnavailableException(
                    "DJL is not on the class path: add ai.djl:api and ai.djl.onnxruntime:onnxruntime-engine", failure);
        }
        if (failure != null) {
            throw new RuntimeUnavailableException(
                    "DJL's OnnxRuntime engine did not start. If other code of this application uses ONNX Runtime directly, open the first model of this module before it: DJL has to be the first",
                    failure);
        }
    }

    private record Started(
            OrtEnvironment environment, @Nullable Throwable djlFailure) {}

    private static final class Holder {
        static final Started STARTED = start();

        private static Started start() {
            OnnxTelemetry.switchOff();
            Throwable djlFailure = startDjl();
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try {
                environment.setTelemetry(false);
            } catch (OrtException e) {
                LOG.debug("ONNX Runtime has no telemetry to switch off on this platform", e);
            }
            LOG.debug("ONNX Runtime started version={} djl={}", environment.getVersion(), djlFailure == null);
            return new Started(environment, djlFailure);
        }
    }

    private static @Nullable Throwable startDjl() {
        Map<String, @Nullable String> before = new LinkedHashMap<>();
        try {
            Class.forName(DJL_ENGINE, false, OnnxEnvironment.class.getClassLoader());
            WHILE_DJL_STARTS.forEach((key, value) -> before.put(key, System.setProperty(key, value)));
            if (System.getProperty("ai.djl.onnx.disable_alternative") == null) {
                // asked for on each new manager, hence not put back
                System.setProperty("ai.djl.onnx.disable_alternative", "true");
            }
            Class.forName("ai.djl.engine.Engine")
                    .getMethod("getEngine", String.class)
                    .invoke(null, "OnnxRuntime");
            return null;
        } catch (ReflectiveOperationException | LinkageError e) {
            if (!before.isEmpty()) {
                LOG.warn("DJL's OnnxRuntime engine did not start, OrtRuntime goes on without it", e);
            }
            return e;
        } finally {
            before.forEach(OnnxEnvironment::restore);
        }
    }

    private static void restore(String key, @Nullable String value) {
        if (value == null) {
            System.clearProperty(key);
        } else {
            System.setProperty(key, value);
        }
    }
}

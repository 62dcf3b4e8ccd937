package io.aidc.serving.internal;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps ONNX Runtime from calling home, from before its library is loaded.
 *
 * <p>Since 1.29.0 the library starts an uploader of its own on Linux and macOS while it loads, before any call could
 * switch it off. That start also matches the process' command line against a recursive regular expression, which
 * overflows the stack and ends the JVM when the class path is longer than about 3,000 characters. Both are skipped if
 * an environment variable is set; the JDK cannot set one in its own process, the C library can.
 *
 * @see <a href="https://github.com/vespa-engine/vespa/pull/37786">the same crash, found by others</a>
 */
final class OnnxTelemetry {
    static final String OPT_OUT = "ORT_DISABLE_TELEMETRY";

    private static final Logger LOG = LoggerFactory.getLogger(OnnxTelemetry.class);

    /** What is needed of the C library; the names are its own. */
    interface Environment extends Library {
        int setenv(String name, String value, int overwrite);
    }

    private OnnxTelemetry() {}

    /** Sets the variable unless the user did; on Windows there is nothing of the kind to stop. */
    static void switchOff() {
        if (Platform.isWindows()) {
            return;
        }
        try {
            Native.load(Platform.C_LIBRARY_NAME, Environment.class).setenv(OPT_OUT, "1", 0);
        } catch (LinkageError e) {
            LOG.warn("ONNX Runtime's telemetry stays on: set {}=1 in the environment of this process", OPT_OUT, e);
        }
    }
}

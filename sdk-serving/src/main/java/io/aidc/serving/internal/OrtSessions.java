package io.aidc.serving.internal;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;

/** Decides once how every session of this module is set up. */
public final class OrtSessions {
    private OrtSessions() {}

    /**
     * Makes the options for one session.
     *
     * @param threads how many threads one run may use, &ge; 1
     * @return options to be closed after the session is created
     * @throws OrtException if ONNX Runtime refuses one of them
     */
    public static SessionOptions options(int threads) throws OrtException {
        SessionOptions options = new SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        options.addConfigEntry("session.inter_op.allow_spinning", "0");
        // or else the bytes could be ONNX Runtime's own format, which is not checked as an ONNX graph is
        options.addConfigEntry("session.load_model_format", "ONNX");
        return options;
    }
}

package io.aidc.serving.internal;

import ai.onnxruntime.OrtException;
import io.aidc.serving.ModelLoadException;
import io.aidc.serving.ModelLoadException.Reason;

/** Gives names to ONNX Runtime's refusals, which it tells apart by code and, where that is too coarse, by text. */
public final class OrtErrors {
    private OrtErrors() {}

    /**
     * Wraps a refusal at load.
     *
     * @param version the model
     * @param e what ONNX Runtime threw
     * @return the exception to throw
     */
    public static ModelLoadException refusal(String version, OrtException e) {
        return new ModelLoadException(
                reason(e), "Model '%s' cannot be loaded: %s".formatted(version, e.getMessage()), e);
    }

    private static Reason reason(OrtException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("Invalid ONNXType")) {
            return Reason.UNSUPPORTED_TYPE;
        }
        if (text.contains("is not a registered function/op") || text.contains("No Op registered for")) {
            return Reason.UNSUPPORTED_OPERATOR;
        }
        if (text.contains("ValidateOpsetForDomain")) {
            return Reason.UNSUPPORTED_OPSET;
        }
        return switch (e.getCode()) {
            case ORT_INVALID_PROTOBUF, ORT_NO_MODEL -> Reason.NOT_A_MODEL;
            case ORT_NOT_IMPLEMENTED -> Reason.UNSUPPORTED_OPERATOR;
            case ORT_INVALID_GRAPH -> Reason.INVALID_GRAPH;
            default -> Reason.REFUSED;
        };
    }
}

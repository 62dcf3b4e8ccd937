package io.aidc.serving;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a model cannot be served.
 *
 * <p>Nothing is left behind: no session, no thread, no file, and the plaintext of a confidential model is wiped. Only
 * {@link Reason#UNREADABLE} may be worth another try.
 */
public final class ModelLoadException extends ServingException {
    private static final long serialVersionUID = 1;

    /** The kind of refusal. */
    private final Reason reason;

    /**
     * Creates the exception, for runtimes.
     *
     * @param reason the kind of refusal
     * @param message which model and what about it
     * @param cause what was thrown, if anything was
     */
    public ModelLoadException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * Returns the kind of refusal.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }

    /** Why a model was refused. */
    public enum Reason {
        /** The bytes are not an ONNX model. */
        NOT_A_MODEL,
        /** The graph contradicts itself or the ONNX specification. */
        INVALID_GRAPH,
        /** The engine does not know an operator, or not for the types it is used with. */
        UNSUPPORTED_OPERATOR,
        /** The model asks for a newer operator set than the engine has. */
        UNSUPPORTED_OPSET,
        /** An input or output has a type that {@link ElementType} does not list, or is not a tensor. */
        UNSUPPORTED_TYPE,
        /** The weights lie outside the model bytes; files that a model names are never opened. */
        EXTERNAL_DATA,
        /** The bytes could not be read, decrypted or held in one buffer. */
        UNREADABLE,
        /** The runtime cannot keep the plaintext of a confidential model to itself, or it must be edited first. */
        CONFIDENTIAL,
        /** The engine refused it for another reason, which the message gives. */
        REFUSED
    }
}

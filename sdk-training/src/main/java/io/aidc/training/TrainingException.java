package io.aidc.training;

import org.jspecify.annotations.Nullable;

/** Says that training, or reading its data, failed for a reason the caller could not rule out beforehand. */
public abstract sealed class TrainingException extends RuntimeException
        permits DivergedException,
                MalformedFileException,
                MalformedTableException,
                MemoryExceededException,
                NativeLibraryException,
                WorkerLostException {
    private static final long serialVersionUID = 1;

    TrainingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

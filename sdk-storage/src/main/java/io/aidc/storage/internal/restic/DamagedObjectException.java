package io.aidc.storage.internal.restic;

import java.io.IOException;
import java.io.Serial;

/** Says that an object of the repository is not what was once written. */
public final class DamagedObjectException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String object;
    private final String reason;

    public DamagedObjectException(String object, String reason) {
        super("%s is damaged: %s".formatted(object, reason));
        this.object = object;
        this.reason = reason;
    }

    DamagedObjectException(String object, IllegalArgumentException cause) {
        this(object, String.valueOf(cause.getMessage()));
        initCause(cause);
    }

    public String object() {
        return object;
    }

    public String reason() {
        return reason;
    }
}

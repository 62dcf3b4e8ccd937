package io.aidc.storage.internal.replica;

import java.io.IOException;
import java.io.Serial;
import java.util.List;

/** Says that fewer nodes than needed stored some content. */
public final class TooFewCopiesException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int needed;
    private final int stored;

    TooFewCopiesException(int needed, int stored, int nodes, List<Throwable> reasons) {
        super("%d of %d nodes stored the content, %d are needed%s"
                .formatted(stored, nodes, needed, reasons.isEmpty() ? "" : ": " + reasons));
        reasons.forEach(this::addSuppressed);
        this.needed = needed;
        this.stored = stored;
    }

    /** Returns how many nodes must store content. */
    public int needed() {
        return needed;
    }

    /** Returns how many did. */
    public int stored() {
        return stored;
    }
}

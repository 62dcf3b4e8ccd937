package io.aidc.privacy.internal;

import java.io.IOException;

/** A log does not hold together. The file is left as it was. */
public final class DamagedLogException extends IOException {
    private static final long serialVersionUID = 1;

    /** The number of the first record that cannot be trusted; 0 is the header. */
    private final long record;

    private final String problem;

    DamagedLogException(long record, String problem) {
        super(problem);
        this.record = record;
        this.problem = problem;
    }

    /**
     * Returns what is wrong.
     *
     * @return the message
     */
    public String problem() {
        return problem;
    }

    /**
     * Returns where the trouble begins.
     *
     * @return the number of the first record that cannot be trusted; 0 is the header
     */
    public long record() {
        return record;
    }
}

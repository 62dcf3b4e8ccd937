package io.aidc.security.internal;

/** Says what a PEM text should have held. It carries nothing of the text, which may be a key. */
public final class PemException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Fault fault;

    /** What kind of rule was broken. */
    public enum Fault {
        /** The text is not PEM. */
        MALFORMED,
        /** It holds more blocks than are allowed. */
        TOO_MANY
    }

    PemException(Fault fault, String rule) {
        super(rule);
        this.fault = fault;
    }

    /**
     * Returns the kind of rule.
     *
     * @return the fault
     */
    public Fault fault() {
        return fault;
    }
}

package io.aidc.security.internal;

/** Says what a JSON text should have held. */
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String rule;

    /**
     * Names the rule.
     *
     * @param rule what was found or expected
     */
    public JsonException(String rule) {
        super(rule);
        this.rule = rule;
    }

    /** Returns the broken rule. */
    @Override
    public String getMessage() {
        return rule;
    }
}

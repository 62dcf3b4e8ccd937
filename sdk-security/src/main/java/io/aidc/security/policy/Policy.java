package io.aidc.security.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One rule of a {@link PolicySet}.
 *
 * <p><em>Immutable.</em>
 */
public final class Policy {
    /** What a policy does where it applies. */
    public enum Effect {
        /** Allows the request, unless another policy forbids it. */
        PERMIT,
        /** Forbids the request, whatever permits it. */
        FORBID
    }

    /** {@code when { expr }} or {@code unless { expr }}. */
    record Condition(int at, boolean isWhen, Expr expr) {}

    /** The part that decides. */
    record Body(Scope principal, Scope action, Scope resource, List<Condition> conditions) {}

    private final String id;
    private final Effect effect;
    private final Map<String, String> annotations;
    private final Body body;
    private final Source source;
    private final int start;
    private final int end;

    Policy(String id, Effect effect, Map<String, String> annotations, Body body, Source source, int start, int end) {
        this.id = id;
        this.effect = effect;
        this.annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
        this.body = body;
        this.source = source;
        this.start = start;
        this.end = end;
    }

    /**
     * Returns the name that decisions call it by.
     *
     * @return such as {@code policy0}, unique in its set
     */
    public String id() {
        return id;
    }

    /**
     * Returns what it does where it applies.
     *
     * @return permit or forbid
     */
    public Effect effect() {
        return effect;
    }

    /**
     * Returns its annotations, which decide nothing.
     *
     * @return by name, in the order of the text; an empty string where one has no value
     */
    public Map<String, String> annotations() {
        return annotations;
    }

    /**
     * Returns its text.
     *
     * @return as written, with its annotations and without what stands around it
     */
    public String text() {
        return source.text().substring(start, end);
    }

    /**
     * Returns where it begins.
     *
     * @return the line in the text it was read from, counted from 1
     */
    public int line() {
        return source.line(start);
    }

    Body body() {
        return body;
    }

    Source source() {
        return source;
    }

    int start() {
        return start;
    }

    /** Where and why it has no answer. */
    String place(EvaluationFailure failure) {
        int at = failure.at();
        return "line " + source.line(at) + ", column " + source.column(at) + ": " + failure.fault();
    }

    /** The same under another name. */
    Policy named(String other) {
        return new Policy(other, effect, annotations, body, source, start, end);
    }

    /** The id and the effect. */
    @Override
    public String toString() {
        return "Policy[%s, %s]".formatted(id, effect);
    }
}

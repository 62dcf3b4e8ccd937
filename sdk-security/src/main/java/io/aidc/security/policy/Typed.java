package io.aidc.security.policy;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the type checker found out about an expression.
 *
 * @param type its type; null if it has none, for a reason that is reported already
 * @param gains what is safe to read where the expression is true: keys of {@link TypeChecker}
 */
record Typed(@Nullable CedarType type, Set<String> gains) {
    static final Typed UNKNOWN = new Typed(null, Set.of());

    static Typed of(@Nullable CedarType type) {
        return new Typed(type, Set.of());
    }

    boolean is(CedarType.Truth truth) {
        return truth.equals(type);
    }
}

package io.aidc.security.policy;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of what is safe to read where an expression stands: those gained around it, and those gained just before.
 * <em>Confined: one thread.</em>
 */
final class Held {
    private final @Nullable Held outer;
    private final Set<String> gained = new HashSet<>();

    private Held(@Nullable Held outer) {
        this.outer = outer;
    }

    static Held nothing() {
        return new Held(null);
    }

    /** These, to which others can be added. */
    Held inner() {
        return new Held(this);
    }

    Held plus(Set<String> keys) {
        gained.addAll(keys);
        return this;
    }

    boolean contains(String key) {
        for (Held held = this; held != null; held = held.outer) {
            if (held.gained.contains(key)) {
                return true;
            }
        }
        return false;
    }
}

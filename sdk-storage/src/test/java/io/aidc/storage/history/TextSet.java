package io.aidc.storage.history;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A set of texts that starts empty. */
public final class TextSet implements Model<Set<String>, TextSet.Operation> {
    public sealed interface Operation {}

    public record Add(String element) implements Operation {}

    public record Remove(String element) implements Operation {}

    /** An answered listing. */
    public record Members(Set<String> seen) implements Operation {}

    @Override
    public Set<String> initial() {
        return Set.of();
    }

    @Override
    public Optional<Set<String>> step(Set<String> state, Operation operation) {
        if (operation instanceof Members members) {
            return members.seen().equals(state) ? Optional.of(state) : Optional.empty();
        }
        Set<String> next = new TreeSet<>(state);
        if (operation instanceof Add add) {
            next.add(add.element());
        } else {
            next.remove(((Remove) operation).element());
        }
        return Optional.of(next);
    }
}

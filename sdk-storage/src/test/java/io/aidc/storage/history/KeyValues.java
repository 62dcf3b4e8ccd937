package io.aidc.storage.history;

import java.util.Optional;

/** Texts by key; a missing key is the empty text. */
public final class KeyValues implements Model<String, KeyValues.Operation> {
    public sealed interface Operation {
        String key();
    }

    /** An answered read. */
    public record Get(String key, String seen) implements Operation {}

    public record Put(String key, String value) implements Operation {}

    public record Append(String key, String value) implements Operation {}

    @Override
    public String initial() {
        return "";
    }

    @Override
    public Optional<String> step(String state, Operation operation) {
        if (operation instanceof Put put) {
            return Optional.of(put.value());
        }
        if (operation instanceof Append append) {
            return Optional.of(state + append.value());
        }
        return ((Get) operation).seen().equals(state) ? Optional.of(state) : Optional.empty();
    }

    @Override
    public Object part(Operation operation) {
        return operation.key();
    }
}

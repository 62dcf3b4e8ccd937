package io.aidc.storage.history;

import java.util.Optional;

/** Registers by name that are read, written and compared-and-set; each starts as {@link #NIL}. */
public final class CasRegister implements Model<String, CasRegister.Operation> {
    public static final String NIL = "nil";

    public sealed interface Operation {
        String register();
    }

    /** An answered read; one without an answer says nothing and is left out of the history. */
    public record Read(String register, String seen) implements Operation {}

    public record Write(String register, String value) implements Operation {}

    public record Cas(String register, String from, String to, Ending ending) implements Operation {}

    @Override
    public String initial() {
        return NIL;
    }

    @Override
    public Optional<String> step(String state, Operation operation) {
        if (operation instanceof Write write) {
            return Optional.of(write.value());
        }
        if (operation instanceof Read read) {
            return read.seen().equals(state) ? Optional.of(state) : Optional.empty();
        }
        var cas = (Cas) operation;
        boolean equal = cas.from().equals(state);
        return cas.ending().allows(equal) ? Optional.of(equal ? cas.to() : state) : Optional.empty();
    }

    @Override
    public Object part(Operation operation) {
        return operation.register();
    }
}

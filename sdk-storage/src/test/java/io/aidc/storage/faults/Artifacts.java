package io.aidc.storage.faults;

import io.aidc.storage.history.Ending;
import io.aidc.storage.history.Model;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Versions by name and one alias on them, changed together. */
final class Artifacts implements Model<Artifacts.State, Artifacts.Operation> {
    record State(Set<String> labels, String alias) {}

    sealed interface Operation {
        String name();
    }

    /** Adds a label and moves the alias to it; refused if the alias is not at the expected label, unless that is nil. */
    record Publish(String name, String label, String expected, Ending ending) implements Operation {}

    /** Moves the alias to a label; refused if there is no such label. */
    record Move(String name, String label, Ending ending) implements Operation {}

    /** Where an answered resolution of the alias ended. */
    record Resolve(String name, String seen) implements Operation {}

    record Labels(String name, Set<String> seen) implements Operation {}

    @Override
    public State initial() {
        return new State(Set.of(), Answer.NIL);
    }

    @Override
    public Optional<State> step(State state, Operation operation) {
        if (operation instanceof Publish publish) {
            boolean holds =
                    publish.expected().equals(Answer.NIL) || publish.expected().equals(state.alias());
            return publish.ending().allows(holds)
                    ? Optional.of(holds ? with(state, publish.label()) : state)
                    : Optional.empty();
        }
        if (operation instanceof Move move) {
            boolean holds = state.labels().contains(move.label());
            return move.ending().allows(holds)
                    ? Optional.of(holds ? new State(state.labels(), move.label()) : state)
                    : Optional.empty();
        }
        boolean seen = operation instanceof Resolve resolve
                ? resolve.seen().equals(state.alias())
                : ((Labels) operation).seen().equals(state.labels());
        return seen ? Optional.of(state) : Optional.empty();
    }

    private static State with(State state, String label) {
        Set<String> labels = new TreeSet<>(state.labels());
        labels.add(label);
        return new State(labels, label);
    }

    @Override
    public Object part(Operation operation) {
        return operation.name();
    }
}

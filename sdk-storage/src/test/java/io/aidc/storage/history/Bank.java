package io.aidc.storage.history;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Accounts between which money moves; none may fall below zero. */
public final class Bank implements Model<Map<String, Long>, Bank.Operation> {
    public sealed interface Operation {}

    /** An answered look at all accounts at once. */
    public record Look(Map<String, Long> seen) implements Operation {}

    /** Refused if the first account has too little. */
    public record Transfer(String from, String to, long amount, Ending ending) implements Operation {}

    private final Map<String, Long> opening;

    public Bank(Map<String, Long> opening) {
        this.opening = Map.copyOf(opening);
    }

    @Override
    public Map<String, Long> initial() {
        return opening;
    }

    @Override
    public Optional<Map<String, Long>> step(Map<String, Long> state, Operation operation) {
        if (operation instanceof Look look) {
            return look.seen().equals(state) ? Optional.of(state) : Optional.empty();
        }
        var transfer = (Transfer) operation;
        boolean covered = state.getOrDefault(transfer.from(), 0L) >= transfer.amount();
        if (!transfer.ending().allows(covered)) {
            return Optional.empty();
        }
        return Optional.of(covered ? after(state, transfer) : state);
    }

    private static Map<String, Long> after(Map<String, Long> state, Transfer transfer) {
        Map<String, Long> next = new HashMap<>(state);
        next.merge(transfer.from(), -transfer.amount(), Long::sum);
        next.merge(transfer.to(), transfer.amount(), Long::sum);
        return next;
    }
}

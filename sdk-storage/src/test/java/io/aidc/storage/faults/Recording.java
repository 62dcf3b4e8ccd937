package io.aidc.storage.faults;

import io.aidc.storage.history.Call;
import io.aidc.storage.history.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The calls of one kind of object, as they end.
 *
 * <p>Thread-safe.
 */
final class Recording<O> {
    /** A write that ended as unknown and can be asked about. */
    private record Unsettled<O>(
            String process, long invoked, String requestId, Function<Ending, Optional<O>> operation) {}

    private final List<Call<O>> calls = new ArrayList<>();
    private final List<Unsettled<O>> unsettled = new ArrayList<>();

    synchronized void read(String process, long invoked, O operation) {
        calls.add(new Call<>(process, operation, invoked, System.nanoTime()));
    }

    /** Adds a write; what a refused one says, if anything, is up to the function. */
    synchronized void write(String process, long invoked, Answer answer, Function<Ending, Optional<O>> operation) {
        switch (answer.kind()) {
            case COMMITTED -> add(process, operation.apply(Ending.DONE), invoked, System.nanoTime());
            case REJECTED -> add(process, operation.apply(Ending.REFUSED), invoked, System.nanoTime());
            case UNKNOWN -> unsettled.add(new Unsettled<>(process, invoked, answer.first(), operation));
            default -> add(process, operation.apply(Ending.UNKNOWN), invoked, Call.OPEN);
        }
    }

    private void add(String process, Optional<O> operation, long invoked, long returned) {
        operation.ifPresent(known -> calls.add(new Call<>(process, known, invoked, returned)));
    }

    /** Asks how the unknown writes ended. A rejected one never takes effect, so it is left out. */
    synchronized void settle(Function<String, Answer> ask) {
        for (Unsettled<O> write : unsettled) {
            Answer answer = ask.apply(write.requestId());
            switch (answer.kind()) {
                case COMMITTED ->
                    add(write.process(), write.operation().apply(Ending.DONE), write.invoked(), System.nanoTime());
                case REJECTED -> {}
                default -> add(write.process(), write.operation().apply(Ending.UNKNOWN), write.invoked(), Call.OPEN);
            }
        }
        unsettled.clear();
    }

    synchronized List<Call<O>> calls() {
        return List.copyOf(calls);
    }
}

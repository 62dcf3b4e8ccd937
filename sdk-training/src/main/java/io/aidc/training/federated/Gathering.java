package io.aidc.training.federated;

import io.aidc.training.federated.ClientOutcome.Status;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks clients, takes answers until all or enough have come or the time is over, and says what became of each.
 *
 * <p>An answer is taken in on the thread that brings it, which thereby waits until it is: so a pool that computes answers never
 * runs ahead of what takes them in, and at most one answer a thread is in memory. Thread-safe within {@link #run}.
 *
 * @param <A> what clients answer
 */
final class Gathering<A> {
    /** Takes answers in. */
    @FunctionalInterface
    interface Intake<A> {
        /**
         * Checks an answer, several at a time.
         *
         * @return what takes it in, called one at a time, if it is not too late by then; tells what is wrong after all, or
         *     null
         * @throws IllegalArgumentException if it is malformed
         */
        Taking check(String client, A answer);
    }

    /** Takes one answer in. */
    @FunctionalInterface
    interface Taking {
        @Nullable
        String take();
    }

    private final Object lock = new Object();
    private final List<String> asked;
    private final int enough;
    private final Intake<A> intake;
    private final Consumer<ClientOutcome> listener;
    private final Map<String, ClientOutcome> outcomes = new LinkedHashMap<>();
    private int answered;
    private boolean closed;
    private boolean late;
    /** Listeners that have not returned yet, whose exceptions count. */
    private int telling;

    private @Nullable Throwable broken;

    Gathering(List<String> asked, int enough, Intake<A> intake, Consumer<ClientOutcome> listener) {
        this.asked = asked;
        this.enough = enough;
        this.intake = intake;
        this.listener = listener;
    }

    /** Gives an outcome for everyone asked, in their order. */
    Map<String, ClientOutcome> run(
            Function<String, CompletableFuture<A>> ask, @Nullable Duration limit, Deadlines deadlines)
            throws InterruptedException {
        Map<String, CompletableFuture<A>> futures = new LinkedHashMap<>();
        Runnable undo = limit == null ? () -> {} : deadlines.after(limit, this::timeIsOver);
        try {
            for (String client : asked) {
                futures.put(client, ask(client, ask));
            }
            await();
        } finally {
            undo.run();
            synchronized (lock) {
                closed = true;
            }
            futures.values().forEach(future -> future.cancel(true));
        }
        return complete();
    }

    private CompletableFuture<A> ask(String client, Function<String, CompletableFuture<A>> ask) {
        CompletableFuture<A> future;
        try {
            future = ask.apply(client);
        } catch (RuntimeException e) {
            future = CompletableFuture.failedFuture(e);
        }
        var unused = future.whenComplete((answer, failure) -> arrive(client, answer, failure));
        return future;
    }

    private void arrive(String client, @Nullable A answer, @Nullable Throwable failure) {
        synchronized (lock) {
            if (closed) {
                return;
            }
        }
        try {
            ClientOutcome outcome = outcome(client, answer, failure);
            if (outcome != null) {
                tell(outcome);
            }
        } catch (RuntimeException | Error e) {
            synchronized (lock) {
                broken = broken == null ? e : broken;
                lock.notifyAll();
            }
        }
    }

    private void tell(ClientOutcome outcome) {
        try {
            listener.accept(outcome);
        } finally {
            synchronized (lock) {
                telling--;
                lock.notifyAll();
            }
        }
    }

    /** Takes an answer in; gives null if it comes too late. */
    private @Nullable ClientOutcome outcome(String client, @Nullable A answer, @Nullable Throwable failure) {
        if (failure != null) {
            Throwable cause = cause(failure);
            Status status = cause instanceof MalformedUpdateException ? Status.MALFORMED : Status.FAILED;
            return settle(client, () -> new ClientOutcome(client, status, text(cause)));
        } else if (answer == null) {
            return settle(client, () -> new ClientOutcome(client, Status.MALFORMED, "it answered null"));
        }
        Taking taking;
        try {
            taking = intake.check(client, answer);
        } catch (IllegalArgumentException e) {
            return settle(client, () -> new ClientOutcome(client, Status.MALFORMED, String.valueOf(e.getMessage())));
        }
        return settle(client, () -> {
            String wrong = taking.take();
            return wrong == null
                    ? new ClientOutcome(client, Status.ANSWERED, "")
                    : new ClientOutcome(client, Status.MALFORMED, wrong);
        });
    }

    private interface Verdict {
        ClientOutcome give();
    }

    private @Nullable ClientOutcome settle(String client, Verdict verdict) {
        synchronized (lock) {
            if (closed || outcomes.containsKey(client)) {
                return null;
            }
            ClientOutcome outcome = verdict.give();
            outcomes.put(client, outcome);
            telling++;
            if (outcome.status() == Status.ANSWERED) {
                answered++;
                closed = answered >= enough;
            }
            lock.notifyAll();
            return outcome;
        }
    }

    private void timeIsOver() {
        synchronized (lock) {
            late = !closed && outcomes.size() < asked.size();
            closed = true;
            lock.notifyAll();
        }
    }

    private void await() throws InterruptedException {
        synchronized (lock) {
            while (broken == null && (telling > 0 || (!closed && outcomes.size() < asked.size()))) {
                lock.wait();
            }
        }
    }

    private Map<String, ClientOutcome> complete() {
        synchronized (lock) {
            if (broken instanceof RuntimeException exception) {
                throw exception;
            } else if (broken instanceof Error error) {
                throw error;
            }
            Status missing = late ? Status.LATE : Status.SURPLUS;
            Map<String, ClientOutcome> result = new LinkedHashMap<>();
            for (String client : asked) {
                ClientOutcome known = outcomes.get(client);
                result.put(client, known == null ? new ClientOutcome(client, missing, "") : known);
            }
            return result;
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage();
        String kind = cause.getClass().getSimpleName();
        return message == null || message.isEmpty() ? kind : kind + ": " + message;
    }
}

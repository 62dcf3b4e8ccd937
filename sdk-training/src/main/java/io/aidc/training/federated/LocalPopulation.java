package io.aidc.training.federated;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs clients of this JVM on a bounded number of threads, each client made when its turn comes.
 *
 * <p>A client that is no longer waited for is interrupted and its turn given to the next at once; if it ignores the interrupt,
 * its thread goes on, beyond the bound, until it returns.
 */
final class LocalPopulation implements Population, AutoCloseable {
    /** Where clients come from; exactly one of the two makers is there. */
    record Source(
            List<String> names,
            @Nullable Function<String, FederatedClient> clients,
            @Nullable Function<String, MaskedClient> masked) {}

    private static final Logger LOG = LoggerFactory.getLogger(LocalPopulation.class);
    private static final int CLOSE_SECONDS = 2;

    private final Source source;
    private final int threads;
    private final ExecutorService pool;
    private final Object lock = new Object();

    /** All below under the lock. */
    private final Map<String, Seat> seats = new HashMap<>();

    private final Deque<Ask<?>> waiting = new ArrayDeque<>();

    /** Clients that are no longer waited for and whose threads have not come back yet. */
    private final Set<String> busy = new HashSet<>();

    private int running;
    /** How many rounds are over; a client that is made in a later one than it was asked in is of no use. */
    private long roundsOver;

    LocalPopulation(Source source, int threads) {
        this.source = source;
        this.threads = threads;
        var count = new AtomicInteger();
        pool = Executors.newCachedThreadPool(runnable -> {
            var thread = new Thread(runnable, "aidc-training-client-" + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** A masked client in a round. Whichever of the round's end and its own answer comes last closes it. */
    private static final class Seat {
        private final MaskedClient client;
        private boolean answering;
        private boolean over;

        Seat(MaskedClient client) {
            this.client = client;
        }
    }

    @Override
    public List<String> available() {
        synchronized (lock) {
            return source.names().stream().filter(name -> !busy.contains(name)).toList();
        }
    }

    @Override
    public CompletableFuture<Update> train(String client, RoundTask task) {
        Function<String, FederatedClient> maker = source.clients();
        if (maker == null) {
            throw new UnsupportedOperationException("masked clients need secureAggregation");
        }
        return start(new Ask<>(client, () -> maker.apply(client).train(task)));
    }

    @Override
    public CompletableFuture<byte[]> relay(String client, RoundTask task, int step, byte[] message) {
        Function<String, MaskedClient> maker = source.masked();
        if (maker == null) {
            throw new UnsupportedOperationException("these clients mask nothing; give maskedClients");
        }
        long asked;
        synchronized (lock) {
            asked = roundsOver;
        }
        return start(new Ask<>(client, () -> {
            if (step == 0) {
                sit(client, maker.apply(client), asked);
            }
            return answer(client, task, step, message);
        }));
    }

    private void sit(String name, MaskedClient client, long asked) {
        boolean late;
        synchronized (lock) {
            late = roundsOver != asked;
            if (!late) {
                seats.put(name, new Seat(client));
            }
        }
        if (late) {
            client.close();
            throw new IllegalStateException("the round is over");
        }
    }

    private byte[] answer(String client, RoundTask task, int step, byte[] message) {
        Seat seat;
        synchronized (lock) {
            seat = seats.get(client);
            if (seat == null) {
                throw new IllegalStateException("it left the round");
            }
            seat.answering = true;
        }
        try {
            return seat.client.answer(task, step, message);
        } finally {
            boolean over;
            synchronized (lock) {
                seat.answering = false;
                over = seat.over;
            }
            if (over) {
                seat.client.close();
            }
        }
    }

    @Override
    public void roundOver(int round) {
        List<Seat> idle = new ArrayList<>();
        synchronized (lock) {
            roundsOver++;
            for (Seat seat : seats.values()) {
                seat.over = true;
                if (!seat.answering) {
                    idle.add(seat);
                }
            }
            seats.clear();
        }
        idle.forEach(seat -> seat.client.close());
    }

    private <T> CompletableFuture<T> start(Ask<T> ask) {
        synchronized (lock) {
            waiting.add(ask);
        }
        startNext();
        return ask;
    }

    private void startNext() {
        synchronized (lock) {
            while (running < threads && !waiting.isEmpty()) {
                Ask<?> next = waiting.remove();
                if (!next.isDone()) {
                    next.holdsTurn = true;
                    running++;
                    pool.execute(next);
                }
            }
        }
    }

    /** Ends the threads; one whose client ignores its interrupt is left behind. */
    @Override
    public void close() {
        pool.shutdownNow();
        boolean interrupted = Thread.interrupted();
        try {
            if (!pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A client ignores its interrupt and keeps its thread until it returns");
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One client's turn. */
    private final class Ask<T> extends CompletableFuture<T> implements Runnable {
        private final String client;
        private final Callable<T> work;
        /** Under the lock. */
        private boolean holdsTurn;
        /** Under the lock. */
        private @Nullable Thread thread;

        Ask(String client, Callable<T> work) {
            this.client = client;
            this.work = work;
        }

        @Override
        public void run() {
            synchronized (lock) {
                thread = isDone() ? null : Thread.currentThread();
            }
            try {
                if (!isDone()) {
                    complete(work.call());
                }
            } catch (Throwable e) { // whatever a client throws is the client's failure
                completeExceptionally(e);
            } finally {
                synchronized (lock) {
                    thread = null;
                    busy.remove(client);
                }
                giveTurn();
            }
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean cancelled = super.cancel(mayInterrupt);
            if (cancelled) {
                synchronized (lock) {
                    if (thread != null) {
                        thread.interrupt();
                        busy.add(client);
                    }
                }
                giveTurn();
            }
            return cancelled;
        }

        private void giveTurn() {
            synchronized (lock) {
                if (!holdsTurn) {
                    return;
                }
                holdsTurn = false;
                running--;
            }
            startNext();
        }
    }
}

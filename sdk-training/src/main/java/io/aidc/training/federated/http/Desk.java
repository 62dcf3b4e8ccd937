package io.aidc.training.federated.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps for each client what it is asked and the request with which it waits for that.
 *
 * <p>An assignment is handed out again to whoever asks under its client's name until it is answered or taken back, so a client
 * that lost it or was started again gets it again; an answer counts once. Thread-safe: one lock, under which nothing of others
 * is called.
 */
final class Desk {
    /** How many answered assignments of a client are remembered, so that a repeated answer is told from a late one. */
    private static final int REMEMBERED = 8;

    /** What became of an answer. */
    enum Receipt {
        TAKEN,
        REPEATED,
        OVER
    }

    /** A request that waits for an assignment. */
    interface Waiter {
        /** Answers with an assignment; called without the lock. */
        void assign(Assignment assignment);

        /** Answers that there is none; called without the lock. */
        void nothing();

        /** Answers that there will be none any more; called without the lock. */
        void finished();
    }

    private static final class Mailbox {
        private @Nullable Assignment current;
        private @Nullable Waiter waiter;
        private final Deque<String> answered = new ArrayDeque<>();
        private long seen;
        /** Whether the client knows that the run is over. */
        private boolean sentHome;
    }

    private final Duration presence;
    private final LongSupplier nanoTime;
    private final Map<String, Mailbox> boxes = new HashMap<>();
    private boolean finished;
    private boolean closed;

    Desk(Duration presence, LongSupplier nanoTime) {
        this.presence = presence;
        this.nanoTime = nanoTime;
    }

    /** Lists who waits for work or did a moment ago. */
    synchronized List<String> idle() {
        requireOpen();
        List<String> names = new ArrayList<>();
        boxes.forEach((name, box) -> {
            boolean there = box.waiter != null || nanoTime.getAsLong() - box.seen < presence.toNanos();
            if (there && box.current == null) {
                names.add(name);
            }
        });
        return names;
    }

    /** Blocks until so many are idle or the time is over. */
    synchronized boolean await(int clients, Duration time) throws InterruptedException {
        long end = nanoTime.getAsLong() + TimeUnit.NANOSECONDS.convert(time);
        while (idle().size() < clients) {
            long left = end - nanoTime.getAsLong();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return true;
    }

    /** Asks a client. */
    void assign(String client, Assignment assignment) {
        Waiter waiter;
        synchronized (this) {
            requireOpen();
            Mailbox box = boxes.computeIfAbsent(client, name -> new Mailbox());
            if (box.current != null) {
                throw new IllegalStateException("client %s is busy".formatted(client));
            }
            box.current = assignment;
            waiter = box.waiter;
            box.waiter = null;
        }
        if (waiter != null) {
            waiter.assign(assignment);
        }
    }

    /** Takes an assignment back; an answer to it is late from now on. */
    synchronized void takeBack(String client, Assignment assignment) {
        Mailbox box = boxes.get(client);
        if (box != null && box.current == assignment) {
            box.current = null;
            notifyAll();
        }
    }

    /** Takes a request for work; it waits if there is none. An older one of the same client gets nothing. */
    void ask(String client, Waiter waiter) {
        Assignment assignment = null;
        Waiter older = null;
        boolean home;
        boolean shut;
        synchronized (this) {
            home = finished;
            shut = closed;
            if (!home && !shut) {
                Mailbox box = boxes.computeIfAbsent(client, name -> new Mailbox());
                box.seen = nanoTime.getAsLong();
                assignment = box.current;
                older = box.waiter;
                box.waiter = assignment == null ? waiter : null;
                notifyAll();
            }
        }
        if (older != null) {
            older.nothing();
        }
        if (home) {
            waiter.finished();
            sentHome(client); // after the reply is on its way, which the server's end waits for
        } else if (shut) {
            waiter.nothing();
        } else if (assignment != null) {
            waiter.assign(assignment);
        }
    }

    /** Lets a request go that has waited long enough. */
    void giveUp(String client, Waiter waiter) {
        synchronized (this) {
            Mailbox box = boxes.get(client);
            if (box == null || !waiter.equals(box.waiter)) {
                return;
            }
            box.waiter = null;
            box.seen = nanoTime.getAsLong();
        }
        waiter.nothing();
    }

    /** Finds what an answer belongs to; null if it is repeated or late. */
    synchronized @Nullable Assignment open(String client, String id) {
        Mailbox box = boxes.get(client);
        Assignment current = box == null ? null : box.current;
        return current != null && current.id().equals(id) ? current : null;
    }

    /** Tells whether an assignment that is not open was answered before. */
    synchronized Receipt past(String client, String id) {
        Mailbox box = boxes.get(client);
        return box != null && box.answered.contains(id) ? Receipt.REPEATED : Receipt.OVER;
    }

    /** Marks an assignment as answered; of several answers at a time, one is taken. */
    synchronized Receipt answered(String client, Assignment assignment) {
        Mailbox box = boxes.get(client);
        if (box == null || box.current != assignment) {
            return past(client, assignment.id());
        }
        box.current = null;
        box.seen = nanoTime.getAsLong();
        box.answered.addLast(assignment.id());
        if (box.answered.size() > REMEMBERED) {
            box.answered.removeFirst();
        }
        notifyAll();
        return Receipt.TAKEN;
    }

    /** Counts an unreadable answer; tells whether the assignment is lost by it. */
    synchronized boolean damaged(Assignment assignment) {
        return assignment.damagedTooOften();
    }

    /** Sends everybody home, those that ask later too. */
    void finish() {
        List<Waiter> waiters;
        synchronized (this) {
            finished = true;
            boxes.values().forEach(box -> box.sentHome = box.waiter != null);
            waiters = takeWaiters();
        }
        waiters.forEach(Waiter::finished);
    }

    /** After {@link #finish}, waits until everybody who was there a moment ago has been sent home, or the time is over. */
    synchronized void awaitFarewell(Duration time) throws InterruptedException {
        long end = nanoTime.getAsLong() + time.toNanos();
        while (finished && !closed && boxes.values().stream().anyMatch(this::comesAgain)) {
            long left = end - nanoTime.getAsLong();
            if (left <= 0) {
                return;
            }
            wait(left / 1_000_000 + 1);
        }
    }

    private synchronized void sentHome(String client) {
        boxes.computeIfAbsent(client, name -> new Mailbox()).sentHome = true;
        notifyAll();
    }

    private boolean comesAgain(Mailbox box) {
        return !box.sentHome && nanoTime.getAsLong() - box.seen < presence.toNanos();
    }

    /** Lets all requests go and fails all assignments. */
    void close() {
        List<Waiter> waiters;
        List<Assignment> lost = new ArrayList<>();
        synchronized (this) {
            closed = true;
            waiters = takeWaiters();
            boxes.values().forEach(box -> {
                if (box.current != null) {
                    lost.add(box.current);
                    box.current = null;
                }
            });
            notifyAll();
        }
        lost.forEach(assignment -> assignment.fail(new IllegalStateException("the server was closed")));
        waiters.forEach(Waiter::nothing);
    }

    private List<Waiter> takeWaiters() {
        List<Waiter> waiters = new ArrayList<>();
        boxes.values().forEach(box -> {
            if (box.waiter != null) {
                waiters.add(box.waiter);
                box.waiter = null;
            }
        });
        return waiters;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the server is closed");
        }
    }
}

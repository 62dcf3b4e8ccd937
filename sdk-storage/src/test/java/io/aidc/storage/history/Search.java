package io.aidc.storage.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One search for an order, by the algorithm of Wing and Gong with Lowe's cache.
 *
 * <p>A linked list holds the events, invocations and returns, by time. Going from its start, an invocation whose call the
 * model allows is placed: call and return leave the list and the walk starts again. A return that is met belongs to a call
 * that should have been placed by now, so the last placement is taken back. It is over when each answered call is placed,
 * open calls or not, or when nothing is left to take back.
 *
 * <p>What was placed, as a set, together with the state decides how the search can go on; so no such pair is entered twice.
 * The whole set is compared, since equal hashes of different sets would give wrong verdicts.
 */
final class Search<S, O> {
    private record Configuration(BitSet placed, Object state) {}

    private record Placement<S, O>(Event<O> event, S before) {}

    /** An invocation, with its return if there is one; a return; or the start of the list. */
    private static final class Event<O> {
        private final int index;
        private final @Nullable Call<O> call;
        private final @Nullable Event<O> end;
        private @Nullable Event<O> previous;
        private @Nullable Event<O> next;

        private Event(int index, @Nullable Call<O> call, @Nullable Event<O> end) {
            this.index = index;
            this.call = call;
            this.end = end;
        }

        private void insertAfter(Event<O> other) {
            previous = other;
            next = other.next;
            restore();
        }

        private void remove() {
            Objects.requireNonNull(previous).next = next;
            if (next != null) {
                next.previous = previous;
            }
        }

        private void restore() {
            Objects.requireNonNull(previous).next = this;
            if (next != null) {
                next.previous = this;
            }
        }
    }

    private final Model<S, O> model;
    private final long maxSteps;
    private final Event<O> start = new Event<>(-1, null, null);
    private final Set<Configuration> seen = new HashSet<>();
    private final BitSet placed = new BitSet();
    private final Deque<Placement<S, O>> order = new ArrayDeque<>();
    private final List<Call<O>> longest = new ArrayList<>();
    private S state;
    private int unplaced;
    private long steps;

    Search(Model<S, O> model, List<Call<O>> calls, long maxSteps) {
        this.model = model;
        this.maxSteps = maxSteps;
        state = model.initial();
        link(calls);
    }

    /** At equal times invocations come first: such calls overlap. */
    private void link(List<Call<O>> calls) {
        record Timed<O>(long time, boolean isReturn, Event<O> event) {}
        List<Timed<O>> events = new ArrayList<>();
        int index = 0;
        for (Call<O> call : calls) {
            Event<O> end = call.isOpen() ? null : new Event<>(index, null, null);
            events.add(new Timed<>(call.invoked(), false, new Event<>(index++, call, end)));
            if (end != null) {
                events.add(new Timed<>(call.returned(), true, end));
                unplaced++;
            }
        }
        events.sort(Comparator.comparingLong((Timed<O> timed) -> timed.time()).thenComparing(Timed::isReturn));
        Event<O> last = start;
        for (Timed<O> timed : events) {
            timed.event().insertAfter(last);
            last = timed.event();
        }
    }

    Verdict run() {
        Event<O> event = start.next;
        while (unplaced > 0) {
            Event<O> current = Objects.requireNonNull(event, "each unplaced call has its return in the list");
            if (current.call == null) {
                keepLongest();
                if (order.isEmpty()) {
                    return Verdict.NOT_LINEARIZABLE;
                }
                event = takeBack().next;
            } else if (steps++ == maxSteps) {
                keepLongest();
                return Verdict.UNKNOWN;
            } else {
                event = tryToPlace(current, current.call) ? start.next : current.next;
            }
        }
        return Verdict.LINEARIZABLE;
    }

    private boolean tryToPlace(Event<O> event, Call<O> call) {
        Optional<S> after = model.step(state, call.operation());
        if (after.isEmpty() || (call.isOpen() && after.get().equals(state))) {
            return false; // an open call that changes nothing explains nothing
        }
        placed.set(event.index);
        if (!seen.add(new Configuration((BitSet) placed.clone(), after.get()))) {
            placed.clear(event.index);
            return false;
        }
        order.addLast(new Placement<>(event, state));
        state = after.get();
        event.remove();
        if (event.end != null) {
            event.end.remove();
            unplaced--;
        }
        return true;
    }

    private Event<O> takeBack() {
        Placement<S, O> last = order.removeLast();
        Event<O> event = last.event();
        state = last.before();
        placed.clear(event.index);
        if (event.end != null) {
            event.end.restore();
            unplaced++;
        }
        event.restore();
        return event;
    }

    private void keepLongest() {
        if (order.size() > longest.size()) {
            longest.clear();
            order.forEach(placement -> longest.add(Objects.requireNonNull(placement.event().call)));
        }
    }

    List<Call<O>> longest() {
        return longest;
    }

    long steps() {
        return steps;
    }
}

package io.aidc.privacy.query;

import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** Records that can be read by one granted query only. Thread-safe in so far as two queries cannot both read. */
final class ReadOnce<T> implements Iterable<T> {
    private final Iterator<T> iterator;
    private final AtomicBoolean taken = new AtomicBoolean();

    /** Fails if the stream was used before; reads nothing. */
    ReadOnce(Stream<T> stream) {
        iterator = stream.iterator();
    }

    /** Claims the only reading, before it is paid for. */
    void take() {
        if (!taken.compareAndSet(false, true)) {
            throw new IllegalStateException("these records are a stream, and an earlier query has read it");
        }
    }

    /** Gives the reading back: nothing was read. */
    void giveBack() {
        taken.set(false);
    }

    @Override
    public Iterator<T> iterator() {
        return iterator;
    }
}

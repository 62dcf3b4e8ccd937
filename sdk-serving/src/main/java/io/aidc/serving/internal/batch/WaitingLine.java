package io.aidc.serving.internal.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Requests that wait, in order of arrival within each shape, so that those of one shape can go together.
 *
 * <p>Confined: under the batcher's lock.
 *
 * @param <Q> a request
 * @param <A> an answer
 */
final class WaitingLine<Q, A> {
    private final Map<Object, ArrayDeque<Waiting<Q, A>>> byShape = new LinkedHashMap<>();
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(Waiting<Q, A> waiting) {
        byShape.computeIfAbsent(waiting.shape, shape -> new ArrayDeque<>()).add(waiting);
        size++;
    }

    /** Takes the oldest request and those of its shape that came next, as long as they fit; one request always fits. */
    List<Waiting<Q, A>> take(int rows) {
        ArrayDeque<Waiting<Q, A>> line = oldest();
        List<Waiting<Q, A>> batch = new ArrayList<>();
        int left = rows;
        for (Waiting<Q, A> next = line.peek(); next != null; next = line.peek()) {
            if (!batch.isEmpty() && next.rows > left) {
                break;
            }
            left -= next.rows;
            batch.add(line.remove());
        }
        size -= batch.size();
        if (line.isEmpty()) {
            byShape.remove(batch.get(0).shape);
        }
        return batch;
    }

    private ArrayDeque<Waiting<Q, A>> oldest() {
        return byShape.values().stream()
                .min((a, b) -> Long.signum(a.element().sinceNanos - b.element().sinceNanos))
                .orElseThrow(NoSuchElementException::new);
    }
}

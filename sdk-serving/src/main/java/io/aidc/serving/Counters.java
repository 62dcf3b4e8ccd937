package io.aidc.serving;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What a server counts. Thread-safe: adders. */
final class Counters {
    private final LongAdder asked = new LongAdder();
    private final LongAdder scored = new LongAdder();
    private final LongAdder shed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Map<Integer, LongAdder> batchSizes = new ConcurrentHashMap<>();

    void asked() {
        asked.increment();
    }

    /** Counts a request that the batcher ended; hits are counted by the cache. */
    void ended(@Nullable Answer answer) {
        if (answer instanceof Answer.Scored) {
            scored.increment();
        } else if (answer instanceof Answer.Shed) {
            shed.increment();
        } else {
            failed.increment();
        }
    }

    void ran(int rows) {
        batchSizes.computeIfAbsent(rows, size -> new LongAdder()).increment();
    }

    ServerStatistics snapshot(long cacheHits) {
        Map<Integer, Long> sizes = new TreeMap<>();
        long runs = 0;
        long rows = 0;
        for (Map.Entry<Integer, LongAdder> entry : batchSizes.entrySet()) {
            long count = entry.getValue().sum();
            sizes.put(entry.getKey(), count);
            runs += count;
            rows += count * entry.getKey();
        }
        return new ServerStatistics(
                asked.sum(), scored.sum() + cacheHits, shed.sum(), failed.sum(), cacheHits, runs, rows, sizes);
    }
}

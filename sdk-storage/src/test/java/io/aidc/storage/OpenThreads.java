package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;

/** The threads of this process, by a part of their names. */
final class OpenThreads {
    private static final long PATIENCE_MILLIS = 20_000;

    private OpenThreads() {}

    static void awaitNone(String namePart) {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().contains(namePart)) {
                join(thread);
                assertThat(thread.isAlive()).as("thread %s lives on", thread).isFalse();
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.aidc.training;

import java.util.List;

/** Looks for threads that read ahead. */
final class Readers {
    private Readers() {}

    static List<Thread> left() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("aidc-training-prefetch"))
                .filter(Thread::isAlive)
                .toList();
    }
}

package io.aidc.training.checkpoint;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waits for what the disk will end by itself; an interrupt stays pending. */
final class Uninterrupted {
    private Uninterrupted() {}

    static void await(Future<?> future) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    future.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

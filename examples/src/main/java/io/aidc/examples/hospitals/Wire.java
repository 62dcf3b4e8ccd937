package io.aidc.examples.hospitals;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Bytes on their way from one party to another; between two buildings it would be a TLS connection. Thread-safe.
 */
final class Wire {
    private static final long PATIENCE_SECONDS = 60;

    private final BlockingQueue<byte[]> bytes = new LinkedBlockingQueue<>();

    void send(byte[] message) {
        bytes.add(message);
    }

    byte[] receive() {
        try {
            byte[] message = bytes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new IllegalStateException("nothing came within %d s".formatted(PATIENCE_SECONDS));
            }
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a message", e);
        }
    }
}

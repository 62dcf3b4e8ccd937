package io.aidc.storage.cli;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's end of a connection: who asks, what is asked, what is answered. An operator that keeps the node waiting, for its
 * request or for room for the next part of its answer, is hung up on; what is printed from then on is lost.
 *
 * <p>Confined: one thread asks; any thread may print and {@link #close}.
 */
final class OperatorConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorConnection.class);

    private final SocketChannel channel;
    private final ScheduledExecutorService timer;
    private final Duration patience;
    private final DataOutputStream answer;

    OperatorConnection(SocketChannel channel, ScheduledExecutorService timer, Duration patience) {
        this.channel = channel;
        this.timer = timer;
        this.patience = patience;
        answer = new DataOutputStream(Channels.newOutputStream(channel));
    }

    String user() throws IOException {
        return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
    }

    OperatorRequest request() throws IOException {
        Future<?> hangUp = hangUpLater();
        try {
            return OperatorRequest.readFrom(new DataInputStream(Channels.newInputStream(channel)));
        } finally {
            hangUp.cancel(false);
        }
    }

    /** Prints what {@code kind} of frame says. */
    PrintStream stream(int kind) {
        return new PrintStream(new Frames(kind), true, StandardCharsets.UTF_8);
    }

    void exit(int code) throws IOException {
        write(() -> {
            answer.writeByte(OperatorRequest.EXIT);
            answer.writeInt(code);
        });
    }

    private interface Part {
        void write() throws IOException;
    }

    private void write(Part part) throws IOException {
        synchronized (answer) {
            Future<?> hangUp = hangUpLater();
            try {
                part.write();
            } finally {
                hangUp.cancel(false);
            }
        }
    }

    private Future<?> hangUpLater() {
        return timer.schedule(this::close, patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Hangs up; a thread that waits for the other end goes on with an exception. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("A connection was not closed in order", e);
        }
    }

    /** One of the streams of a command. */
    private final class Frames extends OutputStream {
        private final int kind;

        Frames(int kind) {
            this.kind = kind;
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            OperatorConnection.this.write(() -> {
                answer.writeByte(kind);
                answer.writeInt(length);
                answer.write(bytes, from, length);
            });
        }
    }
}

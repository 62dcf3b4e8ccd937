package io.aidc.training.dist.internal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a worker to its meetings: to the point of worker 0, and if that is gone, to the first that is left.
 *
 * <p>Confined: one thread at a time.
 */
public final class Attendance implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Attendance.class);
    private static final Duration REACH = Duration.ofSeconds(2);
    private static final Duration RETRY = Duration.ofMillis(50);

    private final MeetingPoint own;
    private final MeetingPoint.Rules rules;
    private final String job;
    private String host;
    private int rank;
    private @Nullable Membership last;
    private @Nullable Connection connection;

    /** A connection to a meeting point. */
    private record Connection(Socket socket, DataInputStream in, DataOutputStream out) {}

    /**
     * Prepares a worker.
     *
     * @param own the worker's own meeting point
     * @param rules how it would hold meetings
     * @param host where the first meeting is, as host:port
     * @param rank the rank the worker was given; -1 if it joins a run that goes on
     */
    public Attendance(MeetingPoint own, MeetingPoint.Rules rules, String job, String host, int rank) {
        this.own = own;
        this.rules = rules;
        this.job = job;
        this.host = host;
        this.rank = rank;
    }

    /**
     * Goes to the next meeting; blocks until it is held.
     *
     * @param progress how far the worker got
     * @throws MeetingRefusedException if the worker is not part of a group after it
     * @throws IOException if no meeting point can be reached
     */
    public Membership attend(long progress) throws IOException {
        Membership before = last;
        // The point in use is that of the worker that is 0 in the group before.
        int next = 0;
        while (true) {
            try {
                Connection open = connection == null ? connect(before == null) : connection;
                connection = open;
                Duration limit = patience(before == null, next).plus(REACH);
                open.socket().setSoTimeout((int) Math.min(limit.toMillis(), Integer.MAX_VALUE));
                // An answer to nothing is a refusal: the others went on.
                if (open.in().available() == 0) {
                    new Standing(job, rank, before == null ? 0 : before.generation(), progress, own.address())
                            .write(open.out());
                }
                Membership told = Standing.readAnswer(open.in());
                last = told;
                rank = told.rank();
                return told;
            } catch (MeetingRefusedException e) {
                throw e;
            } catch (IOException e) {
                disconnect();
                if (before == null) {
                    throw e instanceof EOFException ? new IOException("worker 0 ended before all had come", e) : e;
                }
                LOG.warn("meeting point gone: host={}", host);
                next++;
                if (next >= before.size()) {
                    throw e;
                }
                moveTo(before, next);
            }
        }
    }

    /**
     * How long an answer is waited for: a point that is reached but holds no meeting is as good as gone. That of worker 0
     * holds one at once; another first finds out who is left.
     */
    private Duration patience(boolean isFirst, int next) {
        if (isFirst) {
            return rules.start();
        }
        return rules.patience().multipliedBy(next == 0 ? 1 : 3);
    }

    private void moveTo(Membership before, int next) {
        host = before.peers().get(next);
        if (next == before.rank()) {
            LOG.warn("this worker holds the next meeting: rank={}", next);
            own.takeOver(before.generation(), before.peers().subList(next, before.size()), rules);
        }
    }

    private Connection connect(boolean isFirst) throws IOException {
        long deadline = System.nanoTime() + (isFirst ? rules.start() : REACH).toNanos();
        int colon = host.lastIndexOf(':');
        while (true) {
            try {
                var socket = new Socket();
                socket.connect(
                        new InetSocketAddress(host.substring(0, colon), Integer.parseInt(host.substring(colon + 1))),
                        (int) REACH.toMillis());
                socket.setTcpNoDelay(true);
                return new Connection(
                        socket,
                        new DataInputStream(new BufferedInputStream(socket.getInputStream())),
                        new DataOutputStream(new BufferedOutputStream(socket.getOutputStream())));
            } catch (IOException e) {
                // Worker 0, or the name of its host, may be there later than the others; a worker that has gone
                // refuses.
                if (!isFirst || System.nanoTime() > deadline) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.NANOSECONDS.sleep(RETRY.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted on the way to the meeting", e);
        }
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.socket().close();
            } catch (IOException e) {
                LOG.debug("connection not closed in good order", e);
            }
        }
    }

    /** Leaves; the others see that this worker does not come any more. */
    @Override
    public void close() {
        disconnect();
    }
}

package io.aidc.training.dist.internal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Workers come to the meeting point when a run begins and whenever their group is broken; when all that can come are there,
 * each is told its place in the next group.
 *
 * A worker keeps its connection open from meeting to meeting: when its process dies, the connection closes and nobody waits
 * for it. A worker that is alive and does not come is waited for as long as the patience goes, then left out; what it is told
 * waits in its connection, so that it ends when it goes on. Newcomers are let in at the next meeting.
 *
 * Every worker has a meeting point. The one of worker 0 is used; the others listen and let those who come wait until their
 * own worker finds that all before it are gone.
 */
/** Brings workers together into groups. Thread-safe. */
public final class MeetingPoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MeetingPoint.class);
    private static final int BACKLOG = 256;
    private static final Duration PROBE = Duration.ofMillis(50);
    private static final Duration REACH = Duration.ofSeconds(1);

    /** How long a connection may stay silent before it is closed as none of a worker. */
    private static final Duration SILENCE = Duration.ofMinutes(1);

    /**
     * How meetings are held.
     *
     * @param expected how many workers the first meeting waits for
     * @param least how many workers a group must have
     * @param start how long the first meeting waits
     * @param patience how long a later one waits for a worker that is alive
     * @param stores gives c10d's part of the meeting for each generation
     */
    public record Rules(int expected, int least, Duration start, Duration patience, IntFunction<String> stores) {}

    private final ServerSocket server;
    private final String job;
    private final List<Guest> guests = new ArrayList<>();
    private final Thread acceptor;
    private @Nullable Thread convener;
    private int generation;
    private boolean closed;
    private String absence = "";

    /**
     * Begins to listen; nobody is answered before {@link #host} or {@link #takeOver}.
     *
     * @param address the address to listen at, and no other
     * @param port the port; 0 for any that is free
     * @param job what run this is about
     * @throws IOException if the port cannot be had
     */
    public MeetingPoint(InetAddress address, int port, String job) throws IOException {
        this.job = job;
        this.server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(address, port), BACKLOG);
        this.acceptor = thread("accept", this::accept);
        acceptor.start();
    }

    /** Where this meeting point is, as host:port. */
    public String address() {
        return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
    }

    /** Says why not all will come to the first meeting; it is then held at once and refuses those that came. */
    public synchronized void giveUp(String reason) {
        absence = reason;
        notifyAll();
    }

    /** Begins to hold the meetings of a run that begins. */
    public void host(Rules rules) {
        begin(0, () -> convene(rules));
    }

    /**
     * Takes over the meetings of a run that goes on, from a worker that is gone.
     *
     * @param after the generation of the group that is broken
     * @param peers where those of its workers can be reached that may be left, this one included
     */
    public void takeOver(int after, Collection<String> peers, Rules rules) {
        begin(after, () -> {
            awaitPeers(
                    new HashSet<>(peers), System.nanoTime() + rules.patience().toNanos());
            convene(rules);
        });
    }

    private synchronized void begin(int after, Runnable meetings) {
        if (convener == null && !closed) {
            generation = after;
            Thread thread = thread("convene", meetings);
            convener = thread;
            thread.start();
        }
    }

    /** Waits until all have come that are still alive; nobody must be told of a group that leaves one of them out. */
    private void awaitPeers(Set<String> missing, long deadline) {
        while (System.nanoTime() < deadline) {
            synchronized (this) {
                guests.stream()
                        .filter(Guest::isWaiting)
                        .forEach(guest -> missing.remove(guest.standing().address()));
                if (missing.isEmpty() || closed) {
                    return;
                }
                try {
                    wait(PROBE.toMillis());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
            missing.removeIf(peer -> !isAlive(peer));
        }
    }

    /** Whether something listens at a worker's meeting point. */
    private static boolean isAlive(String peer) {
        int colon = peer.lastIndexOf(':');
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(peer.substring(0, colon), Integer.parseInt(peer.substring(colon + 1))),
                    (int) REACH.toMillis());
            return true;
        } catch (IOException e) {
            LOG.debug("worker gone: peer={}", peer, e);
            return false;
        }
    }

    /** Whether a worker waits to join a run that goes on. */
    public synchronized boolean hasNewcomers() {
        return guests.stream().anyMatch(guest -> guest.isNewcomer(generation));
    }

    /** Whether somebody waits here, meetings or not. */
    synchronized boolean hasGuest() {
        return guests.stream().anyMatch(Guest::isWaiting);
    }

    private Thread thread(String role, Runnable body) {
        var thread = new Thread(body, "aidc-training-meeting-" + role);
        thread.setDaemon(true);
        return thread;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var guest = new Guest(server.accept());
                synchronized (this) {
                    if (closed) {
                        guest.leave();
                    } else {
                        guests.add(guest);
                        thread("guest", guest::listen).start();
                    }
                }
            } catch (IOException e) {
                if (!server.isClosed()) {
                    LOG.warn("a worker could not be received", e);
                }
            }
        }
    }

    private synchronized void convene(Rules rules) {
        try {
            boolean isFirst = generation == 0;
            while (!closed) {
                List<Guest> present = gather(rules, isFirst);
                if (!present.isEmpty()) {
                    hold(rules, present, isFirst);
                    isFirst = false;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the next meeting can be held and gives who takes part. */
    private List<Guest> gather(Rules rules, boolean isFirst) throws InterruptedException {
        long deadline = isFirst ? System.nanoTime() + rules.start().toNanos() : Long.MAX_VALUE;
        while (!closed) {
            List<Guest> waiting = guests.stream().filter(Guest::isWaiting).toList();
            long left = deadline - System.nanoTime();
            boolean begun = waiting.stream().anyMatch(guest -> !guest.isNewcomer(generation));
            boolean complete = isFirst
                    ? waiting.size() >= rules.expected() || !absence.isEmpty()
                    : begun && guests.stream().allMatch(guest -> guest.isWaiting() || !guest.isKnown());
            if (begun && (complete || left <= 0)) {
                return waiting;
            }
            if (begun && deadline == Long.MAX_VALUE) {
                deadline = System.nanoTime() + rules.patience().toNanos();
                left = rules.patience().toNanos();
            }
            wait(begun ? Math.max(1, left / 1_000_000) : 0);
        }
        return List.of();
    }

    private void hold(Rules rules, List<Guest> waiting, boolean isFirst) {
        List<Guest> absent = guests.stream()
                .filter(guest -> guest.isKnown() && !guest.isWaiting())
                .toList();
        if (!isFirst) {
            absent.forEach(guest -> dismiss(guest, rules.patience()));
        }
        List<Guest> members = new ArrayList<>(waiting);
        members.sort(Comparator.comparing((Guest guest) -> !isFirst && guest.isNewcomer(generation))
                .thenComparingInt(guest -> guest.standing().rank()));
        String refusal = refusal(rules, members, isFirst);
        if (!refusal.isEmpty()) {
            members.forEach(guest -> guest.refuse(refusal));
            return;
        }
        int previous = generation++;
        int source = 0;
        for (int i = 1; i < members.size(); i++) {
            Standing standing = members.get(i).standing();
            if (standing.generation() == previous
                    && standing.progress() > members.get(source).standing().progress()) {
                source = i;
            }
        }
        List<String> peers =
                members.stream().map(guest -> guest.standing().address()).toList();
        String store = rules.stores().apply(generation);
        LOG.info("group formed: generation={} workers={}", generation, members.size());
        for (int i = 0; i < members.size(); i++) {
            members.get(i).welcome(new Membership(generation, i, members.size(), source, store, peers));
        }
    }

    private String refusal(Rules rules, List<Guest> members, boolean isFirst) {
        if (isFirst && members.size() < rules.expected()) {
            return absence.isEmpty()
                    ? "%d of %d workers came within %s".formatted(members.size(), rules.expected(), rules.start())
                    : absence;
        }
        if (members.size() < rules.least()) {
            return "%d workers are left, %d are needed".formatted(members.size(), rules.least());
        }
        for (int i = 0; isFirst && i < members.size(); i++) {
            if (members.get(i).standing().rank() != i) {
                return "the workers that came have the ranks "
                        + members.stream().map(guest -> guest.standing().rank()).toList();
            }
        }
        return "";
    }

    private void dismiss(Guest guest, Duration patience) {
        LOG.warn("worker left out, it did not come in time: rank={}", guest.lastRank());
        guest.refuse(
                "the others went on without it, since it did not answer for %s and did not come to their meeting for %s"
                        .formatted(patience, patience));
        guests.remove(guest);
    }

    /** Closes all connections; workers that wait are not answered any more. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            guests.forEach(Guest::leave);
            guests.clear();
            notifyAll();
        }
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("meeting point not closed in good order", e);
        }
    }

    /** A worker at the other end of a connection. */
    private final class Guest {
        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;
        private @Nullable Standing standing;
        private boolean isKnown;
        private int lastRank = -1;

        Guest(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) SILENCE.toMillis());
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        }

        void listen() {
            try {
                while (true) {
                    Standing said = Standing.read(in);
                    synchronized (MeetingPoint.this) {
                        if (!said.job().equals(job)) {
                            LOG.warn(
                                    "worker of another run refused: rank={} run={} here={}",
                                    said.rank(),
                                    said.job(),
                                    job);
                            refuse("the worker takes part in another run: " + said.job() + ", this one is " + job);
                            return;
                        }
                        standing = said;
                        isKnown = true;
                        socket.setSoTimeout(0);
                        lastRank = said.rank();
                        MeetingPoint.this.notifyAll();
                    }
                }
            } catch (IOException e) {
                // The worker ended or died; who waits for it need not any more.
                LOG.debug("worker gone: rank={}", lastRank, e);
            } finally {
                leave();
                synchronized (MeetingPoint.this) {
                    guests.remove(this);
                    MeetingPoint.this.notifyAll();
                }
            }
        }

        boolean isWaiting() {
            return standing != null;
        }

        /** Whether it has ever said that it is a worker. */
        boolean isKnown() {
            return isKnown;
        }

        boolean isNewcomer(int current) {
            Standing said = standing;
            return said != null && current > 0 && (said.rank() < 0 || said.generation() != current);
        }

        Standing standing() {
            Standing said = standing;
            if (said == null) {
                throw new IllegalStateException("the worker does not wait");
            }
            return said;
        }

        int lastRank() {
            return lastRank;
        }

        void welcome(Membership membership) {
            standing = null;
            lastRank = membership.rank();
            try {
                Standing.writeAnswer(out, membership);
            } catch (IOException e) {
                LOG.debug("worker gone before it was answered: rank={}", lastRank, e);
                leave();
            }
        }

        void refuse(String reason) {
            standing = null;
            try {
                Standing.writeRefusal(out, reason);
            } catch (IOException e) {
                LOG.debug("worker gone before it was refused: rank={}", lastRank, e);
            }
            leave();
        }

        void leave() {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("connection not closed in good order", e);
            }
        }
    }
}

package io.aidc.storage.cli;

import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.internal.replica.Threads;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets operators ask a running node from a shell of the same machine: {@code StoreCommand <command> --socket FILE}.
 *
 * {@snippet class="io.aidc.storage.SnippetsTest" region="operators"}
 *
 * <p>Commands run in this process, with its rights: a file that {@code put} reads or {@code get} writes is read and written by it.
 * So only the user whose process this is, and root, are let in: the socket's file has mode 0600, and the system tells who is at
 * the other end. Whoever sends no request, or takes nothing of the answer, for ten seconds is hung up on. A command goes on if
 * whoever asked goes away.
 *
 * <p>Needs a system with Unix domain sockets that tell who connects: Linux and macOS do. Thread-safe: up to four commands run at
 * once, on threads named {@code aidc-storage-operator}.
 */
public final class OperatorSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorSocket.class);
    private static final int AT_ONCE = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long PAUSE_MILLIS = 1_000;
    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET = 0140000;

    private final ReplicatedStore store;
    private final ServerSocketChannel server;
    private final Path socket;
    private final Predicate<String> mayAsk;
    private final Duration patience;
    private final Set<OperatorConnection> connections = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService accepting = Threads.pool("operators", 1);
    private final ExecutorService commands = Threads.pool("operator", AT_ONCE);
    private final ScheduledExecutorService timer = Threads.timer("operators-timer");

    /**
     * @param server is bound
     * @param mayAsk says which users are let in
     * @param patience how long to wait for a request, or for a part of an answer to be taken
     */
    OperatorSocket(ReplicatedStore store, ServerSocketChannel server, Predicate<String> mayAsk, Duration patience)
            throws IOException {
        this.store = store;
        this.server = server;
        this.mayAsk = mayAsk;
        this.patience = patience;
        socket = ((UnixDomainSocketAddress) server.getLocalAddress()).getPath();
        accepting.execute(this::accept);
    }

    /**
     * Begins to listen.
     *
     * @param store stays the caller's to close, after this
     * @param socket a file name of at most about 100 bytes; a socket that a dead process left there is replaced
     * @return listens until it is closed
     * @throws IOException if another process listens there, something else than a socket is there, the system has no such
     *     sockets, or no temporary file can be made
     */
    public static OperatorSocket open(ReplicatedStore store, Path socket) throws IOException {
        String owner = owner();
        ServerSocketChannel server = bind(socket.toAbsolutePath());
        try {
            return new OperatorSocket(store, server, user -> mayAsk(user, owner), PATIENCE);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /**
     * Whose process this is, in the words that the system has for whoever connects: a user without a name is a number. Not the
     * owner of the socket's file, which another may have put there.
     */
    static String owner() throws IOException {
        Path own = Files.createTempFile("aidc-storage-operators", null);
        try {
            return Files.getOwner(own).getName();
        } finally {
            Files.delete(own);
        }
    }

    private static ServerSocketChannel bind(Path file) throws IOException {
        try {
            return listen(file);
        } catch (BindException e) {
            String because = obstacle(file, e);
            if (because != null) {
                throw new IOException("cannot listen at %s: %s".formatted(file, because), e);
            }
            Files.delete(file);
            return listen(file);
        }
    }

    private static ServerSocketChannel listen(Path file) throws IOException {
        try {
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                server.bind(UnixDomainSocketAddress.of(file));
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
                return server;
            } catch (IOException | RuntimeException e) {
                server.close();
                throw e;
            }
        } catch (UnsupportedOperationException e) {
            throw new IOException("this system has no Unix domain sockets with permissions", e);
        }
    }

    /** Why what is there cannot be replaced; null if it is a socket that nobody listens at. */
    private static @Nullable String obstacle(Path file, BindException refusal) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return String.valueOf(refusal.getMessage());
        }
        int mode = (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & FILE_TYPE) != SOCKET) {
            return "what is there is not a socket";
        }
        try {
            SocketChannel.open(UnixDomainSocketAddress.of(file)).close();
            return "another process listens there";
        } catch (ConnectException e) {
            return null;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void accept() {
        boolean failed = false;
        while (server.isOpen()) {
            try {
                var connection = new OperatorConnection(server.accept(), timer, patience);
                connections.add(connection);
                commands.execute(() -> serve(connection));
                failed = false;
            } catch (ClosedChannelException e) {
                // close() ends the loop
            } catch (IOException e) {
                if (failed) {
                    LOG.debug("Operators still cannot connect socket={}", socket, e);
                } else {
                    LOG.warn("Operators cannot connect, which is tried again each second socket={}", socket, e);
                }
                failed = true;
                pause();
            }
        }
    }

    /** Waits a moment, such as for file descriptors to be free again, or for {@link #close}. */
    private void pause() {
        try {
            closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // which ends the next accept, and so the loop
        }
    }

    private void serve(OperatorConnection connection) {
        try (connection) {
            connection.exit(run(connection, connection.user()));
        } catch (IOException | RuntimeException e) {
            LOG.debug("An operator was not answered socket={}", socket, e);
        } finally {
            connections.remove(connection);
        }
    }

    private int run(OperatorConnection connection, String user) throws IOException {
        PrintStream err = connection.stream(OperatorRequest.ERR);
        if (!mayAsk.test(user)) {
            LOG.warn("An operator was refused socket={} user={}", socket, user);
            err.println("error: only the user whose node this is, and root, may ask it");
            return StoreCommand.FAILED;
        }
        OperatorRequest request = connection.request();
        PrintStream out = connection.stream(OperatorRequest.OUT);
        int code = StoreCommand.run(request.words().toArray(String[]::new), request.caller(), store, out, err);
        out.flush();
        err.flush();
        return code;
    }

    static boolean mayAsk(String user, String owner) {
        return user.equals(owner) || user.equals("root");
    }

    /** Stops listening and hangs up; waits for commands that are under way, whose output is lost. Idempotent. */
    @Override
    public void close() throws IOException {
        if (!server.isOpen()) {
            return;
        }
        server.close();
        closing.countDown();
        Threads.finish(accepting);
        connections.forEach(OperatorConnection::close);
        Threads.finish(commands);
        Threads.finish(timer);
        Files.deleteIfExists(socket);
    }
}

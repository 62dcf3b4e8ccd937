package io.aidc.storage.cli;

import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.internal.replica.Threads;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets operators ask a running node from a shell of the same machine: {@code StoreCommand <command> --socket FILE}.
 *
 * {@snippet class="io.aidc.storage.SnippetsTest" region="operators"}
 *
 * <p>Commands run in this process, with its rights: a file that {@code put} reads or {@code get} writes is read and written by it.
 * So only the user whose process this is, and root, are let in; the system tells who is at the other end. A command goes on if
 * whoever asked goes away.
 *
 * <p>Needs a system with Unix domain sockets that tell who connects: Linux and macOS do. Thread-safe: up to four commands run at
 * once, on threads named {@code aidc-storage-operator}.
 */
public final class OperatorSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorSocket.class);
    private static final int AT_ONCE = 4;
    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET = 0140000;

    private final ReplicatedStore store;
    private final Path socket;
    private final String owner;
    private final ServerSocketChannel server;
    private final Set<SocketChannel> asking = ConcurrentHashMap.newKeySet();
    private final ExecutorService accepting = Threads.pool("operators", 1);
    private final ExecutorService commands = Threads.pool("operator", AT_ONCE);

    private OperatorSocket(ReplicatedStore store, Path socket, ServerSocketChannel server) throws IOException {
        this.store = store;
        this.socket = socket;
        this.server = server;
        owner = Files.getOwner(socket).getName();
    }

    /**
     * Begins to listen.
     *
     * @param store stays the caller's to close, after this
     * @param socket a file name of at most about 100 bytes; a socket that a dead process left there is replaced
     * @return listens until it is closed
     * @throws IOException if another process listens there, something else than a socket is there, or the system has no such
     *     sockets
     */
    public static OperatorSocket open(ReplicatedStore store, Path socket) throws IOException {
        Path file = socket.toAbsolutePath();
        ServerSocketChannel server = bind(file);
        try {
            var operators = new OperatorSocket(store, file, server);
            operators.accepting.execute(operators::accept);
            return operators;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
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
                return server;
            } catch (IOException | RuntimeException e) {
                server.close();
                throw e;
            }
        } catch (UnsupportedOperationException e) {
            throw new IOException("this system has no Unix domain sockets", e);
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
        try {
            while (true) {
                SocketChannel channel = server.accept();
                commands.execute(() -> serve(channel));
            }
        } catch (ClosedChannelException e) {
            // close() ends the loop
        } catch (IOException e) {
            LOG.warn("No more operators are listened to socket={}", socket, e);
        }
    }

    private void serve(SocketChannel channel) {
        asking.add(channel);
        try (channel) {
            OperatorRequest request = OperatorRequest.readFrom(new DataInputStream(Channels.newInputStream(channel)));
            asking.remove(channel);
            answer(request, user(channel), new DataOutputStream(Channels.newOutputStream(channel)));
        } catch (IOException | RuntimeException e) {
            LOG.debug("An operator was not answered socket={}", socket, e);
        } finally {
            asking.remove(channel);
        }
    }

    private static String user(SocketChannel channel) throws IOException {
        return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
    }

    private void answer(OperatorRequest request, String user, DataOutputStream answer) throws IOException {
        var out = new PrintStream(new Frames(OperatorRequest.OUT, answer), true, StandardCharsets.UTF_8);
        var err = new PrintStream(new Frames(OperatorRequest.ERR, answer), true, StandardCharsets.UTF_8);
        int code = StoreCommand.FAILED;
        if (mayAsk(user, owner)) {
            code = StoreCommand.run(request.words().toArray(String[]::new), request.caller(), store, out, err);
        } else {
            LOG.warn("An operator was refused socket={} user={}", socket, user);
            err.println("error: only %s and root may ask this node".formatted(owner));
        }
        out.flush();
        err.flush();
        answer.writeByte(OperatorRequest.EXIT);
        answer.writeInt(code);
        answer.flush();
    }

    static boolean mayAsk(String user, String owner) {
        return user.equals(owner) || user.equals("root");
    }

    /** Stops listening; waits for commands that are under way. Idempotent. */
    @Override
    public void close() throws IOException {
        if (!server.isOpen()) {
            return;
        }
        server.close();
        Threads.finish(accepting);
        for (SocketChannel silent : asking) {
            silent.close();
        }
        Threads.finish(commands);
        Files.deleteIfExists(socket);
    }

    /** One of the streams of a command. */
    private static final class Frames extends OutputStream {
        private final int kind;
        private final DataOutputStream answer;

        Frames(int kind, DataOutputStream answer) {
            this.kind = kind;
            this.answer = answer;
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            synchronized (answer) {
                answer.writeByte(kind);
                answer.writeInt(length);
                answer.write(bytes, from, length);
                answer.flush();
            }
        }
    }
}

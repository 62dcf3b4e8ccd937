package io.aidc.training.torch.internal;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.FileStore;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;

/**
 * Holds the key-value stores through which c10d's groups meet, named {@code file:PATH}, {@code tcp:HOST:PORT} or, where
 * torchrun's agent has the store, {@code agent:PREFIX:HOST:PORT}.
 *
 * <p>Workers of one machine meet through a file: c10d's own server listens on every interface of the machine, whatever address
 * it is given, and would let strangers in. A group is given a clone of a store: it takes what it is given for its own, and a
 * store made by a Java constructor would then be freed twice.
 */
public final class Stores implements AutoCloseable {
    private final Kept kept = new Kept();
    private final Path directory;
    private final InetAddress address;
    private final Duration timeout;

    /** Makes stores of a host: files in a directory if the address is a loopback one, else servers. */
    public Stores(Path directory, InetAddress address, Duration timeout) {
        this.directory = directory;
        this.address = address;
        this.timeout = timeout;
    }

    /** Makes the store of a group that was never formed before and gives its name. */
    public String make(int generation) {
        if (address.isLoopbackAddress()) {
            return "file:" + directory.resolve("group-" + generation);
        }
        return Tensors.scoped(() -> {
            var options = options(0, new Milliseconds(timeout.toMillis()));
            options.isServer(true);
            // The group before is broken: nobody needs its server any more.
            kept.close();
            TCPStore server = kept.keep(new TCPStore(address.getHostAddress(), options));
            return "tcp:%s:%d".formatted(address.getHostAddress(), server.getPort() & 0xFFFF);
        });
    }

    static Store open(String name, int size, Milliseconds limit) {
        if (name.startsWith("file:")) {
            Store store = new FileStore(name.substring("file:".length()), size).clone();
            store.setTimeout(limit);
            return store;
        }
        Server server = Server.of(name);
        Store store = new TCPStore(server.host(), options(server.port(), limit)).clone();
        return server.prefix().isEmpty() ? store : new PrefixStore(server.prefix(), store).clone();
    }

    /**
     * Where a server is.
     *
     * @param prefix of the keys; empty if the server is this group's alone
     */
    record Server(String prefix, String host, int port) {
        private static final String AGENT = "agent:";

        /** Reads a store's name; the host may be an address of IPv6, which has colons of its own. */
        static Server of(String name) {
            boolean ofAgent = name.startsWith(AGENT);
            int beforeHost = name.indexOf(':', ofAgent ? AGENT.length() : 0);
            int afterHost = name.lastIndexOf(':');
            return new Server(
                    ofAgent ? name.substring(AGENT.length(), beforeHost) : "",
                    name.substring(beforeHost + 1, afterHost),
                    Integer.parseInt(name.substring(afterHost + 1)));
        }
    }

    private static TCPStoreOptions options(int port, Milliseconds limit) {
        var options = new TCPStoreOptions();
        options.port((short) port);
        options.isServer(false);
        options.waitWorkers(false);
        options.timeout(limit);
        return options;
    }

    @Override
    public void close() {
        kept.close();
    }
}

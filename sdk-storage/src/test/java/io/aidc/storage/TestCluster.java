package io.aidc.storage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Real nodes in this process on loopback ports that were free a moment ago. */
final class TestCluster implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path root;
    private final Map<String, String> addresses;
    private final Map<String, ReplicatedStore> open = new HashMap<>();
    private final Map<String, BlockingQueue<StoreEvent>> events = new HashMap<>();

    private TestCluster(Path root, Map<String, String> addresses) {
        this.root = root;
        this.addresses = addresses;
    }

    static TestCluster of(Path root, String... ids) {
        return new TestCluster(root, freeAddresses(ids));
    }

    static TestCluster started(Path root, String... ids) {
        var cluster = of(root, ids);
        for (String id : ids) {
            cluster.start(id);
        }
        cluster.store(ids[0]).awaitReady(PATIENCE);
        return cluster;
    }

    static Map<String, String> freeAddresses(String... ids) {
        List<ServerSocket> sockets = new ArrayList<>();
        Map<String, String> addresses = new HashMap<>();
        try {
            for (String id : ids) {
                for (int i = 0; i < 2; i++) {
                    sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
                }
                int last = sockets.size() - 1;
                addresses.put(
                        id,
                        id + "@127.0.0.1:" + sockets.get(last - 1).getLocalPort() + "/"
                                + sockets.get(last).getLocalPort());
            }
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return addresses;
    }

    String address(String id) {
        return java.util.Objects.requireNonNull(addresses.get(id));
    }

    StoreBuilder builder(String id) {
        return builder(
                id,
                addresses.keySet().stream().filter(other -> !other.equals(id)).toArray(String[]::new));
    }

    /** A node that knows some of the others. */
    StoreBuilder builder(String id, String... peers) {
        var queue = new LinkedBlockingQueue<StoreEvent>();
        events.put(id, queue);
        return ReplicatedStore.builder()
                .node(address(id))
                .peers(Arrays.stream(peers).map(this::address).toArray(String[]::new))
                .directory(directory(id))
                .listener(queue::add);
    }

    ReplicatedStore start(String id) {
        return add(id, builder(id).open());
    }

    ReplicatedStore add(String id, ReplicatedStore store) {
        open.put(id, store);
        return store;
    }

    void stop(String id) {
        java.util.Objects.requireNonNull(open.remove(id)).close();
    }

    ReplicatedStore store(String id) {
        return java.util.Objects.requireNonNull(open.get(id));
    }

    Path directory(String id) {
        return root.resolve(id);
    }

    <E extends StoreEvent> E awaitEvent(String id, Class<E> type, Predicate<E> wanted) {
        BlockingQueue<StoreEvent> queue = java.util.Objects.requireNonNull(events.get(id));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            @Nullable StoreEvent event;
            try {
                event = queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (event == null) {
                throw new AssertionError("no " + type.getSimpleName() + " on node " + id);
            }
            if (type.isInstance(event) && wanted.test(type.cast(event))) {
                return type.cast(event);
            }
        }
    }

    @Override
    public void close() {
        open.values().forEach(ReplicatedStore::close);
        open.clear();
    }
}

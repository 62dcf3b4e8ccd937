package io.aidc.storage.faults;

import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.StorageException;
import io.aidc.storage.StoreBuilder;
import io.aidc.storage.TestClock;
import io.aidc.storage.Version;
import io.aidc.storage.VersionNotFoundException;
import io.aidc.storage.Write;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One node as a process. Arguments: what is broken on purpose, {@code start} or {@code join}, directory, own address, the peers'
 * addresses.
 *
 * <p>It first says {@code open} or {@code refused}. Then each line of its input is {@code number verb arguments…} and is answered,
 * in any order, by a line {@code number answer}. It ends with its input.
 */
public final class NodeMain {
    static final Duration TIMEOUT = Duration.ofSeconds(4);

    private final ReplicatedStore store;
    private final Breakage breakage;
    private final JumpingClock clock;
    private final Map<String, String> remembered = new ConcurrentHashMap<>();

    private NodeMain(ReplicatedStore store, Breakage breakage, JumpingClock clock) {
        this.store = store;
        this.breakage = breakage;
        this.clock = clock;
    }

    public static void main(String[] args) throws IOException {
        StoreBuilder builder = ReplicatedStore.builder()
                .node(args[3])
                .directory(Path.of(args[2]))
                .timeout(TIMEOUT)
                .cacheBytes(0); // each read looks at the disk
        if (args.length > 4) {
            builder.peers(Arrays.copyOfRange(args, 4, args.length)).trustedNetwork();
        }
        if (args[1].equals("join")) {
            builder.joining();
        }
        var clock = new JumpingClock();
        TestClock.set(builder, clock);
        ReplicatedStore opened;
        try {
            opened = builder.open();
        } catch (StorageException e) {
            say("refused " + describe(e));
            return;
        }
        try (ReplicatedStore store = opened) {
            say("open");
            new NodeMain(store, Breakage.valueOf(args[0]), clock).serve();
        }
    }

    private void serve() throws IOException {
        ExecutorService threads = Executors.newCachedThreadPool();
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.split(" ");
            threads.execute(() -> say(words[0] + " " + answer(words)));
        }
        threads.shutdownNow();
    }

    private String answer(String[] words) {
        try {
            return switch (words[1]) {
                case "get" -> get(words[2]);
                case "put" -> put(words[2], words[3]);
                case "remove" -> write(store.remove(words[2]).join());
                case "publish" -> publish(words[2], words[3], words[4]);
                case "move" -> move(words[2], words[3], words[4]);
                case "read" -> read(words[2]);
                case "labels" -> "value " + String.join(",", store.versions(words[2]));
                case "settle" ->
                    write(store.outcomeOf(UUID.fromString(words[2])).join());
                case "drop" -> drop(words[2]);
                case "collect" -> collect();
                case "jump" -> "value " + clock.jump(Long.parseLong(words[2]));
                case "leave" -> leave(words[2]);
                case "join" -> join(words[2]);
                case "ready" -> ready(Duration.ofMillis(Long.parseLong(words[2])));
                case "status" ->
                    "value %s %d"
                            .formatted(store.status().leader(), store.status().term());
                default -> throw new IllegalArgumentException("no verb '%s'".formatted(words[1]));
            };
        } catch (VersionNotFoundException e) {
            return "value " + Answer.NIL;
        } catch (RuntimeException e) {
            return "failed " + describe(e);
        }
    }

    private String ready(Duration patience) {
        store.awaitReady(patience);
        return "value ready";
    }

    private String get(String key) {
        String old = remembered.get(key);
        if (breakage == Breakage.STALE_READ && old != null && key.hashCode() % 2 == 0) {
            return "value " + old;
        }
        String value = store.get(key)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse(Answer.NIL);
        remembered.put(key, value);
        return "value " + value;
    }

    private String put(String key, String value) {
        var outcome = store.put(key, value.getBytes(StandardCharsets.UTF_8));
        remembered.put(key, value);
        return breakage == Breakage.EARLY_ACK ? "committed 0" : write(outcome.join());
    }

    private String publish(String name, String label, String onlyIf) {
        var publication = store.publish(name, Contents.of(name, label)).as(label);
        if (!label.startsWith("v")) {
            publication.moving("prod");
        }
        return write(
                onlyIf.equals(Answer.NIL)
                        ? publication.join()
                        : publication.onlyIf(onlyIf).join());
    }

    private String move(String name, String to, String onlyIf) {
        var move = store.move(name, "prod").to(to);
        return write(
                onlyIf.equals(Answer.NIL) ? move.join() : move.onlyIf(onlyIf).join());
    }

    /** Resolves, reads all bytes and compares them with what they must be. */
    private String read(String reference) {
        Version version = store.resolve(reference);
        byte[] bytes = store.read(version);
        boolean right = Arrays.equals(bytes, Contents.of(version.name(), version.version()));
        return (right ? "value " : "wrong ") + version.version();
    }

    /** Deletes all versions of a name and all aliases on them. */
    private String drop(String name) {
        store.aliases(name)
                .forEach((alias, version) ->
                        store.unalias(name, alias, version, "").join());
        store.versions(name).forEach(version -> store.delete(name, version, "").join());
        return store.versions(name).isEmpty() ? "value dropped" : "failed Remains " + name;
    }

    private String collect() {
        return "value " + store.collectGarbage(TIMEOUT).end();
    }

    private String leave(String id) {
        if (store.cluster().members().contains(id)) {
            store.cluster().removeWithContent(id);
        }
        return "value left";
    }

    private String join(String node) {
        if (!store.cluster().members().contains(node.substring(0, node.indexOf('@')))) {
            store.cluster().add(node);
        }
        return "value joined";
    }

    private static String write(Write write) {
        if (write instanceof Write.Committed committed) {
            return "committed " + committed.revision();
        }
        if (write instanceof Write.Rejected rejected) {
            return "rejected %s %s"
                    .formatted(
                            rejected.found() == null ? Answer.NIL : rejected.found(),
                            rejected.target().replace(' ', '_'));
        }
        return "unknown " + write.requestId();
    }

    private static String describe(RuntimeException e) {
        return e.getClass().getSimpleName() + " "
                + String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}

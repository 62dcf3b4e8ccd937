package io.aidc.storage.cli;

import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.StoreBuilder;
import io.aidc.storage.backup.BackupRepository;
import io.aidc.storage.object.DirectoryObjects;
import io.aidc.storage.object.ObjectStore;
import io.aidc.storage.object.S3Credentials;
import io.aidc.storage.object.S3Objects;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Opens the store and the repository that the options name, or hands out a store that is open. */
final class Places {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Arguments arguments;
    private final Caller caller;
    private final @Nullable ReplicatedStore running;

    /** @param running is used and stays open; null to open the one that the options name */
    Places(Arguments arguments, Caller caller, @Nullable ReplicatedStore running) {
        this.arguments = arguments;
        this.caller = caller;
        this.running = running;
    }

    /** What is done with a store. */
    interface OnStore {
        boolean run(ReplicatedStore store) throws IOException;
    }

    Path path(String text) {
        return caller.base().resolve(text);
    }

    /** Refuses a directory without a store, which opening would make: work in the wrong place must not succeed. */
    boolean withStore(OnStore command) throws IOException {
        if (running == null) {
            arguments.required("node");
            if (!Files.exists(path(arguments.required("directory")).resolve("node"))) {
                throw new NoSuchFileException(
                        arguments.required("directory"), null, "there is no store in it; put --create makes one");
            }
        }
        return withNewStore(command);
    }

    /** Makes a store where there is none. */
    boolean withNewStore(OnStore command) throws IOException {
        if (running != null) {
            return command.run(running);
        }
        try (ReplicatedStore store = open()) {
            return command.run(store);
        }
    }

    private ReplicatedStore open() {
        StoreBuilder builder = ReplicatedStore.builder()
                .node(arguments.required("node"))
                .directory(path(arguments.required("directory")));
        String peers = arguments.value("peers");
        if (peers != null) {
            builder.peers(peers.split(","));
        }
        if (arguments.has("trusted-network")) {
            builder.trustedNetwork();
        }
        if (arguments.has("archive")) {
            builder.archiveCommands();
        }
        ReplicatedStore store = builder.open();
        try {
            store.awaitReady(PATIENCE);
            return store;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** Opens where the repository is; makes its directory only if {@code create} is set. */
    ObjectStore objects(boolean create) throws IOException {
        String url = arguments.value("s3");
        if (url != null) {
            return s3(URI.create(url));
        }
        Path directory = path(arguments.required("repository"));
        if (!create && !Files.isDirectory(directory)) {
            throw new NoSuchFileException(
                    directory.toString(), null, "there is no repository; backup --create makes one");
        }
        return DirectoryObjects.open(directory);
    }

    /** {@code https://host/bucket/prefix}. */
    private ObjectStore s3(URI url) throws IOException {
        String[] parts = url.getPath().split("/", 3);
        if (parts.length < 2 || parts[1].isEmpty()) {
            throw new UsageException("--s3 must look like https://host/bucket/prefix, got " + url);
        }
        var builder = S3Objects.builder()
                .endpoint(url.resolve("/"))
                .region(arguments.has("region") ? arguments.required("region") : "us-east-1")
                .bucket(parts[1])
                .credentials(this::credentials);
        return (parts.length == 3 && !parts[2].isEmpty() ? builder.prefix(parts[2]) : builder).open();
    }

    private S3Credentials credentials() {
        String key = caller.environment().get("AWS_ACCESS_KEY_ID");
        String secret = caller.environment().get("AWS_SECRET_ACCESS_KEY");
        if (key == null || secret == null) {
            throw new UsageException("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set in the environment");
        }
        String token = caller.environment().get("AWS_SESSION_TOKEN");
        return token == null ? new S3Credentials(key, secret) : new S3Credentials(key, secret, token);
    }

    /** Opens the repository; creates it if that is asked for and there is none. */
    BackupRepository repository(ObjectStore objects, boolean create) throws IOException {
        char[] password = password();
        try {
            return BackupRepository.open(objects, password);
        } catch (NoSuchFileException e) {
            if (!create) {
                throw e;
            }
            return BackupRepository.create(objects, password);
        }
    }

    private char[] password() throws IOException {
        String file = arguments.value("password-file");
        String password = file == null
                ? caller.environment().get("AIDC_BACKUP_PASSWORD")
                : Files.readString(path(file)).strip();
        if (password == null) {
            throw new UsageException("--password-file, or AIDC_BACKUP_PASSWORD in the environment, is required");
        }
        return password.toCharArray();
    }
}

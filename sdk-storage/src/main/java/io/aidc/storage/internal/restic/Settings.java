package io.aidc.storage.internal.restic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a repository is told by whoever opens it.
 *
 * @param host this machine's name
 * @param user who runs this process
 * @param settle waits until a lock just written is visible to others
 * @param cost of each password that is added
 * @param packBytes a pack is closed once it has so many bytes
 */
public record Settings(Clock clock, String host, String user, Runnable settle, ScryptCost cost, int packBytes) {
    private static final int PACK_BYTES = 16 << 20;

    private static final Duration SETTLE = Duration.ofMillis(200);

    public static Settings ofThisMachine() {
        return new Settings(
                Clock.systemUTC(),
                hostName(),
                System.getProperty("user.name", ""),
                () -> LockSupport.parkNanos(SETTLE.toNanos()),
                ScryptCost.DEFAULT,
                PACK_BYTES);
    }

    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            String name = firstSet("HOSTNAME", "COMPUTERNAME");
            return name == null ? "localhost" : name; // a name is for reading only
        }
    }

    private static @Nullable String firstSet(String... variables) {
        for (String variable : variables) {
            String value = System.getenv(variable);
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}

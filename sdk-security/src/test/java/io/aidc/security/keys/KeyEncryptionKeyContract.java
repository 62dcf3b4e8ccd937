package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aidc.security.UnsealException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every key-encryption key keeps to. */
public abstract class KeyEncryptionKeyContract {
    private static final byte[] CONTEXT = "what it is for".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path directory;

    /** The key under test, the same on each call. */
    protected abstract KeyEncryptionKey key() throws Exception;

    /** Another key of the same kind. */
    protected abstract KeyEncryptionKey otherKey() throws Exception;

    @Test
    void id_isShortAndStable() throws Exception {
        String id = key().id();
        assertThat(id.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(1, 255);
        assertThat(key().id()).isEqualTo(id);
        assertThat(otherKey().id()).isNotEqualTo(id);
    }

    @Test
    void unwrap_whatWasWrapped_isTheKey() throws Exception {
        for (int size : new int[] {1, 16, 32, 64, 1024 - 64}) {
            byte[] key = new byte[size];
            new Random(size).nextBytes(key);
            byte[] before = key.clone();
            byte[] wrapped = key().wrap(key, CONTEXT);
            assertThat(wrapped).hasSizeBetween(1, 1024);
            assertThat(key).as("is not changed").isEqualTo(before);
            assertThat(key().unwrap(wrapped, CONTEXT)).isEqualTo(key);
            if (size >= 16) {
                assertThat(new String(wrapped, StandardCharsets.ISO_8859_1))
                        .doesNotContain(new String(key, StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(key().unwrap(key().wrap(new byte[32], new byte[0]), new byte[0]))
                .isEqualTo(new byte[32]);
    }

    @Test
    void unwrap_otherKeyContextOrBytes_isRefused() throws Exception {
        byte[] wrapped = key().wrap(new byte[32], CONTEXT);
        assertRefused(otherKey(), wrapped, CONTEXT);
        assertRefused(key(), wrapped, "what it is not for".getBytes(StandardCharsets.US_ASCII));
        assertRefused(key(), new byte[0], CONTEXT);
        for (int i = 0; i < wrapped.length; i++) {
            byte[] changed = wrapped.clone();
            changed[i] ^= 1;
            assertRefused(key(), changed, CONTEXT);
        }
        for (int length : new int[] {1, wrapped.length / 2, wrapped.length - 1}) {
            assertRefused(key(), Arrays.copyOf(wrapped, length), CONTEXT);
        }
    }

    @Test
    void wrap_fromTwoThreads_agrees() throws Exception {
        KeyEncryptionKey key = key();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                byte[] plain = new byte[] {(byte) i};
                results.add(threads.submit(() -> Arrays.equals(key.unwrap(key.wrap(plain, CONTEXT), CONTEXT), plain)));
            }
            for (Future<Boolean> result : results) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void ring_protectedByIt_opensWithItAlone() throws Exception {
        Path file = directory.resolve("ring");
        WrappedKey wrapped;
        try (KeyRing ring = KeyRing.create(file, key())) {
            ring.rotate();
            wrapped = ring.wrap(new byte[32], CONTEXT);
        }
        try (KeyRing ring = KeyRing.open(file, key())) {
            assertThat(ring.unwrap(wrapped, CONTEXT)).isEqualTo(new byte[32]);
            assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains(key().id());
        }
        KeyRingTest.assertReason(
                io.aidc.security.KeyRingException.Reason.NOT_OPENED, () -> KeyRing.open(file, otherKey()));
        KeyRingTest.assertReason(
                io.aidc.security.KeyRingException.Reason.NOT_OPENED, () -> KeyRing.open(file, "a".toCharArray()));
    }

    private static void assertRefused(KeyEncryptionKey key, byte[] wrapped, byte[] context) {
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> key.unwrap(wrapped, context));
    }
}

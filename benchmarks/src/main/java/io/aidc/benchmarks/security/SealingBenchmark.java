package io.aidc.benchmarks.security;

import io.aidc.security.Sealed;
import io.aidc.security.Vault;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.seal.ChunkedCipher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does the sealed format cost over bare AES-GCM?
 *
 * <p>Varies: the size. Baseline: the JDK's AES-256-GCM over pieces of 16 KiB in one array, without salt, commitment, header,
 * key wrapping or a result object. All in memory, one thread.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar SealingBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 2, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class SealingBenchmark {
    private static final int PIECE = 16 * 1024;
    private static final int SEALED_PIECE = PIECE + 16;
    private static final String NAME = "models/benchmark/1";
    private static final byte[] CONTEXT = {1, 2, 3};

    @Param({"65536", "1048576", "67108864"})
    int size;

    private Path directory;
    private Vault vault;
    private ChunkedCipher chunked;
    private Cipher gcm;
    private SecretKeySpec key;
    private byte[] plaintext;
    private byte[] bareSealed;
    private byte[] bareOpened;
    private byte[] chunkedSealed;
    private Sealed sealed;

    @Setup
    public void prepare() throws IOException, GeneralSecurityException {
        directory = Files.createTempDirectory("sealing");
        Path ring = directory.resolve("ring");
        char[] passphrase = "benchmark".toCharArray();
        KeyRing.create(ring, passphrase).close();
        vault = Vault.builder().keyStore(ring, passphrase).open();
        byte[] keyBytes = new byte[32];
        new Random(1).nextBytes(keyBytes);
        chunked = ChunkedCipher.aes256(keyBytes);
        key = new SecretKeySpec(keyBytes, "AES");
        gcm = Cipher.getInstance("AES/GCM/NoPadding");
        plaintext = new byte[size];
        new Random(2).nextBytes(plaintext);
        bareSealed = new byte[size / PIECE * SEALED_PIECE];
        bareOpened = new byte[size];
        sealed = vault.seal(ByteBuffer.wrap(plaintext), NAME);
        chunkedSealed = chunked.encrypt(plaintext, CONTEXT);
        bareSeal();
        if (!Arrays.equals(bareUnseal(), plaintext)
                || !Arrays.equals(chunkedUnseal(), plaintext)
                || contentHash() != ByteBuffer.wrap(plaintext).hashCode()) {
            throw new AssertionError("what was sealed did not come back");
        }
    }

    @TearDown
    public void cleanUp() throws IOException {
        vault.close();
        Files.delete(directory.resolve("ring"));
        Files.delete(directory);
    }

    @Benchmark
    public byte[] bareSeal() throws GeneralSecurityException {
        for (int i = 0; i < size / PIECE; i++) {
            gcm.init(Cipher.ENCRYPT_MODE, key, nonce(i));
            gcm.doFinal(plaintext, i * PIECE, PIECE, bareSealed, i * SEALED_PIECE);
        }
        return bareSealed;
    }

    @Benchmark
    public byte[] bareUnseal() throws GeneralSecurityException {
        for (int i = 0; i < size / PIECE; i++) {
            gcm.init(Cipher.DECRYPT_MODE, key, nonce(i));
            gcm.doFinal(bareSealed, i * SEALED_PIECE, SEALED_PIECE, bareOpened, i * PIECE);
        }
        return bareOpened;
    }

    @Benchmark
    public byte[] chunkedSeal() {
        return chunked.encrypt(plaintext, CONTEXT);
    }

    @Benchmark
    public byte[] chunkedUnseal() {
        return chunked.decrypt(chunkedSealed, CONTEXT);
    }

    @Benchmark
    public Sealed vaultSeal() {
        return vault.seal(ByteBuffer.wrap(plaintext), NAME);
    }

    @Benchmark
    public int vaultUnseal() {
        try (SecretBytes opened = vault.unseal(sealed, NAME)) {
            return opened.buffer().get(size - 1);
        }
    }

    private int contentHash() {
        try (SecretBytes opened = vault.unseal(sealed, NAME)) {
            return opened.buffer().hashCode();
        }
    }

    private static GCMParameterSpec nonce(int index) {
        return new GCMParameterSpec(
                128, ByteBuffer.allocate(12).putInt(8, index).array());
    }
}

package io.aidc.benchmarks.security;

import io.aidc.security.Sealed;
import io.aidc.security.Vault;
import io.aidc.security.keys.SecretBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
 * What do further threads win on one file, and on one buffer?
 *
 * <p>Varies: threads, the door, the direction; the content is of one size. Files lie in {@code directory}: a file system in
 * memory shows what the processors do, another one what the disk does, since files are flushed. The buffer that is sealed
 * lies in the heap, the result too; what is unsealed lies outside. {@code …Buffer} takes fresh memory each time, and wipes what it
 * unsealed within the measured time; {@code …Kept} uses the same memory again. One
 * thread is the baseline.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar ParallelSealing -p directory=/dev/shm/aidc-parallel}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class ParallelSealingBenchmark {
    private static final String NAME = VaultDoor.NAME;

    @Param({"1", "2"})
    int threads;

    @Param("268435456")
    int size;

    /** Holds five times the size. */
    @Param("/tmp/aidc-parallel")
    String directory;

    private Vault vault;
    private Path plaintext;
    private Path sealed;
    private Path sealedTarget;
    private Path plaintextTarget;
    private ByteBuffer content;
    private Sealed sealedContent;
    private ByteBuffer sealedRoom;
    private ByteBuffer room;

    @Setup
    public void prepare() throws IOException {
        Path place = Files.createDirectories(Path.of(directory));
        plaintext = place.resolve("content");
        sealed = place.resolve("sealed");
        sealedTarget = place.resolve("sealed-again");
        plaintextTarget = place.resolve("opened");
        byte[] bytes = new byte[size];
        new Random(2).nextBytes(bytes);
        content = ByteBuffer.wrap(bytes);
        Files.write(plaintext, bytes);
        vault = VaultDoor.of(new byte[32], threads).vault();
        vault.seal(plaintext, sealed, NAME);
        sealedContent = vault.seal(content, NAME);
        sealedRoom = ByteBuffer.allocate(sealedContent.size());
        room = ByteBuffer.allocateDirect(size);
        unsealFile();
        if (Files.mismatch(plaintext, plaintextTarget) >= 0 || !opensToContent()) {
            throw new AssertionError("what was sealed did not come back");
        }
    }

    @TearDown
    public void cleanUp() throws IOException {
        vault.close();
        for (Path file : List.of(plaintext, sealed, sealedTarget, plaintextTarget)) {
            Files.deleteIfExists(file);
        }
        Files.delete(Path.of(directory));
    }

    @Benchmark
    public void sealFile() {
        vault.seal(plaintext, sealedTarget, NAME);
    }

    @Benchmark
    public void unsealFile() {
        vault.unseal(sealed, plaintextTarget, NAME);
    }

    @Benchmark
    public Sealed sealBuffer() {
        return vault.seal(content, NAME);
    }

    @Benchmark
    public byte unsealBuffer() {
        try (SecretBytes opened = vault.unseal(sealedContent, NAME)) {
            return opened.buffer().get(size - 1);
        }
    }

    @Benchmark
    public ByteBuffer sealKept() {
        vault.seal(content, NAME, sealedRoom.clear());
        return sealedRoom;
    }

    @Benchmark
    public ByteBuffer unsealKept() {
        vault.unseal(sealedContent.bytes(), NAME, room.clear());
        return room;
    }

    private boolean opensToContent() {
        try (SecretBytes opened = vault.unseal(sealedContent, NAME)) {
            return opened.buffer().equals(content);
        }
    }
}

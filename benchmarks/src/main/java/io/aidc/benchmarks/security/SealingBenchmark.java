package io.aidc.benchmarks.security;

import com.google.crypto.tink.streamingaead.PredefinedStreamingAeadParameters;
import com.google.crypto.tink.streamingaead.StreamingAeadParameters;
import io.aidc.security.seal.ChunkedCipher;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does the sealed format cost over bare AES-GCM and beside Tink, once warm?
 *
 * <p>Varies: who seals, the size, and where the result goes. {@code seal} and {@code unseal} take an array and fill another
 * that is there beforehand; all but {@code BARE} and
 * {@code VAULT_BUFFER} do so through streams, which copy each byte once more. {@code sealAnew} and
 * {@code unsealAnew} make fresh memory for each result: {@code VAULT} through its buffers, whose plaintext lies outside the
 * heap and is wiped within the measured time, {@code CHUNKED} through its arrays, the others an array that they fill as
 * before. {@code BARE} and {@code BARE_STREAM} are a loop of the JDK's AES-256-GCM over pieces of 16 KiB, which derives no
 * key and marks no end; {@code CHUNKED} is our format without header and key wrapping. Everything is in memory, on one thread.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar security.SealingBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SealingBenchmark {
    /** More than any format adds to the sizes here. */
    private static final int ROOM = 64 * 1024;

    /** Who seals. */
    public enum Contestant {
        /** A loop of JDK calls from array to array. */
        BARE,
        /** The same loop from a source to a sink. */
        BARE_STREAM,
        /** Our format without a header. */
        CHUNKED,
        /** Sealed files, through streams. */
        VAULT,
        /** Sealed files, from and to memory that is kept. */
        VAULT_BUFFER,
        /** Tink's AES256_GCM_HKDF_1MB. */
        TINK_1MB,
        /** Tink's AES256_GCM_HKDF_4KB. */
        TINK_4KB
    }

    @Param
    Contestant contestant;

    @Param({"65536", "1048576", "67108864"})
    int size;

    private ArraySealing sealing;
    private byte[] plaintext;
    private byte[] sealed;
    private byte[] sealedTarget;
    private byte[] plaintextTarget;

    @Setup
    public void prepare() throws IOException, GeneralSecurityException {
        sealing = sealing();
        plaintext = new byte[size];
        new Random(2).nextBytes(plaintext);
        sealedTarget = new byte[size + size / 128 + ROOM];
        int sealedBytes = sealing.seal(plaintext, sealedTarget);
        sealed = Arrays.copyOf(sealedTarget, sealedBytes);
        plaintextTarget = new byte[size];
        if (!Arrays.equals(unseal(), plaintext)
                || sealAnew() == null
                || unsealAnew() instanceof byte[] opened && !Arrays.equals(opened, plaintext)) {
            throw new AssertionError("what was sealed did not come back");
        }
    }

    @Benchmark
    public byte[] seal() throws IOException, GeneralSecurityException {
        sealing.seal(plaintext, sealedTarget);
        return sealedTarget;
    }

    @Benchmark
    public byte[] unseal() throws IOException, GeneralSecurityException {
        sealing.unseal(sealed, plaintextTarget);
        return plaintextTarget;
    }

    @Benchmark
    public Object sealAnew() throws IOException, GeneralSecurityException {
        return sealing.sealAnew(plaintext, sealed.length);
    }

    @Benchmark
    public Object unsealAnew() throws IOException, GeneralSecurityException {
        return sealing.unsealAnew(sealed, size);
    }

    private ArraySealing sealing() throws GeneralSecurityException {
        byte[] key = new byte[32];
        new Random(1).nextBytes(key);
        return switch (contestant) {
            case BARE -> new ArraySealing.OfBare(BareGcm.create());
            case BARE_STREAM -> new ArraySealing.OfBareStreams(BareGcm.create());
            case CHUNKED -> ArraySealing.OfChunked.of(ChunkedCipher.aes256(key));
            case VAULT -> {
                VaultDoor door = VaultDoor.of(key, 1);
                yield new ArraySealing.OfVault(door.vault(), new ArraySealing.OfStreams(door));
            }
            case VAULT_BUFFER ->
                new ArraySealing.OfVaultBuffers(VaultDoor.of(key, 1).vault());
            case TINK_1MB -> tink(PredefinedStreamingAeadParameters.AES256_GCM_HKDF_1MB);
            case TINK_4KB -> tink(PredefinedStreamingAeadParameters.AES256_GCM_HKDF_4KB);
        };
    }

    private static ArraySealing tink(StreamingAeadParameters parameters) throws GeneralSecurityException {
        return new ArraySealing.OfStreams(TinkDoor.of(TinkDoor.freshKey(parameters)));
    }
}

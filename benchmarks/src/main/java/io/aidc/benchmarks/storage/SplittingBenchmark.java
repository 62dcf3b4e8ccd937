package io.aidc.benchmarks.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.ChunkProfile;
import io.aidc.storage.chunk.Chunker;
import io.aidc.storage.chunk.Layout;
import io.aidc.storage.chunk.Manifest;
import io.aidc.storage.chunk.Splitter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What does cutting and naming chunks cost over one SHA-256 of the same bytes?
 *
 * <p>Varies: the profile, and how much of the work is done. One operation is one MiB of random bytes, so the score is MiB/s.
 * {@code chunk}, {@code chunkAndHash} and {@code split} use one core; {@code chunkAndHash} is what stays on the caller's core
 * when {@code splitWithSecondThread} has a free core for the digest of the whole file. Baselines: {@code sha256} of the bytes
 * as a whole, and a plain {@code copy}.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar Splitting}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(SplittingBenchmark.MEBIBYTES)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class SplittingBenchmark {
    static final int MEBIBYTES = 64;

    private static final int PIECE_BYTES = 256 << 10;

    /** The sizes to cut at. */
    @Param({"XET_64K", "WEIGHTS_1M"})
    ChunkProfile profile;

    private final byte[] content = new byte[MEBIBYTES << 20];
    private final byte[] target = new byte[MEBIBYTES << 20];
    private ExecutorService second;

    /** Checks that all ways of splitting give the same chunks, and that these are the content. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        second = Executors.newSingleThreadExecutor();
        new Random(1).nextBytes(content);
        Manifest.FileEntry file = split();
        long length = 0;
        for (Manifest.ChunkEntry chunk : file.chunks()) {
            byte[] bytes = Arrays.copyOfRange(content, (int) length, (int) length + chunk.length());
            require(chunk.id().matches(bytes), "a chunk's id");
            length += chunk.length();
        }
        require(length == content.length, "the chunks' lengths");
        require(file.digest().matches(content), "the file's digest");
        require(file.equals(splitWithSecondThread()), "splitting with a second thread");
        require(file.chunks().stream().map(Manifest.ChunkEntry::id).toList().equals(chunkAndHash()), "chunk and hash");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what + " is wrong");
        }
    }

    /** Finds the cuts. */
    @Benchmark
    public int chunk() {
        var chunker = new Chunker(profile);
        int cuts = 0;
        for (int at = 0; at < content.length; ) {
            int length = Math.min(PIECE_BYTES, content.length - at);
            int cut = chunker.cut(content, at, length);
            at += cut < 0 ? length : cut;
            cuts += cut < 0 ? 0 : 1;
        }
        return cuts;
    }

    /** Finds the cuts, copies the chunks and names them. */
    @Benchmark
    public List<ChunkId> chunkAndHash() {
        var chunker = new Chunker(profile);
        List<ChunkId> ids = new ArrayList<>();
        int from = 0;
        for (int at = 0; at < content.length; ) {
            int length = Math.min(PIECE_BYTES, content.length - at);
            int cut = chunker.cut(content, at, length);
            at += cut < 0 ? length : cut;
            if (cut >= 0 || at == content.length) {
                ids.add(ChunkId.of(Arrays.copyOfRange(content, from, at)));
                from = at;
            }
        }
        return ids;
    }

    /** Makes a file's entry on one thread: two hashes of every byte. */
    @Benchmark
    public Manifest.FileEntry split() throws IOException {
        return split(new Splitter(profile));
    }

    /** Makes a file's entry, with the second hash on another thread. */
    @Benchmark
    public Manifest.FileEntry splitWithSecondThread() throws IOException {
        return split(new Splitter(profile, second));
    }

    private Manifest.FileEntry split(Splitter splitter) throws IOException {
        return splitter.split("file", new ByteArrayInputStream(content), Layout.none(), (id, bytes) -> {});
    }

    /** Hashes the whole. */
    @Benchmark
    public byte[] sha256() {
        MessageDigest digest = ChunkId.newDigest();
        return digest.digest(content);
    }

    /** Copies the whole. */
    @Benchmark
    public void copy(Blackhole sink) {
        System.arraycopy(content, 0, target, 0, content.length);
        sink.consume(target);
    }

    /** Ends the second thread. */
    @TearDown(Level.Trial)
    public void close() {
        second.shutdown();
    }
}

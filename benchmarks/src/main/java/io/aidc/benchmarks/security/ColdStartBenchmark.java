package io.aidc.benchmarks.security;

import io.aidc.security.keys.SecretBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
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
 * How long does a fresh JVM take for the first 256 MiB that it unseals?
 *
 * <p>Varies: who unseals, and the door. {@code stream}: from an array in memory, read in pieces of 64 KiB into one array
 * that is used again. {@code whole}: from an array into memory that holds all of it; ours is outside the heap and wiped, the
 * peer's an array. {@code file}: from file to file; ours flushes it and renames it into place. Keys are loaded beforehand,
 * but nothing is sealed or unsealed in the JVM that is measured: {@link PreparedFiles} made and checked the sealed files in
 * a process of its own. {@code bare} is the loop of the JDK's AES-GCM over 16 KiB pieces. All on one thread.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar ColdStart -p directory=/dev/shm/aidc-cold}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 10, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class ColdStartBenchmark {
    private static final int SINK_BYTES = 64 * 1024;

    /** Files of one peer. */
    @State(Scope.Benchmark)
    public static class Sealed {
        /** Who unseals. */
        @Param({"VAULT", "TINK_1MB", "TINK_4KB"})
        Peer peer;

        /** Where the files are or shall be; holds 1.5 GiB. */
        @Param("/tmp/aidc-cold")
        String directory;

        private StreamDoor door;
        private Path file;
        private Path opened;
        private byte[] sealed;
        private int size;

        /** Loads the key and the sealed bytes. */
        @Setup
        public void prepare() throws IOException, GeneralSecurityException, InterruptedException {
            Path prepared = PreparedFiles.in(Path.of(directory));
            door = peer.door(prepared);
            file = peer.sealed(prepared);
            opened = prepared.resolve("opened");
            sealed = Files.readAllBytes(file);
            size = (int) Files.size(PreparedFiles.content(prepared));
        }

        /** Removes what was opened. */
        @TearDown
        public void cleanUp() throws IOException {
            Files.deleteIfExists(opened);
        }

        private int checked(long length, int last) {
            if (length != size) {
                throw new AssertionError("%d bytes of %d came back".formatted(length, size));
            }
            return last;
        }
    }

    /** The file of the bare loop. */
    @State(Scope.Benchmark)
    public static class Bare {
        /** Where the files are or shall be; holds 1.5 GiB. */
        @Param("/tmp/aidc-cold")
        String directory;

        private BareGcm gcm;
        private byte[] sealed;

        /** Loads the sealed bytes. */
        @Setup
        public void prepare() throws IOException, GeneralSecurityException, InterruptedException {
            gcm = BareGcm.create();
            sealed = Files.readAllBytes(PreparedFiles.bareSealed(PreparedFiles.in(Path.of(directory))));
        }
    }

    @Benchmark
    public int stream(Sealed state) throws IOException, GeneralSecurityException {
        byte[] sink = new byte[SINK_BYTES];
        long length = 0;
        try (InputStream in = state.door.unsealing(new ByteArrayInputStream(state.sealed))) {
            for (int read = in.read(sink); read >= 0; read = in.read(sink)) {
                length += read;
            }
        }
        return state.checked(length, sink[0]);
    }

    @Benchmark
    public int whole(Sealed state) throws IOException, GeneralSecurityException {
        if (state.door instanceof VaultDoor ours) {
            try (SecretBytes opened = ours.vault().unseal(ByteBuffer.wrap(state.sealed), VaultDoor.NAME)) {
                return state.checked(opened.size(), opened.buffer().get(state.size - 1));
            }
        }
        byte[] opened = new byte[state.size];
        try (InputStream in = state.door.unsealing(new ByteArrayInputStream(state.sealed))) {
            int length = in.readNBytes(opened, 0, opened.length);
            return state.checked(in.read() < 0 ? length : -1, opened[state.size - 1]);
        }
    }

    @Benchmark
    public int file(Sealed state) throws IOException, GeneralSecurityException {
        if (state.door instanceof VaultDoor ours) {
            ours.vault().unseal(state.file, state.opened, VaultDoor.NAME);
        } else {
            try (InputStream in = state.door.unsealing(Files.newInputStream(state.file));
                    OutputStream out = Files.newOutputStream(state.opened)) {
                copy(in, out);
            }
        }
        return state.checked(Files.size(state.opened), 0);
    }

    @Benchmark
    public int bare(Bare state) throws GeneralSecurityException {
        byte[] sink = new byte[SINK_BYTES];
        int inSink = SINK_BYTES / BareGcm.PIECE;
        for (int piece = 0; piece < state.sealed.length / BareGcm.SEALED_PIECE; piece++) {
            state.gcm.unseal(state.sealed, piece, sink, piece % inSink * BareGcm.PIECE);
        }
        return sink[0];
    }

    static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] piece = new byte[SINK_BYTES];
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            out.write(piece, 0, read);
        }
    }
}

package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.ModelMismatchException;
import io.aidc.security.VaultIoException;
import io.aidc.security.keys.SecretBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerifiedModelTest {
    private static final KeyPair KEYS = SigningKeys.generate();
    private static final int SIZE = 10_000;
    private static final int SHARD = 1000;

    private final byte[] content = new byte[SIZE];
    private final Map<String, ByteBuffer> buffers = new HashMap<>();
    private final ModelFiles files;

    VerifiedModelTest() {
        new Random(5).nextBytes(content);
        buffers.put("w", ByteBuffer.wrap(content));
        buffers.put("v", ByteBuffer.allocate(2 * SHARD));
        buffers.put("empty", ByteBuffer.allocate(0));
        files = ModelFiles.of(buffers);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void read_anyRange_givesThoseBytes(long seed) {
        Random random = new Random(seed);
        int shard = 1 + random.nextInt(2 * SIZE);
        try (VerifiedModel model = sharded(shard, verifier().threads(1 + random.nextInt(3)))) {
            for (int i = 0; i < 20; i++) {
                int offset = random.nextInt(SIZE + 1);
                int length = random.nextInt(SIZE - offset + 1);
                ByteBuffer range = model.read("w", offset, length);
                assertThat(range.isDirect()).isTrue();
                assertThat(range).isEqualTo(ByteBuffer.wrap(content, offset, length));
            }
            assertThat(model.read("w")).isEqualTo(ByteBuffer.wrap(content));
        }
    }

    @Test
    void read_neighbouringRanges_hashEachShardOnce() {
        LongAdder hashed = new LongAdder();
        try (VerifiedModel model = sharded(SHARD, verifier().onProgress(hashed::add))) {
            for (int offset = 0; offset < SIZE; offset += 400) {
                assertThat(model.read("w", offset, 400)).isEqualTo(ByteBuffer.wrap(content, offset, 400));
            }
        }
        assertThat(hashed.sum()).isEqualTo(SIZE);
    }

    @Test
    void read_shardTooLongToKeep_isHashedAgainForEachRange() {
        int shard = 64 * 1024 * 1024 + 1;
        ByteBuffer large = ByteBuffer.allocate(shard).put(7, (byte) 1);
        ModelFiles one = ModelFiles.of(Map.of("large", large));
        LongAdder hashed = new LongAdder();
        SignatureFiles signature = ModelSigner.key(KEYS).shards(shard).sign(one, "m");
        try (VerifiedModel model = verifier().onProgress(hashed::add).open(one, signature)) {
            assertThat(model.read("large", 7, 2)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 0}));
            assertThat(model.read("large", 6, 2)).isEqualTo(ByteBuffer.wrap(new byte[] {0, 1}));
        }
        assertThat(hashed.sum()).isEqualTo(2L * shard);
    }

    @Test
    void read_rangeInsideOneShard_hashesThatShardOnly() {
        LongAdder hashed = new LongAdder();
        try (VerifiedModel model = sharded(SHARD, verifier().onProgress(hashed::add))) {
            model.read("w", 2 * SHARD, SHARD);
            assertThat(hashed.sum()).isEqualTo(SHARD);
            model.read("w", 0, 0);
            assertThat(hashed.sum()).isEqualTo(SHARD);
        }
    }

    @Test
    void read_changedByte_isNoticedInItsShardAlone() {
        content[3500] ^= 1;
        ModelFiles changed = ModelFiles.of(buffers);
        content[3500] ^= 1;
        SignatureFiles signature = ModelSigner.key(KEYS).shards(SHARD).sign(files, "m");
        content[3500] ^= 1;
        try (VerifiedModel model = verifier().open(changed, signature)) {
            model.read("w", 0, 3 * SHARD);
            model.read("w", 4 * SHARD, 100);
            for (int offset : new int[] {2500, 3000, 3400, 3999}) {
                assertChanged(() -> model.read("w", offset, 1001), "w");
            }
            assertChanged(() -> model.read("w"), "w");
            model.read("w", 0, 3 * SHARD);
        }
        assertChanged(() -> verifier().threads(2).load(changed, signature), "w");
    }

    @ParameterizedTest
    @ValueSource(ints = {SIZE - 1, SIZE + 1, 0, SIZE - SHARD})
    void read_fileOfAnotherLength_isRefused(int size) {
        SignatureFiles signature = ModelSigner.key(KEYS).shards(SHARD).sign(files, "m");
        buffers.put("w", ByteBuffer.wrap(Arrays.copyOf(content, size)));
        ModelFiles other = ModelFiles.of(buffers);
        try (VerifiedModel model = verifier().open(other, signature)) {
            assertThat(model.size("w")).isEqualTo(SIZE);
            assertChanged(() -> model.read("w", 0, 10), "w");
            assertChanged(() -> model.read("w"), "w");
        }
        assertChanged(() -> verifier().load(other, signature), "w");
    }

    @Test
    void read_wholeFilesSigned_rangesAreRefused() {
        SignatureFiles signature = ModelSigner.key(KEYS).sign(files, "m");
        try (VerifiedModel model = verifier().open(files, signature)) {
            assertThat(model.size("w")).isEqualTo(SIZE);
            assertThat(model.names()).containsExactly("empty", "v", "w");
            assertThat(model.read("empty").remaining()).isZero();
            assertThatIllegalStateException()
                    .isThrownBy(() -> model.read("w", 0, 1))
                    .withMessageContaining("shards");
        }
    }

    @Test
    void read_outsideTheFile_isRefused() {
        try (VerifiedModel model = sharded(SHARD, verifier())) {
            assertThat(model.read("w", SIZE, 0).remaining()).isZero();
            assertThatIllegalArgumentException().isThrownBy(() -> model.read("w", -1, 1));
            assertThatIllegalArgumentException().isThrownBy(() -> model.read("w", 0, -1));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.read("w", SIZE, 1))
                    .withMessageContaining("10000");
            assertThatIllegalArgumentException().isThrownBy(() -> model.read("w", Long.MAX_VALUE, 1));
            assertThatIllegalArgumentException().isThrownBy(() -> model.read("empty", 0, 0));
            assertThatIllegalArgumentException().isThrownBy(() -> model.size("none"));
        }
    }

    @Test
    void read_fileBeyondOneBuffer_isRefused() {
        SignatureFiles signature = ModelSigner.key(KEYS).sign(files, "m");
        try (VerifiedModel model = verifier().open(measured(1L << 31), signature)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.read("w"))
                    .withMessageContaining("shards");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, SIZE - 1, SIZE + 1})
    void read_lengthChangesBetweenLookAndRead_isRefused(int size) {
        SignatureFiles signature = ModelSigner.key(KEYS).sign(files, "m");
        try (VerifiedModel model = verifier().open(measured(size), signature)) {
            assertChanged(() -> model.read("w"), "w");
        }
    }

    @Test
    void readSecret_isTheCallersToClose() {
        VerifiedModel model = sharded(SHARD, verifier());
        SecretBytes whole = model.readSecret("w");
        SecretBytes range = model.readSecret("w", 10, 20);
        ByteBuffer kept = model.read("w", 10, 20);
        model.close();
        assertThat(whole.buffer()).isEqualTo(ByteBuffer.wrap(content));
        assertThat(range.buffer()).isEqualTo(ByteBuffer.wrap(content, 10, 20));
        assertThat(kept).isEqualTo(ByteBuffer.allocate(20));
        whole.close();
        range.close();
    }

    @Test
    void close_twice_thenEveryCallFails() {
        VerifiedModel model = sharded(SHARD, verifier().threads(2));
        model.read("w");
        model.close();
        model.close();
        assertThatIllegalStateException().isThrownBy(() -> model.read("w"));
        assertThatIllegalStateException().isThrownBy(() -> model.read("w", 0, 1));
        assertThatIllegalStateException().isThrownBy(() -> model.readSecret("w"));
        assertThatIllegalStateException().isThrownBy(() -> model.size("w"));
        assertThatIllegalStateException().isThrownBy(model::names);
    }

    @Test
    void read_failsOnce_opensTheFileAfresh() {
        List<String> opened = new ArrayList<>();
        ModelFiles flaky = new ModelFiles() {
            @Override
            public List<String> names() throws IOException {
                return files.names();
            }

            @Override
            public SeekableByteChannel open(String name) throws IOException {
                if (!name.equals("empty")) {
                    opened.add(name);
                    if (opened.size() == 1) {
                        throw new IOException("not yet");
                    }
                }
                return files.open(name);
            }
        };
        try (VerifiedModel model =
                verifier().open(flaky, ModelSigner.key(KEYS).shards(SHARD).sign(files, "m"))) {
            assertThatExceptionOfType(VaultIoException.class)
                    .isThrownBy(() -> model.read("w", 0, 5))
                    .withMessageContaining("not yet");
            model.read("w", 0, 5);
            model.read("w", 5000, 5);
            model.read("v", 0, 5);
            assertThat(opened).containsExactly("w", "w", "v");
        }
    }

    private VerifiedModel sharded(long shardBytes, ModelVerifier verifier) {
        SignatureFiles signature = ModelSigner.key(KEYS).shards(shardBytes).sign(files, "m");
        return verifier.open(files, signature);
    }

    private static ModelVerifier verifier() {
        return ModelVerifier.trusting(KEYS.getPublic());
    }

    static void assertChanged(ThrowingCallable work, String name) {
        assertThatExceptionOfType(ModelMismatchException.class)
                .isThrownBy(work)
                .satisfies(e -> assertThat(e.changed()).containsExactly(name));
    }

    private ModelFiles measured(long size) {
        return new ModelFiles() {
            @Override
            public List<String> names() throws IOException {
                return files.names();
            }

            @Override
            public SeekableByteChannel open(String name) throws IOException {
                return new MeasuredChannel(files.open(name), size);
            }
        };
    }

    /** Says that it is of another length, as a file that is written meanwhile was a moment ago. */
    private record MeasuredChannel(SeekableByteChannel content, long size) implements SeekableByteChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            return content.read(target);
        }

        @Override
        public int write(ByteBuffer source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() throws IOException {
            return content.position();
        }

        @Override
        public SeekableByteChannel position(long position) throws IOException {
            content.position(position);
            return this;
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return content.isOpen();
        }

        @Override
        public void close() throws IOException {
            content.close();
        }
    }
}

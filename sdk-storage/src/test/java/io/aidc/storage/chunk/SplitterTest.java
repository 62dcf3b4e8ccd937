package io.aidc.storage.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SplitterTest {
    private final Splitter splitter = new Splitter(ChunkProfile.XET_64K);

    @Test
    void split_content_handsOutTheBytesInOrder() throws IOException {
        byte[] content = new byte[1_000_000];
        new Random(1).nextBytes(content);
        var joined = new ByteArrayOutputStream();

        Manifest.FileEntry file = splitter.split("f", new ByteArrayInputStream(content), Layout.none(), (id, bytes) -> {
            assertThat(id.matches(bytes)).isTrue();
            joined.writeBytes(bytes);
        });

        assertThat(joined.toByteArray()).isEqualTo(content);
        assertThat(file.length()).isEqualTo(content.length);
        assertThat(file.digest()).isEqualTo(ChunkId.of(content));
        assertThat(file.chunks().size()).isGreaterThan(7);
    }

    @Test
    void split_nothing_hasNoChunk() throws IOException {
        Manifest.FileEntry file =
                splitter.split("f", new ByteArrayInputStream(new byte[0]), Layout.none(), (id, bytes) -> fail());

        assertThat(file.chunks()).isEmpty();
        assertThat(file.digest()).isEqualTo(ChunkId.of(new byte[0]));
    }

    @Test
    void split_sinkThatFails_failsWithIt() {
        assertThatThrownBy(
                        () -> splitter.split("f", new ByteArrayInputStream(new byte[1]), Layout.none(), (id, bytes) -> {
                            throw new IOException("full");
                        }))
                .isInstanceOf(IOException.class)
                .hasMessage("full");
    }

    @Test
    void split_pathTrick_isRefused() {
        assertThatThrownBy(() ->
                        splitter.split("../f", new ByteArrayInputStream(new byte[1]), Layout.none(), (id, bytes) -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void split_layoutAndAnyReads_givesTheSameChunks() throws IOException {
        byte[] content = new byte[3_000_000];
        new Random(2).nextBytes(content);
        var layout = Layout.of(content.length, LongStream.of(100, 9_000, 500_000, 500_100, 2_999_999));
        var splitter = new Splitter(ChunkProfile.WEIGHTS_1M);

        Manifest.FileEntry whole = splitter.split("f", new ByteArrayInputStream(content), layout, (id, bytes) -> {});

        assertThat(whole.chunks()).hasSizeGreaterThan(3);
        for (int most : new int[] {1_000, 70_001, 1 << 20}) {
            assertThat(splitter.split("f", new Dripping(content, most), layout, (id, bytes) -> {}))
                    .as("reads of at most %d", most)
                    .isEqualTo(whole);
        }
    }

    @Test
    void split_contentShorterOrLongerThanItsLayout_isSplitAll() throws IOException {
        byte[] content = new byte[100_000];
        new Random(3).nextBytes(content);
        for (long announced : new long[] {50_000, 200_000}) {
            var layout = Layout.of(announced, LongStream.of(20_000, 40_000));

            Manifest.FileEntry file = splitter.split("f", new ByteArrayInputStream(content), layout, (id, bytes) -> {});

            assertThat(file.length()).isEqualTo(content.length);
            assertThat(file.chunks().stream().map(Manifest.ChunkEntry::length).limit(2))
                    .containsExactly(20_000, 20_000);
        }
    }

    @Test
    void split_chunksOfTheMaximum_growTheBufferAsNeeded() throws IOException {
        byte[] content = new byte[(8 << 20) + 1];
        List<Integer> lengths = new ArrayList<>();

        Manifest.FileEntry file = new Splitter(ChunkProfile.WEIGHTS_1M)
                .split("f", new ByteArrayInputStream(content), Layout.none(), (id, bytes) -> lengths.add(bytes.length));

        assertThat(lengths).startsWith(4 << 20).endsWith(1);
        assertThat(file.digest()).isEqualTo(ChunkId.of(content));
    }

    @Test
    void split_digestsElsewhere_givesTheSameWhateverTheExecutorDoes() throws Exception {
        byte[] content = new byte[2_000_000];
        new Random(4).nextBytes(content);
        Manifest.FileEntry expected =
                splitter.split("f", new ByteArrayInputStream(content), Layout.none(), (id, bytes) -> {});
        ExecutorService two = Executors.newFixedThreadPool(2);
        List<Executor> executors = List.of(two, task -> {}, task -> {
            throw new RejectedExecutionException("closed");
        });
        try {
            for (Executor executor : executors) {
                var digesting = new Splitter(ChunkProfile.XET_64K, executor);
                assertThat(digesting.split("f", new ByteArrayInputStream(content), Layout.none(), (id, bytes) -> {}))
                        .isEqualTo(expected);
            }
        } finally {
            two.shutdown();
        }
    }

    @Test
    void split_onTheOnlyThreadOfItsExecutor_ends() throws Exception {
        byte[] content = new byte[2_000_000];
        ExecutorService one = Executors.newSingleThreadExecutor();
        try {
            Manifest.FileEntry file = one.submit(() -> new Splitter(ChunkProfile.XET_64K, one)
                            .split("f", new ByteArrayInputStream(content), Layout.none(), (id, bytes) -> {}))
                    .get(1, TimeUnit.MINUTES);

            assertThat(file.digest()).isEqualTo(ChunkId.of(content));
        } finally {
            one.shutdown();
        }
    }

    /** Gives a random part of what is asked for. */
    private static final class Dripping extends ByteArrayInputStream {
        private final Random random = new Random(9);
        private final int most;

        Dripping(byte[] content, int most) {
            super(content);
            this.most = most;
        }

        @Override
        public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 1 + random.nextInt(most)));
        }
    }

    private static void fail() {
        throw new AssertionError("no chunk expected");
    }
}

package io.aidc.storage.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SplitterTest {
    private final Splitter splitter = new Splitter(ChunkProfile.XET_64K);

    @Test
    void split_content_handsOutTheBytesInOrder() throws IOException {
        byte[] content = new byte[1_000_000];
        new Random(1).nextBytes(content);
        var joined = new ByteArrayOutputStream();

        Manifest.FileEntry file = splitter.split("f", new ByteArrayInputStream(content), (id, bytes) -> {
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
        Manifest.FileEntry file = splitter.split("f", new ByteArrayInputStream(new byte[0]), (id, bytes) -> fail());

        assertThat(file.chunks()).isEmpty();
        assertThat(file.digest()).isEqualTo(ChunkId.of(new byte[0]));
    }

    @Test
    void split_sinkThatFails_failsWithIt() {
        assertThatThrownBy(() -> splitter.split("f", new ByteArrayInputStream(new byte[1]), (id, bytes) -> {
                    throw new IOException("full");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("full");
    }

    @Test
    void split_pathTrick_isRefused() {
        assertThatThrownBy(() -> splitter.split("../f", new ByteArrayInputStream(new byte[1]), (id, bytes) -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void fail() {
        throw new AssertionError("no chunk expected");
    }
}

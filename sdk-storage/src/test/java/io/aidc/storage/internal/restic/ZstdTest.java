package io.aidc.storage.internal.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZstdTest {
    @Test
    void decompress_ofWhatWasCompressed_givesItBack() throws IOException {
        byte[] plain = "hello ".repeat(1000).getBytes(StandardCharsets.UTF_8);
        byte[] compressed = Zstd.compress(plain);

        assertThat(Zstd.isAvailable()).isTrue();
        assertThat(compressed.length).isLessThan(200);
        assertThat(Zstd.decompress(compressed, 0, compressed.length, plain.length))
                .isEqualTo(plain);
    }

    @Test
    void decompress_beyondTheBound_isRefused() {
        byte[] bomb = Zstd.compress(new byte[50 << 20]);

        assertThat(bomb.length).isLessThan(10_000);
        assertThatIOException()
                .isThrownBy(() -> Zstd.decompress(bomb, 0, bomb.length, 1000))
                .withMessageContaining("at most 1000 bytes");
    }

    @Test
    void decompress_garbage_throwsOnlyIoException() {
        byte[] compressed = Zstd.compress("hello ".repeat(1000).getBytes(StandardCharsets.UTF_8));
        var random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] mutated = compressed.clone();
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            try {
                assertThat(Zstd.decompress(mutated, 0, mutated.length, 10_000).length)
                        .isLessThanOrEqualTo(10_000);
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotNull();
            }
        }
    }
}

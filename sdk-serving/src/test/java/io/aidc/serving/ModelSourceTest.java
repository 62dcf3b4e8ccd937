package io.aidc.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSourceTest {
    private static final byte[] BYTES = {1, 2, 3, 4, 5};

    @Test
    void lend_bytes_areLentDirectAndWiped() {
        byte[] mine = BYTES.clone();
        ModelSource source = ModelSource.of(mine);
        mine[0] = 9;
        AtomicReference<ByteBuffer> kept = new AtomicReference<>();

        byte[] seen = source.lend(bytes -> keep(kept, bytes));

        assertThat(seen).containsExactly(BYTES);
        assertThat(copy(kept.get())).containsOnly(0);
        assertThat(source.confidential()).isFalse();
        byte[] again = source.lend(bytes -> keep(kept, bytes));
        assertThat(again).containsExactly(BYTES);
    }

    @Test
    void lend_file_isReadEachTime(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("m.onnx"), BYTES);
        ModelSource source = ModelSource.of(file);

        byte[] first = source.lend(ModelSourceTest::copy);
        Files.write(file, new byte[] {7});
        byte[] second = source.lend(ModelSourceTest::copy);

        assertThat(first).containsExactly(BYTES);
        assertThat(second).containsExactly(7);
    }

    @Test
    void lend_missingFile_isUnreadable(@TempDir Path directory) {
        assertThatThrownBy(
                        () -> ModelSource.of(directory.resolve("absent.onnx")).lend(ModelSourceTest::copy))
                .isInstanceOfSatisfying(
                        ModelLoadException.class,
                        e -> assertThat(e.reason()).isEqualTo(ModelLoadException.Reason.UNREADABLE))
                .hasMessageContaining("absent.onnx")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void lend_decryptedDirectBuffer_isLentAsItIsThenWipedThenClosed() {
        Opened opened = new Opened(ByteBuffer.allocateDirect(7));
        opened.buffer.put(1, BYTES).position(1).limit(6);

        byte[] seen = ModelSource.decrypting(() -> opened, o -> o.buffer).lend(bytes -> {
            assertThat(bytes.isDirect()).isTrue();
            return copy(bytes);
        });

        assertThat(seen).containsExactly(BYTES);
        assertThat(opened.log).containsExactly("closed with [0, 0, 0, 0, 0]");
    }

    @Test
    void lend_decryptedHeapBuffer_isWipedOnBothSides() {
        ByteBuffer heap = ByteBuffer.wrap(BYTES.clone());
        AtomicReference<ByteBuffer> kept = new AtomicReference<>();

        byte[] seen = TestModels.decrypting(() -> heap).lend(bytes -> keep(kept, bytes));

        assertThat(seen).containsExactly(BYTES);
        assertThat(kept.get().isDirect()).isTrue();
        assertThat(copy(kept.get())).containsOnly(0);
        assertThat(heap.array()).containsOnly(0);
    }

    @Test
    void lend_decryptedReadOnlyBuffer_isLeftToItsOwner() {
        Opened opened = new Opened(ByteBuffer.allocateDirect(5).put(BYTES).flip());

        byte[] seen = ModelSource.decrypting(() -> opened, o -> o.buffer.asReadOnlyBuffer())
                .lend(ModelSourceTest::copy);

        assertThat(seen).containsExactly(BYTES);
        assertThat(opened.log).containsExactly("closed with [1, 2, 3, 4, 5]");
    }

    @Test
    void lend_userFails_wipesAndClosesAllTheSame() {
        Opened opened = new Opened(ByteBuffer.allocateDirect(5).put(BYTES).flip());

        assertThatThrownBy(() -> ModelSource.decrypting(() -> opened, o -> o.buffer)
                        .lend(bytes -> {
                            throw new IllegalStateException("engine");
                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("engine");
        assertThat(opened.log).containsExactly("closed with [0, 0, 0, 0, 0]");
    }

    @Test
    void lend_decryptionFails_saysWhy() {
        assertThatThrownBy(() -> TestModels.decrypting(() -> {
                            throw new IOException("wrong key");
                        })
                        .lend(ModelSourceTest::copy))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("wrong key");
        assertThatThrownBy(() -> TestModels.decrypting(() -> {
                            throw new SecurityException("denied");
                        })
                        .lend(ModelSourceTest::copy))
                .isInstanceOf(SecurityException.class);
    }

    @Test
    void lend_interrupted_keepsTheFlag() {
        assertThatThrownBy(() -> TestModels.decrypting(() -> {
                            throw new InterruptedException();
                        })
                        .lend(ModelSourceTest::copy))
                .isInstanceOf(ModelLoadException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void asVersion_blankOrTwice_isRefused() {
        ModelSource source = ModelSource.of(BYTES);

        assertThat(source.version()).isNull();
        assertThat(source.asVersion("7").version()).isEqualTo("7");
        assertThatIllegalArgumentException().isThrownBy(() -> source.asVersion(" "));
        assertThatThrownBy(() -> source.asVersion("7").asVersion("8"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("version is '7', cannot be set to '8'");
    }

    private static byte[] keep(AtomicReference<ByteBuffer> kept, ByteBuffer bytes) {
        kept.set(bytes);
        return copy(bytes);
    }

    private static byte[] copy(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return copy;
    }

    /** What a vault would hand out. */
    private static final class Opened implements AutoCloseable {
        final ByteBuffer buffer;
        final List<String> log = new ArrayList<>();

        Opened(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public void close() {
            log.add("closed with " + Arrays.toString(copy(buffer)));
        }
    }
}

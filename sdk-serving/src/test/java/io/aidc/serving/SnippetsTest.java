package io.aidc.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.serving.runtime.djl.DjlRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of the documentation, executed. */
class SnippetsTest {
    private static final byte[] MODEL = TestModels.mlp(1, 30, 16, 1);
    private final float[] features = new float[30];

    @Test
    void ask(@TempDir Path directory) throws IOException {
        Path model = Files.write(directory.resolve("model.onnx"), MODEL);
        String shown = "";
        // @start region="ask"
        try (ModelServer server = ModelServer.onnx(ModelSource.of(model).asVersion("fraud-7"))
                .batchUpTo(32, Duration.ofMillis(5))
                .cacheAnswers(10_000)
                .open()) {
            Answer answer = server.ask(features).join();
            if (answer instanceof Answer.Scored scored) {
                shown = "%s says %.3f"
                        .formatted(scored.version(), scored.output().floats()[0]);
            } else if (answer instanceof Answer.Shed shed) {
                shown = "busy, again in " + shed.retryAfter();
            }
        }
        // @end
        assertThat(shown).startsWith("fraud-7 says ");
    }

    @Test
    void decrypting() {
        ByteBuffer plaintext = TestModels.direct(MODEL);
        // @start region="decrypting"
        ModelSource source = ModelSource.decrypting(() -> unseal(plaintext), Unsealed::buffer);
        try (ModelServer server = ModelServer.onnx(source).open()) {
            assertThat(server.ask(features).join()).isInstanceOf(Answer.Scored.class);
        }
        // @end
        assertThat(plaintext).isEqualTo(ByteBuffer.allocate(MODEL.length));
    }

    @Test
    void djl() {
        // @start region="djl"
        try (ModelServer server = ModelServer.onnx(ModelSource.of(MODEL))
                .runtime(new DjlRuntime())
                .open()) {
            assertThat(server.ask(features).join()).isInstanceOf(Answer.Scored.class);
        }
        // @end
    }

    private static Unsealed unseal(ByteBuffer plaintext) {
        return new Unsealed(plaintext);
    }

    private record Unsealed(ByteBuffer buffer) implements AutoCloseable {
        @Override
        public void close() {}
    }
}

package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryFilesTest extends ModelFilesContract {
    @TempDir
    private Path directory;

    @Override
    protected ModelFiles files(Map<String, byte[]> contents) throws IOException {
        for (Map.Entry<String, byte[]> file : contents.entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        return ModelFiles.at(directory);
    }

    @Test
    void at_singleFile_hasTheNameDot() throws IOException {
        Path file = Files.writeString(directory.resolve("f"), "abc");
        Path link = Files.createSymbolicLink(directory.resolve("alias"), file);
        for (Path model : new Path[] {file, link}) {
            ModelFiles files = ModelFiles.at(model);
            assertThat(files.names()).containsExactly(".");
            try (var channel = files.open(".")) {
                assertThat(channel.size()).isEqualTo(3);
            }
        }
    }

    @Test
    void at_link_isRefused() throws IOException {
        Files.createSymbolicLink(directory.resolve("link"), directory);
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> ModelFiles.at(directory).names())
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNSAFE_FILE));
        assertThatIOException().isThrownBy(() -> ModelFiles.at(directory).open("link"));
    }

    @Test
    void at_nothing_isSaidWhenListed() {
        assertThatIOException()
                .isThrownBy(() -> ModelFiles.at(directory.resolve("none")).names());
    }

    @Test
    void open_nameThatLeavesTheModel_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelFiles.at(directory).open("../x"))
                .withMessageContaining("../x");
    }
}

package io.aidc.storage.internal.restic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** zstd-jni is optional: everything must load without it. */
class WithoutZstdTest {
    @Test
    void bestVersion_withoutTheLibraryOnTheClassPath_isOne() throws Exception {
        List<URL> others = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (!entry.contains("zstd-jni")) {
                others.add(Path.of(entry).toUri().toURL());
            }
        }
        try (var loader = new URLClassLoader(others.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
            Method bestVersion = loader.loadClass("io.aidc.storage.internal.restic.Repository")
                    .getDeclaredMethod("bestVersion");
            bestVersion.setAccessible(true);

            assertThat(bestVersion.invoke(null)).isEqualTo(1);
        }
        assertThat(Repository.bestVersion()).isEqualTo(2);
    }
}

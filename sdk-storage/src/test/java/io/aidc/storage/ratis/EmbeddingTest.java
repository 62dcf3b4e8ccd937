package io.aidc.storage.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EmbeddingTest {
    /** In classes of its own: Ratis takes the handler when its class is loaded, once. */
    @Test
    void prepare_leavesTheHandlerOfUncaughtExceptionsAlone() throws Exception {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.UncaughtExceptionHandler ours = (thread, failure) -> {};
        Thread.setDefaultUncaughtExceptionHandler(ours);
        try (var loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            Class<?> fresh = loader.loadClass(Embedding.class.getName());
            assertThat(fresh).isNotEqualTo(Embedding.class);
            Method prepare = fresh.getDeclaredMethod("prepare");
            prepare.setAccessible(true);

            prepare.invoke(null);

            assertThat(Thread.getDefaultUncaughtExceptionHandler()).isSameAs(ours);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    private static URL[] classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(EmbeddingTest::url)
                .toArray(URL[]::new);
    }

    private static URL url(String path) {
        try {
            return new File(path).toURI().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}

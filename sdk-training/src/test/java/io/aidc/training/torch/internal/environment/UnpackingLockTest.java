package io.aidc.training.torch.internal.environment;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.ChildJvm;
import io.aidc.training.torch.NativeThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class UnpackingLockTest {
    @TempDir
    Path directory;

    static final class Loads {
        @SuppressWarnings("SystemOut")
        public static void main(String[] arguments) {
            System.out.println("threads=" + NativeThreads.count());
        }
    }

    /** Without the lock one of the two dies of SIGBUS three times out of four. */
    @Test
    void load_byProcessesThatFindTheCacheEmpty_worksInAll() throws IOException, InterruptedException {
        Path cache = Files.createDirectory(directory.resolve("cache"));
        List<Process> children = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                Path own = Files.createDirectory(directory.resolve("child" + i));
                children.add(new ChildJvm(own)
                        .environment("JDK_JAVA_OPTIONS", "-Dorg.bytedeco.javacpp.cachedir=" + cache)
                        .start(Loads.class));
            }
            for (int i = 0; i < 2; i++) {
                assertThat(children.get(i).waitFor(80, TimeUnit.SECONDS)).isTrue();
                assertThat(children.get(i).exitValue()).isZero();
                assertThat(directory.resolve("child" + i + "/out")).content().contains("threads=");
            }
        } finally {
            children.forEach(Process::destroyForcibly);
        }
        assertThat(cache.resolve(".aidc-training.lock")).exists();
    }
}

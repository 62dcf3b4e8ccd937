package io.aidc.training.torch.internal.environment;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Counts the page faults of steps that take 36 MB each and free them. */
@EnabledOnOs(OS.LINUX)
class FreedMemoryTest {
    private static final int ROUNDS = 40;
    private static final int BLOCKS = 12;
    private static final long BLOCK = 3L << 20;

    @TempDir
    Path directory;

    static final class Keeps {
        @SuppressWarnings("SystemOut")
        public static void main(String[] arguments) throws IOException {
            FreedMemory.keep();
            System.out.println(faults());
        }
    }

    private static long faults() throws IOException {
        round();
        long before = minorFaults();
        for (int i = 0; i < ROUNDS; i++) {
            round();
        }
        return minorFaults() - before;
    }

    private static void round() {
        List<Pointer> blocks = new ArrayList<>();
        for (int i = 0; i < BLOCKS; i++) {
            Pointer block = Pointer.malloc(BLOCK);
            Pointer.memset(block, 1, BLOCK);
            blocks.add(block);
        }
        blocks.forEach(Pointer::free);
    }

    /** The tenth field of proc(5)'s stat, the eighth behind the command's bracket. */
    private static long minorFaults() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[7]);
    }

    @Test
    void keep_servesLaterRoundsFromMemoryThatIsThere() throws IOException, InterruptedException {
        ChildJvm.Ended child = new ChildJvm(directory).run(Keeps.class);

        long pagesOfAllRounds = ROUNDS * BLOCKS * BLOCK / 4096;
        assertThat(Long.parseLong(child.output().strip())).isLessThan(pagesOfAllRounds / 10);
    }
}

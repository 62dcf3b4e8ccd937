package io.aidc.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aidc.training.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CheckpointProcessTest {
    @TempDir
    Path root;

    /** Saves for ever, and notes each step that is saved. */
    static final class Saver {
        private Saver() {}

        public static void main(String[] arguments) throws IOException {
            Path directory = Path.of(arguments[0]);
            Path noted = Path.of(arguments[1]);
            Checkpoints checkpoints = Checkpoints.in(directory).keepLast(2);
            try (CheckpointWriter writer = checkpoints.open()) {
                long first = checkpoints.latest().map(Checkpoint::step).orElse(0L) + 1;
                for (long step = first; step < first + 1_000_000; step++) {
                    writer.save(CheckpointSamples.small(step));
                    Files.writeString(noted, Long.toString(step));
                }
            }
        }
    }

    /** Waits for the child to have noted a step, and kills it at some instant after that. */
    private static void killAfter(Process child, Path noted, long nanos) throws InterruptedException {
        while (!Files.exists(noted)) {
            assertThat(child.waitFor(2, TimeUnit.MILLISECONDS))
                    .as("child ended")
                    .isFalse();
        }
        assertThat(child.waitFor(nanos, TimeUnit.NANOSECONDS)).as("child ended").isFalse();
        child.destroyForcibly();
        child.waitFor();
    }

    @Test
    void writer_killed_leavesTheLastSavedStateOrANewerOne() throws Exception {
        Path directory = root.resolve("checkpoints");
        var random = new Random(11);
        long last = 0;
        for (int kill = 0; kill < 3; kill++) {
            Path noted = root.resolve("noted-" + kill);
            Process child = new ChildJvm(root).start(Saver.class, directory.toString(), noted.toString());
            try {
                killAfter(child, noted, random.nextInt(60_000_000));
            } finally {
                child.destroyForcibly();
            }
            String text = Files.readString(noted);
            long saved = text.isEmpty() ? last : Long.parseLong(text);
            Checkpoint latest = Checkpoints.in(directory).latest().orElseThrow();
            assertThat(latest.step()).isBetween(saved, saved + 1_000);
            assertThat(latest.load()).isEqualTo(CheckpointSamples.small(latest.step()));
            last = latest.step();
        }
        Checkpoints.in(directory).open().close();
        assertThat(CheckpointSamples.names(directory)).allMatch(name -> name.startsWith("step-"));
    }

    @Test
    void open_whileAnotherProcessWrites_isRefused_andReadersRead() throws Exception {
        Path directory = root.resolve("checkpoints");
        Path noted = root.resolve("noted");
        Process child = new ChildJvm(root).start(Saver.class, directory.toString(), noted.toString());
        try {
            while (!Files.exists(noted)) {
                assertThat(child.waitFor(2, TimeUnit.MILLISECONDS)).isFalse();
            }
            Checkpoints checkpoints = Checkpoints.in(directory);
            assertThatExceptionOfType(CheckpointsInUseException.class).isThrownBy(checkpoints::open);
            long before = 0;
            for (int read = 0; read < 50; read++) {
                long step = checkpoints.latest().orElseThrow().step();
                assertThat(step).isGreaterThanOrEqualTo(before);
                before = step;
            }
            assertThat(child.isAlive()).isTrue();
        } finally {
            child.destroyForcibly();
            child.waitFor();
        }
        Checkpoints.in(directory).open().close();
    }
}

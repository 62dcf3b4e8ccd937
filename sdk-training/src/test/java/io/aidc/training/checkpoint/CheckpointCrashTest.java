package io.aidc.training.checkpoint;

import static io.aidc.training.checkpoint.CheckpointSamples.names;
import static io.aidc.training.checkpoint.CheckpointSamples.small;
import static io.aidc.training.checkpoint.CheckpointSamples.steps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever goes wrong at whatever operation: afterwards the old state is there, or the one that was being saved. */
class CheckpointCrashTest {
    private static final CheckpointState REPLACED = small(2, 0.125);

    @TempDir
    Path root;

    private final Map<List<CheckpointState>, Path> templates = new HashMap<>();
    private int runs;

    private Path fresh() {
        return root.resolve("run-" + runs++);
    }

    private FaultyDisk disk() {
        return new FaultyDisk(root.resolve("graveyard"));
    }

    /** A directory in which the states were saved on a healthy disk. */
    private Path prepared(CheckpointState... states) {
        Path template = templates.computeIfAbsent(List.of(states), this::saved);
        Path directory = fresh();
        try {
            Files.createDirectory(directory);
            for (String checkpoint : names(template)) {
                Files.createDirectory(directory.resolve(checkpoint));
                for (String file : names(template.resolve(checkpoint))) {
                    Path relative = Path.of(checkpoint, file);
                    Files.copy(template.resolve(relative), directory.resolve(relative));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directory;
    }

    private Path saved(List<CheckpointState> states) {
        Path directory = fresh();
        try (CheckpointWriter writer = Checkpoints.in(directory, disk()).open()) {
            states.forEach(writer::save);
        }
        return directory;
    }

    private static boolean survives(Checkpoints checkpoints, CheckpointState state) {
        try (CheckpointWriter writer = checkpoints.open()) {
            writer.save(state);
            return true;
        } catch (FaultyDisk.Death e) {
            return false;
        }
    }

    private static CheckpointState latest(Path directory) {
        return Checkpoints.in(directory).latest().orElseThrow().load();
    }

    private int operationsOf(CheckpointState saved, CheckpointState... before) {
        FaultyDisk disk = disk();
        assertThat(survives(Checkpoints.in(prepared(before), disk).keepLast(2), saved))
                .isTrue();
        return disk.operations();
    }

    /** One death at each operation, seen by a process that goes on, and by a machine that lost power. */
    private int dieEverywhere(CheckpointState saved, CheckpointState... before) throws IOException {
        CheckpointState old = before[before.length - 1];
        int operations = operationsOf(saved, before);
        int news = 0;
        for (int dieAt = 1; dieAt <= operations + 1; dieAt++) {
            int worlds = 1;
            for (int world = -1; world < worlds; world += world < 0 ? 1 : 2) {
                Path directory = prepared(before);
                FaultyDisk disk = disk().dieAt(dieAt);
                boolean returned = survives(Checkpoints.in(directory, disk).keepLast(2), saved);
                if (world >= 0) {
                    worlds = disk.pendingChanges() + 1;
                    disk.losePower(world);
                }
                CheckpointState found = latest(directory);
                assertThat(found).as("death at %d, world %d", dieAt, world).isIn(old, saved);
                assertThat(!returned || found.equals(saved))
                        .as("a save that returned is there: death at %d, world %d", dieAt, world)
                        .isTrue();
                news += found.equals(saved) ? 1 : 0;
                if (world <= 0) {
                    assertRecovers(directory, found);
                }
            }
        }
        return news;
    }

    private void assertRecovers(Path directory, CheckpointState found) throws IOException {
        try (CheckpointWriter writer =
                Checkpoints.in(directory, disk()).keepLast(2).open()) {
            assertThat(names(directory)).allMatch(name -> name.startsWith("step-"));
            assertThat(latest(directory)).isEqualTo(found);
            writer.save(small(9));
        }
        assertThat(steps(Checkpoints.in(directory))).containsExactly(found.step(), 9L);
    }

    @Test
    void save_dyingAnywhere_leavesTheOldOrTheNewState() throws IOException {
        assertThat(operationsOf(small(3), small(1), small(2))).isGreaterThan(15);
        assertThat(dieEverywhere(small(3), small(1), small(2))).isPositive();
    }

    @Test
    void save_ofAStepThatIsThere_dyingAnywhere_leavesTheOldOrTheNewState() throws IOException {
        assertThat(dieEverywhere(REPLACED, small(2))).isPositive();
    }

    @Test
    void open_dyingWhileItSweeps_losesNothing() throws IOException {
        int operations = operationsOf(REPLACED, small(2));
        for (int dieAt = 1; dieAt <= operations; dieAt++) {
            boolean swept = false;
            for (int again = 1; !swept; again++) {
                Path directory = prepared(small(2));
                survives(Checkpoints.in(directory, disk().dieAt(dieAt)), REPLACED);
                CheckpointState found = latest(directory);
                FaultyDisk second = disk().dieAt(again);
                try {
                    Checkpoints.in(directory, second).open().close();
                    swept = true;
                } catch (FaultyDisk.Death e) {
                    assertThat(latest(directory)).isEqualTo(found);
                }
                second.losePower(0);
                assertThat(latest(directory)).isEqualTo(found);
            }
        }
    }

    @Test
    void save_failingAnywhere_saysSoAndLeavesTheOldOrTheNewState() throws IOException {
        for (List<CheckpointState> before : List.of(List.of(small(1), small(2)), List.of(small(2)))) {
            CheckpointState saved = before.size() == 1 ? REPLACED : small(3);
            CheckpointState[] states = before.toArray(CheckpointState[]::new);
            int operations = operationsOf(saved, states);
            int failures = 0;
            for (int failAt = 1; failAt <= operations; failAt++) {
                Path directory = prepared(states);
                Checkpoints checkpoints =
                        Checkpoints.in(directory, disk().failAt(failAt)).keepLast(1);
                try (CheckpointWriter writer = checkpoints.open()) {
                    boolean failed = false;
                    try {
                        writer.save(saved);
                    } catch (CheckpointWriteException e) {
                        failed = true;
                        failures++;
                        assertThat(e.step()).isEqualTo(saved.step());
                        assertThat(steps(checkpoints))
                                .containsAll(before.stream()
                                        .map(CheckpointState::step)
                                        .toList());
                        assertThat(names(directory)).noneMatch(name -> name.startsWith(".tmp-"));
                    }
                    assertThat(latest(directory)).as("failure at %d", failAt).isIn(states[states.length - 1], saved);
                    assertThat(failed || latest(directory).equals(saved)).isTrue();
                    writer.save(small(9));
                    assertThat(latest(directory)).isEqualTo(small(9));
                }
                assertRecovers(directory, small(9), small(10));
            }
            assertThat(failures).isGreaterThan(10);
        }
    }

    private void assertRecovers(Path directory, CheckpointState found, CheckpointState next) throws IOException {
        Checkpoints checkpoints = Checkpoints.in(directory, disk()).keepLast(1);
        try (CheckpointWriter writer = checkpoints.open()) {
            assertThat(names(directory)).allMatch(name -> name.startsWith("step-"));
            assertThat(latest(directory)).isEqualTo(found);
            writer.save(next);
        }
        assertThat(steps(checkpoints)).containsExactly(next.step());
    }

    private static long bytes(Path checkpoint) throws IOException {
        long bytes = 0;
        for (String file : names(checkpoint)) {
            bytes += Files.size(checkpoint.resolve(file));
        }
        return bytes;
    }

    @Test
    void save_onAFullDisk_namesItAndLeavesTheOthersAlone() throws IOException {
        for (int percent = 0; percent < 100; percent += 4) {
            Path directory = prepared(small(1), small(2));
            long room = percent * bytes(directory.resolve("step-0000000002")) / 100;
            List<String> before = names(directory);
            Checkpoints full = Checkpoints.in(directory, disk().room(room)).keepLast(1);
            try (CheckpointWriter writer = full.open()) {
                assertThatExceptionOfType(CheckpointWriteException.class)
                        .isThrownBy(() -> writer.save(small(3)))
                        .withMessageStartingWith("Cannot save step 3 in " + directory.toAbsolutePath())
                        .withMessageContaining("No space left on device")
                        .withMessageEndingWith("the checkpoints there are as before");
            }
            assertThat(names(directory)).isEqualTo(before);
            assertThat(latest(directory)).isEqualTo(small(2));
        }
    }

    @Test
    void save_inTheBackgroundOnAFullDisk_failsAtTheNextCall() throws IOException {
        Path directory = prepared(small(1));
        CheckpointWriter writer =
                Checkpoints.in(directory, disk().room(100)).background().open();
        writer.save(small(2));
        assertThatExceptionOfType(CheckpointWriteException.class)
                .isThrownBy(() -> writer.save(small(3)))
                .satisfies(e -> assertThat(e.step()).isEqualTo(2));
        writer.save(small(4));
        assertThatExceptionOfType(CheckpointWriteException.class)
                .isThrownBy(writer::close)
                .satisfies(e -> assertThat(e.step()).isEqualTo(4));
        assertThat(names(directory)).containsExactly("step-0000000001");
        Checkpoints.in(directory).open().close();
    }

    @Test
    void fromStore_dyingAnywhere_leavesTheOldOrTheNewState() throws IOException {
        Path origin = prepared(small(3));
        Checkpoint offered = Checkpoints.in(origin).latest().orElseThrow();
        int fetched = 0;
        boolean returned = false;
        for (int dieAt = 1; !returned; dieAt++) {
            Path directory = prepared(small(3, 7));
            FaultyDisk disk = disk().dieAt(dieAt);
            try (CheckpointWriter writer = Checkpoints.in(directory, disk).open()) {
                writer.fromStore("x", (name, into) -> {
                    for (String file : names(offered.directory())) {
                        Files.copy(offered.directory().resolve(file), into.resolve(file));
                    }
                });
                returned = true;
            } catch (FaultyDisk.Death e) {
                assertThat(returned).isFalse();
            }
            disk.losePower(disk.pendingChanges());
            assertThat(latest(directory)).isIn(small(3), small(3, 7));
            fetched += latest(directory).equals(small(3)) ? 1 : 0;
        }
        assertThat(fetched).isPositive();
    }
}

package io.aidc.training.checkpoint;

import static io.aidc.training.checkpoint.CheckpointSamples.damage;
import static io.aidc.training.checkpoint.CheckpointSamples.full;
import static io.aidc.training.checkpoint.CheckpointSamples.names;
import static io.aidc.training.checkpoint.CheckpointSamples.small;
import static io.aidc.training.checkpoint.CheckpointSamples.steps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.FloatBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {
    @TempDir
    Path directory;

    private static void save(Checkpoints checkpoints, CheckpointState... states) {
        try (CheckpointWriter writer = checkpoints.open()) {
            for (CheckpointState state : states) {
                writer.save(state);
            }
        }
    }

    private static CheckpointState latest(Checkpoints checkpoints) {
        return checkpoints.latest().orElseThrow().load();
    }

    @Test
    void load_givesBackEveryPartOfTheState() throws IOException {
        Checkpoints checkpoints = Checkpoints.in(directory);
        save(checkpoints, full());
        Checkpoint found = checkpoints.latest().orElseThrow();
        assertThat(found.load()).isEqualTo(full());
        assertThat(found.load().parameters().keySet()).containsExactly("0.weight", "0.bias");
        assertThat(found.step()).isEqualTo(500);
        assertThat(found.epoch()).isEqualTo(3);
        assertThat(found.scores()).containsEntry("loss", 0.25);
        assertThat(found.name()).isEqualTo("step-0000000500");
        assertThat(found.directory()).isEqualTo(directory.toAbsolutePath().resolve("step-0000000500"));
        found.model().requireSame(full().model());
        assertThat(names(found.directory()))
                .containsExactly("model.safetensors", "optimizer.safetensors", "state.json");
    }

    @Test
    void save_writesTheModelUnderItsOwnNames() {
        save(Checkpoints.in(directory), full());
        try (SafetensorsFile file = Safetensors.open(directory.resolve("step-0000000500/model.safetensors"))) {
            assertThat(file.entries())
                    .containsOnlyKeys("0.weight", "0.bias", "1.running_mean", "1.num_batches_tracked");
            assertThat(file.metadata()).containsEntry("format", "pt");
        }
    }

    @Test
    void load_ofACheckpointOfTheFirstFormat_readsItForEver() throws Exception {
        URI old = getClass().getResource("/checkpoint").toURI();
        assertThat(latest(Checkpoints.in(Path.of(old)))).isEqualTo(full());
    }

    @Test
    void latest_ofNothing_isEmpty() {
        Checkpoints checkpoints = Checkpoints.in(directory.resolve("none"));
        assertThat(checkpoints.latest()).isEmpty();
        assertThat(checkpoints.list()).isEmpty();
        assertThat(checkpoints.at(1)).isEmpty();
        assertThat(checkpoints.best("loss", Checkpoints.Best.LOWEST)).isEmpty();
        assertThat(directory.resolve("none")).doesNotExist();
    }

    @Test
    void at_findsTheStep() {
        Checkpoints checkpoints = Checkpoints.in(directory);
        save(checkpoints, small(1), small(2));
        assertThat(checkpoints.at(1).orElseThrow().load()).isEqualTo(small(1));
        assertThat(checkpoints.at(3)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> checkpoints.at(-1));
    }

    @Test
    void latest_afterGoingBackToAnEarlierStep_isWhatWasWrittenLast() {
        Checkpoints checkpoints = Checkpoints.in(directory).keepLast(2);
        save(checkpoints, small(10), small(20));
        save(checkpoints, small(11));
        assertThat(steps(checkpoints)).containsExactly(20L, 11L);
        assertThat(latest(checkpoints)).isEqualTo(small(11));
    }

    @Test
    void save_ofAStepThatIsThere_replacesIt() throws IOException {
        Checkpoints checkpoints = Checkpoints.in(directory).keepLast(1);
        save(checkpoints, small(5, 0.5), small(5, 0.25));
        assertThat(latest(checkpoints)).isEqualTo(small(5, 0.25));
        assertThat(names(directory)).containsExactly("step-0000000005");
    }

    @Test
    void keepLast_keepsTheNewest() {
        Checkpoints checkpoints = Checkpoints.in(directory).keepLast(2);
        save(checkpoints, small(1), small(2), small(3), small(4));
        assertThat(steps(checkpoints)).containsExactly(3L, 4L);
    }

    @Test
    void keepBest_keepsTheBestAndTheNewest() {
        Checkpoints checkpoints = Checkpoints.in(directory).keepBest(2, "loss", Checkpoints.Best.LOWEST);
        save(checkpoints, small(1, 0.3), small(2, 0.1), small(3, 0.2), small(4, Double.NaN), small(5, 0.9));
        assertThat(steps(checkpoints)).containsExactly(2L, 3L, 5L);
        assertThat(checkpoints.best().orElseThrow().step()).isEqualTo(2);
        assertThat(checkpoints
                        .best("loss", Checkpoints.Best.HIGHEST)
                        .orElseThrow()
                        .step())
                .isEqualTo(5);
        assertThat(checkpoints.best("accuracy", Checkpoints.Best.HIGHEST)).isEmpty();
    }

    @Test
    void keepLastAndKeepBest_bothApply_andOfEqualsTheNewerIsBetter() {
        Checkpoints checkpoints = Checkpoints.in(directory).keepLast(2).keepBest(1, "loss", Checkpoints.Best.HIGHEST);
        save(checkpoints, small(1, 0.9), small(2, 0.9), small(3, 0.1), small(4, 0.2), small(5, 0.3));
        assertThat(steps(checkpoints)).containsExactly(2L, 4L, 5L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "optimizer.safetensors", "state.json"})
    void latest_passesOverADamagedOne(String file) throws IOException {
        Checkpoints checkpoints = Checkpoints.in(directory);
        save(checkpoints, small(1), small(2), small(3));
        damage(directory.resolve("step-0000000003").resolve(file));
        Files.delete(directory.resolve("step-0000000002").resolve(file));
        assertThat(latest(checkpoints)).isEqualTo(small(1));
        assertThatExceptionOfType(DamagedCheckpointException.class)
                .isThrownBy(() -> checkpoints.at(3))
                .withMessageContaining("step-0000000003 is not whole: " + file + " has SHA-256");
        assertThatExceptionOfType(DamagedCheckpointException.class)
                .isThrownBy(() -> checkpoints.at(2))
                .withMessageContaining(file + " is missing");
        save(checkpoints, small(3));
        assertThat(latest(checkpoints)).isEqualTo(small(3));
    }

    @Test
    void latest_passesOverATornOrMisnamedOne() throws IOException {
        Checkpoints checkpoints = Checkpoints.in(directory);
        save(checkpoints, small(1), small(2), small(3));
        Path model = directory.resolve("step-0000000002/model.safetensors");
        byte[] whole = Files.readAllBytes(model);
        Files.write(model, java.util.Arrays.copyOf(whole, whole.length - 1));
        Files.move(directory.resolve("step-0000000003"), directory.resolve("step-0000000009"));
        Files.createDirectory(directory.resolve("step-0000000010"));
        Files.writeString(directory.resolve("step-0000000011"), "a file");
        assertThat(latest(checkpoints)).isEqualTo(small(1));
        assertThat(steps(checkpoints)).containsExactly(1L);
    }

    @Test
    void load_ofOneDamagedSinceItWasFound_isRefused() throws IOException {
        Checkpoints checkpoints = Checkpoints.in(directory);
        save(checkpoints, small(1));
        Checkpoint found = checkpoints.latest().orElseThrow();
        damage(found.directory().resolve("optimizer.safetensors"));
        assertThatExceptionOfType(DamagedCheckpointException.class).isThrownBy(found::load);
        Files.delete(found.directory().resolve("model.safetensors"));
        assertThatExceptionOfType(DamagedCheckpointException.class).isThrownBy(found::load);
    }

    @Test
    void save_countsADamagedOneNotAmongTheKept() throws IOException {
        Checkpoints checkpoints = Checkpoints.in(directory).keepLast(2);
        save(checkpoints, small(1), small(2));
        Files.delete(directory.resolve("step-0000000002/state.json"));
        save(checkpoints, small(3));
        assertThat(steps(checkpoints)).containsExactly(1L, 3L);
    }

    @Test
    void open_sweepsWhatDeadWritersLeft_andNothingElse() throws IOException {
        Checkpoints checkpoints = Checkpoints.in(directory);
        save(checkpoints, small(1), small(2));
        for (String name : List.of(".tmp-step-0000000009-ab", ".dead-step-0000000001-cd", ".mine", "notes")) {
            Files.createDirectories(directory.resolve(name).resolve("inner"));
        }
        Files.move(directory.resolve("step-0000000002"), directory.resolve(".replaced-step-0000000002"));
        assertThat(latest(checkpoints)).isEqualTo(small(2));
        assertThat(checkpoints.at(2)).isPresent();
        checkpoints.open().close();
        assertThat(names(directory)).containsExactly(".mine", "notes", "step-0000000001", "step-0000000002");
        assertThat(latest(checkpoints)).isEqualTo(small(2));
    }

    @Test
    void open_whileAnotherWriterIs_isRefusedAndLeavesThatOneItsLock() {
        Checkpoints checkpoints = Checkpoints.in(directory);
        try (CheckpointWriter writer = checkpoints.open()) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatExceptionOfType(CheckpointsInUseException.class)
                        .isThrownBy(() -> Checkpoints.in(directory.resolve("../" + directory.getFileName()))
                                .open())
                        .withMessageStartingWith("Another writer has");
            }
            writer.save(small(1));
            assertThat(latest(checkpoints)).isEqualTo(small(1));
        }
        checkpoints.open().close();
    }

    @Test
    void save_withTheInterruptFlagSet_savesAndLeavesIt() {
        Checkpoints checkpoints = Checkpoints.in(directory).background();
        Thread.currentThread().interrupt();
        try {
            save(checkpoints, small(1), small(2));
            save(Checkpoints.in(directory), small(3));
            assertThat(latest(checkpoints)).isEqualTo(small(3));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void save_inTheBackground_keepsTheNumbersAsTheyWere() {
        Checkpoints checkpoints = Checkpoints.in(directory).background();
        float[] live = new float[1 << 18];
        try (CheckpointWriter writer = checkpoints.open()) {
            for (int step = 1; step <= 5; step++) {
                java.util.Arrays.fill(live, step);
                writer.save(CheckpointState.at(step)
                        .parameter("p", Tensor.view(FloatBuffer.wrap(live), live.length))
                        .build());
            }
            writer.flush();
            assertThat(steps(checkpoints)).containsExactly(1L, 2L, 3L, 4L, 5L);
        }
        for (Checkpoint checkpoint : checkpoints.list()) {
            Tensor saved = Objects.requireNonNull(checkpoint.load().parameters().get("p"));
            assertThat(saved.floats()).containsOnly((float) checkpoint.step());
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("aidc-training-checkpoints"));
    }

    @Test
    void calls_afterClose_areRefused() {
        CheckpointWriter writer = Checkpoints.in(directory).open();
        writer.close();
        writer.close();
        assertThatIllegalStateException().isThrownBy(() -> writer.save(small(1)));
        assertThatIllegalStateException().isThrownBy(writer::flush);
        assertThatIllegalStateException().isThrownBy(() -> writer.fromStore("a", (name, into) -> {}));
    }

    @Test
    void options_outOfRangeOrSetTwice_areRefused() throws IOException {
        Checkpoints checkpoints = Checkpoints.in(directory);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> checkpoints.keepLast(0))
                .withMessage("keepLast must be > 0, got 0");
        assertThatIllegalArgumentException().isThrownBy(() -> checkpoints.keepBest(0, "loss", Checkpoints.Best.LOWEST));
        assertThatIllegalArgumentException().isThrownBy(() -> checkpoints.every(-1));
        assertThatIllegalStateException()
                .isThrownBy(() -> checkpoints.keepLast(1).keepLast(2))
                .withMessage("keepLast is already set to 1");
        assertThatIllegalStateException()
                .isThrownBy(() -> checkpoints
                        .keepBest(1, "loss", Checkpoints.Best.LOWEST)
                        .keepBest(1, "loss", Checkpoints.Best.LOWEST));
        assertThatIllegalStateException().isThrownBy(() -> checkpoints.every(1).every(1));
        assertThatIllegalStateException()
                .isThrownBy(() -> checkpoints.background().background());
        assertThatIllegalStateException()
                .isThrownBy(checkpoints::best)
                .withMessage("best() needs keepBest, or the name of a score");
        try (FileSystem zip = FileSystems.newFileSystem(directory.resolve("a.zip"), Map.of("create", "true"))) {
            assertThatIllegalArgumentException().isThrownBy(() -> Checkpoints.in(zip.getPath("/")));
        }
    }

    @Test
    void isDue_isTrueAtMultiples() {
        Checkpoints checkpoints = Checkpoints.in(directory).every(5);
        assertThat(List.of(0L, 4L, 5L, 6L, 10L).stream().filter(checkpoints::isDue))
                .containsExactly(5L, 10L);
        assertThat(Checkpoints.in(directory).isDue(5)).isFalse();
    }

    /** A store in memory: files by checkpoint. */
    private static final class Bucket {
        private final Map<String, Map<String, byte[]>> checkpoints = new HashMap<>();

        void put(String name, Path from) throws IOException {
            Map<String, byte[]> files = new HashMap<>();
            for (String file : names(from)) {
                files.put(file, Files.readAllBytes(from.resolve(file)));
            }
            checkpoints.put(name, files);
        }

        void get(String name, Path into) throws IOException {
            Map<String, byte[]> files = checkpoints.get(name);
            if (files == null) {
                throw new IOException("no " + name);
            }
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Files.write(into.resolve(file.getKey()), file.getValue());
            }
        }
    }

    @Test
    void fromStore_givesBackWhatToStorePut() {
        var bucket = new Bucket();
        save(Checkpoints.in(directory.resolve("here")), small(1), small(2));
        Checkpoints.in(directory.resolve("here")).latest().orElseThrow().toStore(bucket::put);
        Checkpoints there = Checkpoints.in(directory.resolve("there")).keepLast(1);
        try (CheckpointWriter writer = there.open()) {
            Checkpoint fetched = writer.fromStore("step-0000000002", bucket::get);
            assertThat(fetched.load()).isEqualTo(small(2));
            writer.save(small(3));
        }
        assertThat(steps(there)).containsExactly(3L);
    }

    @Test
    void fromStore_ofSomethingElse_isRefusedAndLeavesNothing() throws IOException {
        var bucket = new Bucket();
        save(Checkpoints.in(directory.resolve("here")), small(1));
        Checkpoints.in(directory.resolve("here")).latest().orElseThrow().toStore(bucket::put);
        Map<String, byte[]> good = bucket.checkpoints.get("step-0000000001");
        Map<String, byte[]> damaged = new HashMap<>(good);
        damaged.compute("model.safetensors", (name, content) -> {
            byte[] changed = content.clone();
            changed[changed.length - 1] ^= 1;
            return changed;
        });
        bucket.checkpoints.put("damaged", damaged);
        Map<String, byte[]> more = new HashMap<>(good);
        more.put("run.sh", new byte[1]);
        bucket.checkpoints.put("more", more);
        Path there = directory.resolve("there");
        try (CheckpointWriter writer = Checkpoints.in(there).open()) {
            assertThatExceptionOfType(DamagedCheckpointException.class)
                    .isThrownBy(() -> writer.fromStore("damaged", bucket::get))
                    .withMessageContaining("'damaged' of the store is not whole: model.safetensors has SHA-256");
            assertThatExceptionOfType(DamagedCheckpointException.class)
                    .isThrownBy(() -> writer.fromStore("more", bucket::get))
                    .withMessageContaining("run.sh");
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> writer.fromStore("none", bucket::get))
                    .withMessage("Cannot get 'none' from the store");
        }
        assertThat(names(there)).isEmpty();
    }

    @Test
    void toStore_ofADamagedOne_putsNothing() throws IOException {
        Checkpoints checkpoints = Checkpoints.in(directory);
        save(checkpoints, small(1));
        Checkpoint found = checkpoints.latest().orElseThrow();
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> found.toStore((name, from) -> {
                    throw new IOException("store down");
                }));
        damage(found.directory().resolve("model.safetensors"));
        var bucket = new Bucket();
        assertThatExceptionOfType(DamagedCheckpointException.class).isThrownBy(() -> found.toStore(bucket::put));
        assertThat(bucket.checkpoints).isEmpty();
    }
}

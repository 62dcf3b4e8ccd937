package io.aidc.benchmarks.storage;

import io.aidc.storage.backup.BackupRepository;
import io.aidc.storage.backup.BackupSource;
import io.aidc.storage.object.DirectoryObjects;
import io.aidc.storage.object.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * How long do a first and a second backup of the same model take, and how large is the repository, compared with the restic
 * program on the same disk?
 *
 * <p>Each run makes a repository of its own in an empty directory and ends when its snapshot is flushed. Ours counts from opening
 * the repository, in a JVM that has made one small backup before; restic's whole process counts. Varies: nothing; the two take turns.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.storage.BackupAgainstRestic [directory] [MiB] [rounds]},
 * with Debian's {@code restic} installed.
 */
public final class BackupAgainstRestic {
    private static final char[] PASSWORD = "benchmark".toCharArray();

    private BackupAgainstRestic() {}

    private record Run(double firstSeconds, double secondSeconds, long bytes) {}

    private interface Step {
        void run() throws Exception;
    }

    /** Measures. */
    public static void main(String[] args) throws Exception {
        Path root = Files.createTempDirectory(Path.of(args.length > 0 ? args[0] : "."), "against-restic");
        int mebibytes = args.length > 1 ? Integer.parseInt(args[1]) : 4096;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
        Path model = Files.createDirectory(root.resolve("model"));
        ModelFile.write(model.resolve("weights.bin"), mebibytes, 1);
        Path small = Files.createDirectory(root.resolve("small"));
        ModelFile.write(small.resolve("weights.bin"), 64, 2);
        ours(root.resolve("warm-up"), small);
        Run[] ours = new Run[rounds];
        Run[] restic = new Run[rounds];
        for (int i = 0; i < rounds; i++) {
            ours[i] = ours(root.resolve("ours"), model);
            restic[i] = restic(root.resolve("restic"), model);
            System.out.printf("round %d: ours %s, restic %s%n", i + 1, ours[i], restic[i]);
        }
        print("ours", ours);
        print("restic", restic);
        delete(root);
    }

    private static void print(String name, Run[] runs) {
        System.out.printf(
                "%-7s first %.2f s, second %.2f s, repository %d bytes (medians of %d)%n",
                name,
                median(Arrays.stream(runs).mapToDouble(Run::firstSeconds).toArray()),
                median(Arrays.stream(runs).mapToDouble(Run::secondSeconds).toArray()),
                runs[0].bytes(),
                runs.length);
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static Run ours(Path directory, Path model) throws Exception {
        try (ObjectStore objects = DirectoryObjects.open(directory)) {
            BackupRepository.create(objects, PASSWORD).close();
            double first = seconds(() -> backUp(objects, model));
            double second = seconds(() -> backUp(objects, model));
            var run = new Run(first, second, size(directory));
            delete(directory);
            return run;
        }
    }

    private static void backUp(ObjectStore objects, Path model) throws IOException {
        try (BackupRepository repository = BackupRepository.open(objects, PASSWORD)) {
            repository.backup(BackupSource.of("model", model)).run();
        }
    }

    private static Run restic(Path directory, Path model) throws Exception {
        restic(directory, "init");
        double first = seconds(() -> restic(directory, "backup", model.toString()));
        double second = seconds(() -> restic(directory, "backup", model.toString()));
        var run = new Run(first, second, size(directory));
        delete(directory);
        return run;
    }

    private static void restic(Path directory, String... words) throws Exception {
        var command = new java.util.ArrayList<>(List.of("restic", "-q", "--no-cache", "-r", directory.toString()));
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("RESTIC_PASSWORD", new String(PASSWORD));
        if (builder.start().waitFor() != 0) {
            throw new IllegalStateException("restic failed: " + command);
        }
    }

    private static double seconds(Step step) throws Exception {
        long start = System.nanoTime();
        step.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static long size(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

package io.aidc.examples.quickstart;

import io.aidc.examples.quickstart.Progress.StepFailedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The whole journey of a model: read a table, summarise it and train under ε &le; 3, compare with the same network
 * without privacy, export, seal, sign, publish to three nodes, kill one, read back, verify, unseal in memory, serve
 * 10,000 requests, and write a page about it.
 *
 * <p>The last line of the output is {@code QUICKSTART OK …} or {@code QUICKSTART FAILED <step>: <reason>}.
 */
public final class Quickstart {
    private static final int STEPS = 13;

    private Quickstart() {}

    /**
     * Runs the journey and ends the JVM with 0 or 1.
     *
     * @param args {@code --data table.csv --label column}, or nothing for the embedded table
     */
    public static void main(String[] args) {
        StoreNode.quiet();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(run(args, Path.of("target", "quickstart"), out));
    }

    /**
     * Runs the journey.
     *
     * @param args as for {@link #main}
     * @param directory where everything is written; emptied first
     * @param out receives the progress and the last line
     * @return 0 if everything worked, else 1
     */
    static int run(String[] args, Path directory, PrintStream out) {
        try {
            out.println(journey(args, directory, new Progress(out, STEPS)).lastLine());
            return 0;
        } catch (StepFailedException e) {
            out.println("QUICKSTART FAILED " + e.step() + ": " + e.getMessage());
            return 1;
        }
    }

    private static Findings journey(String[] args, Path directory, Progress progress) throws StepFailedException {
        Findings findings = new Findings();
        progress.step("prepare " + directory, () -> emptied(directory));
        try (Study study = new Study(args, progress, findings);
                Delivery delivery = new Delivery(directory, progress, findings)) {
            Path model = delivery.seal(study.model(), study.patients());
            try (Cluster cluster = progress.step(
                    "start a store of three nodes",
                    () -> Cluster.start(directory.resolve("store"), progress::seconds))) {
                Path readBack = delivery.throughTheStore(cluster, model);
                Load.Outcome load = delivery.serve(readBack, study.model(), study.patients());
                progress.step("write report.html and quickstart.json", () -> {
                    findings.put("seconds", progress.seconds());
                    ReportPage page = new ReportPage(
                            findings,
                            study.privateLosses(),
                            study.plainLosses(),
                            study.spentBySummary(),
                            study.spentBySteps(),
                            load.micros(),
                            cluster.lanes(),
                            cluster.events(),
                            progress.steps());
                    Files.writeString(directory.resolve("report.html"), page.html());
                    return Files.writeString(directory.resolve("quickstart.json"), findings.json());
                });
            }
        }
        return findings;
    }

    private static Path emptied(Path directory) throws IOException {
        if (Files.exists(directory)) {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        return Files.createDirectories(directory);
    }
}

package io.aidc.examples.quickstart;

import io.aidc.examples.quickstart.Progress.StepFailedException;
import io.aidc.privacy.PrivacyLedger;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The whole journey of a model: read a table, summarise it and train under ε &le; 3, compare with the same network
 * without privacy, export, seal, sign, publish to three nodes, kill one, read back, verify, unseal in memory, serve
 * 10,000 requests, and write a page about it. Each step is done by somebody who may, and recorded; one entry is proved.
 *
 * <p>The last line of the output is {@code QUICKSTART OK …} or {@code QUICKSTART FAILED <step>: <reason>}.
 */
public final class Quickstart {
    private static final int STEPS = 18;
    private static final String AUDIT = "audit";
    private static final String PRIVACY = "privacy";

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
     * @param directory where everything is written; the audit log and the privacy ledger from the beginning, the rest once both models are trained
     * @param out receives the progress and the last line
     * @return 0 if everything worked or help was asked for, else 1
     */
    static int run(String[] args, Path directory, PrintStream out) {
        if (List.of(args).contains("--help")) {
            out.println(Arguments.USAGE);
            return 0;
        }
        try {
            out.println(journey(args, directory, new Progress(out, STEPS)).lastLine());
            return 0;
        } catch (StepFailedException e) {
            out.println("QUICKSTART FAILED " + e.step() + ": " + e.getMessage());
            return 1;
        } catch (RuntimeException e) {
            out.println("QUICKSTART FAILED clean up: " + e);
            return 1;
        }
    }

    private static Findings journey(String[] args, Path directory, Progress progress) throws StepFailedException {
        Findings findings = new Findings();
        Arguments arguments = progress.step("read the arguments", () -> Arguments.parse(args));
        try (AccessControl access = progress.step(
                        "begin the audit log, give out roles",
                        () -> new AccessControl(emptied(directory.resolve(AUDIT))));
                PrivacyLedger ledger = progress.step(
                        "open the privacy ledger",
                        () -> Study.openLedger(
                                emptied(directory.resolve(PRIVACY)).resolve("patients.ledger")));
                Study study = new Study(arguments, ledger, access, progress, findings)) {
            progress.step("empty " + directory, () -> emptied(directory, AUDIT, PRIVACY));
            deliver(study, access, directory, progress, findings);
        }
        return findings;
    }

    private static void deliver(Study study, AccessControl access, Path directory, Progress progress, Findings findings)
            throws StepFailedException {
        try (Delivery delivery = new Delivery(directory, access, progress, findings)) {
            Path model = delivery.seal(study);
            try (Cluster cluster = progress.step(
                    "start a store of three nodes",
                    () -> Cluster.start(directory.resolve("store"), progress::seconds))) {
                Path readBack = delivery.throughTheStore(cluster, model);
                delivery.refuse(readBack);
                Load.Outcome load = delivery.serve(readBack, study.model(), study.patients());
                AccessControl.Proved proved = delivery.prove();
                progress.step("write report.html and quickstart.json", () -> {
                    findings.put("seconds", progress.seconds());
                    ReportPage page = new ReportPage(
                            findings,
                            study.privateLosses(),
                            study.plainLosses(),
                            study.spentBySummary(),
                            study.spentByTraining(),
                            load.micros(),
                            cluster.lanes(),
                            cluster.events(),
                            progress.steps(),
                            new AccessPage(access.permissions(), access.entries(), proved));
                    Files.writeString(directory.resolve("report.html"), page.html());
                    return Files.writeString(directory.resolve("quickstart.json"), findings.json());
                });
            }
        }
    }

    private static Path emptied(Path directory, String... kept) throws IOException {
        if (Files.exists(directory)) {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
                    boolean keep = Stream.of(kept).map(directory::resolve).anyMatch(visited::equals);
                    return keep ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                    if (!visited.equals(directory)) {
                        Files.delete(visited);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        return Files.createDirectories(directory);
    }
}

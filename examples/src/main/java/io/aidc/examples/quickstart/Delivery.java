package io.aidc.examples.quickstart;

import io.aidc.examples.quickstart.Progress.StepFailedException;
import io.aidc.security.keys.SecretBytes;
import io.aidc.serving.ModelServer;
import io.aidc.serving.ModelSource;
import io.aidc.serving.ServerStatistics;
import io.aidc.storage.Version;
import io.aidc.storage.Write;
import io.aidc.training.Dataset;
import io.aidc.training.TrainedModel;
import io.aidc.training.onnx.OnnxExport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * From a trained model to answers: export, seal, sign, publish, lose a node, read back, verify, unseal, serve.
 * <em>Confined: one thread at a time.</em>
 */
final class Delivery implements AutoCloseable {
    private static final String NAME = "models/quickstart";
    private static final String VERSION = "1";
    private static final String ALIAS = "prod";
    private static final int REQUESTS = 10_000;
    private static final int CALLERS = 16;
    private static final int NEEDLE = 48;

    private final Path directory;
    private final AccessControl access;
    private final Progress progress;
    private final Findings findings;
    private final SealedModel sealed;
    private final FileTime began = FileTime.fromMillis(System.currentTimeMillis() - 1_000);
    private byte[] needle = new byte[0];

    Delivery(Path directory, AccessControl access, Progress progress, Findings findings) throws StepFailedException {
        this.directory = directory;
        this.access = access;
        this.progress = progress;
        this.findings = findings;
        this.sealed = access.step(
                progress, Task.MAKE_KEYS, "make keys", () -> new SealedModel(directory.resolve("keys.ring"), access));
    }

    /** Writes the sealed, signed package. */
    Path seal(Study study) throws StepFailedException {
        return access.step(progress, Task.RELEASE, "export to ONNX, seal and sign", () -> {
            byte[] onnx = OnnxExport.of(study.model()).probabilities().bytes();
            needle = Arrays.copyOfRange(onnx, onnx.length / 2, onnx.length / 2 + NEEDLE);
            Path target = directory.resolve("model");
            int bytes = onnx.length;
            sealed.write(onnx, card(study.patients()), study.certificate().json(), target);
            progress.say(
                    "%d bytes of ONNX, sealed for a key ring and an auditor's X-Wing key, signed with %s",
                    bytes, SealedModel.SIGNATURES);
            return target;
        });
    }

    /** Starts the nodes, publishes, kills one, and returns the directory as the survivors gave it back. */
    Path throughTheStore(Cluster cluster, Path model) throws StepFailedException {
        access.step(progress, Task.PUBLISH, "publish to three nodes", () -> publish(cluster, model));
        return access.step(
                progress, Task.FETCH, "kill one node, read back from the survivors", () -> readBack(cluster));
    }

    /** Lets a stranger ask for the model, who gets nothing. */
    void refuse(Path readBack) throws StepFailedException {
        progress.step("an intern asks for the model, and is refused", () -> {
            String refusal = sealed.refusalOf(AccessControl.STRANGER, readBack);
            progress.say("%s", refusal);
            return findings.put("refused", refusal);
        });
    }

    /** Writes the proof of an entry of the audit log. */
    AccessControl.Proved prove() throws StepFailedException {
        return progress.step("prove one entry of the audit log, check all of it", () -> {
            AccessControl.Proved proved = access.prove(directory.resolve("audit-proof.txt"));
            progress.say(
                    "entry %d of %d, by %d hashes and a signature: %s %s %s",
                    proved.entry().index(),
                    proved.checkpoint().size(),
                    proved.proof().inclusion().path().size(),
                    proved.entry().event().principal(),
                    proved.entry().event().action(),
                    proved.entry().event().resource());
            findings.put("auditEntries", proved.checkpoint().size())
                    .put("auditProvedEntry", proved.entry().index())
                    .put("auditVerifierKey", proved.verifierKey());
            return proved;
        });
    }

    Load.Outcome serve(Path readBack, TrainedModel model, Patients patients) throws StepFailedException {
        return access.step(progress, Task.SERVE, "verify, unseal in memory and serve " + REQUESTS + " requests", () -> {
            Dataset heldAside = patients.heldAside();
            float[][] rows = Patients.features(heldAside);
            float[][] expected = softmax(model.predict(rows));
            ModelSource source = ModelSource.decrypting(() -> sealed.open(readBack), SecretBytes::buffer)
                    .asVersion(NAME + "@" + VERSION);
            try (ModelServer server =
                    ModelServer.onnx(source).batchUpTo(32, Duration.ofMillis(5)).open()) {
                findings.put("signatures", SealedModel.SIGNATURES)
                        .put("signatureVerified", sealed.verified())
                        .put("auditorOpened", sealed.opensForTheAuditor(readBack));
                Load.Outcome outcome = new Load(server, rows, expected).ask(REQUESTS, CALLERS);
                record(outcome, server.statistics());
                return outcome;
            }
        });
    }

    @Override
    public void close() {
        sealed.close();
    }

    private String card(Patients patients) {
        Findings card = new Findings().put("name", NAME).put("version", VERSION);
        for (String name : List.of("epsilon", "delta", "releasableAccuracy", "features")) {
            card.put(name, findings.get(name));
        }
        return card.put("classes", String.join(", ", patients.all().classNames()))
                .json();
    }

    private Write.Committed publish(Cluster cluster, Path model) {
        Write write = cluster.store()
                .publish(NAME, model)
                .as(VERSION)
                .moving(ALIAS)
                .metadata("epsilon", findings.get("epsilon").toString())
                .join();
        if (!(write instanceof Write.Committed committed)) {
            throw new IllegalStateException("not published: " + write);
        }
        Set<String> holders = cluster.holders(cluster.store().resolve(NAME + "@" + ALIAS));
        cluster.happened(cluster.leader(), "committed " + NAME + "@" + VERSION + ", held by " + holders);
        progress.say("committed, held by nodes %s, leader %s", holders, cluster.leader());
        findings.put("replicas", holders.size());
        return committed;
    }

    private Path readBack(Cluster cluster) throws IOException, InterruptedException {
        String killed = cluster.killOne();
        findings.put("killedNode", killed);
        Version version = cluster.store().resolve(NAME + "@" + ALIAS);
        cluster.loseOwnChunks();
        Path target = directory.resolve("read-back");
        cluster.store().readTo(version, target);
        cluster.happened(
                "a",
                "read %d bytes from the other survivor, every chunk verified, %d chunks healed"
                        .formatted(version.size(), cluster.healedChunks()));
        Write write = cluster.store()
                .put("quickstart/after-kill", killed.getBytes(StandardCharsets.UTF_8))
                .join();
        if (!(write instanceof Write.Committed)) {
            throw new IllegalStateException("the survivors do not take writes: " + write);
        }
        cluster.happened(cluster.leader(), "committed a write with two of three");
        progress.say(
                "node %s is dead and this node lost its chunks: %d came back from the other survivor",
                killed, cluster.healedChunks());
        findings.put("healedChunks", cluster.healedChunks())
                .put("survived", cluster.killed())
                .put("readAfterKill", sameFiles(directory.resolve("model"), target));
        return target;
    }

    private static boolean sameFiles(Path published, Path readBack) throws IOException {
        for (String name : SealedModel.FILES) {
            if (Files.mismatch(published.resolve(name), readBack.resolve(name)) != -1) {
                throw new IllegalStateException(name + " came back changed");
            }
        }
        return true;
    }

    private void record(Load.Outcome outcome, ServerStatistics statistics) throws IOException {
        if (outcome.served() != REQUESTS) {
            throw new IllegalStateException(outcome.served() + " of " + REQUESTS + " requests were served");
        }
        double[] micros = outcome.micros();
        List<Path> leaks =
                new PlaintextSearch(needle, began).in(directory, Path.of(System.getProperty("java.io.tmpdir")));
        findings.put("plaintextModelOnDisk", !leaks.isEmpty())
                .put("served", outcome.served())
                .put("shed", outcome.shed())
                .put("p50Micros", micros[micros.length / 2])
                .put("p99Micros", micros[micros.length * 99 / 100])
                .put("meanBatch", statistics.meanBatch());
        progress.say(
                "%d served by %d callers, %.2f a batch, p50 %.0f µs, p99 %.0f µs",
                outcome.served(),
                CALLERS,
                statistics.meanBatch(),
                findings.number("p50Micros"),
                findings.number("p99Micros"));
        if (!leaks.isEmpty()) {
            throw new IllegalStateException("plaintext of the model lies in " + leaks);
        }
    }

    private static float[][] softmax(float[][] logits) {
        return Arrays.stream(logits)
                .map(row -> {
                    double sum = IntStream.range(0, row.length)
                            .mapToDouble(i -> Math.exp(row[i]))
                            .sum();
                    float[] probabilities = new float[row.length];
                    for (int i = 0; i < row.length; i++) {
                        probabilities[i] = (float) (Math.exp(row[i]) / sum);
                    }
                    return probabilities;
                })
                .toArray(float[][]::new);
    }
}

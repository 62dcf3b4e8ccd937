package io.aidc.examples.quickstart;

import io.aidc.examples.quickstart.Progress.StepFailedException;
import io.aidc.security.audit.AuditCheck;
import io.aidc.security.audit.AuditEntry;
import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditEvent.Outcome;
import io.aidc.security.audit.AuditLog;
import io.aidc.security.audit.Checkpoint;
import io.aidc.security.audit.LogSigner;
import io.aidc.security.audit.LogVerifier;
import io.aidc.security.audit.ProofFile;
import io.aidc.security.policy.Authorizer;
import io.aidc.security.policy.Decision;
import io.aidc.security.policy.EntityUid;
import io.aidc.security.policy.PermissionReport;
import io.aidc.security.policy.Roles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * Says who may do what on the journey, asks before each step, and records it all. <em>Confined: one thread at a time.</em>
 */
final class AccessControl implements AutoCloseable {
    /** An intern, who has no part in this. */
    static final String STRANGER = "ivan";

    /** Checks models, with keys of her own. */
    static final String AUDITOR = "vera";

    private static final String ORIGIN = "quickstart.example/audit";

    private final Path directory;
    private final LogSigner signer = LogSigner.generate(ORIGIN);
    private final AuditLog log;
    private final Authorizer authorizer;

    /**
     * Begins a log.
     *
     * @param directory where it goes; made if it is missing, and must hold no log of another run
     */
    AccessControl(Path directory) {
        this.directory = directory;
        this.log = AuditLog.at(directory).signer(signer).open();
        this.authorizer = Authorizer.builder().roles(roles()).auditTo(log).build();
    }

    private static Roles roles() {
        Roles.Builder roles = Roles.define();
        for (Task task : Task.values()) {
            roles.role(task.role()).may(task.action(), task.resource());
        }
        roles.role("releaser").may("seal", Task.MODEL + "/*");
        roles.role("operator").may("unseal", Task.MODEL + "/*");
        roles.role("auditor").may("unseal", Task.MODEL + "/*").assign(AUDITOR, "auditor");
        Arrays.stream(Task.values()).map(Task::user).distinct().forEach(user -> roles.assign(user, roleOf(user)));
        return roles.build();
    }

    private static String roleOf(String user) {
        return Arrays.stream(Task.values())
                .filter(task -> task.user().equals(user))
                .findFirst()
                .orElseThrow()
                .role();
    }

    Authorizer authorizer() {
        return authorizer;
    }

    AuditLog log() {
        return log;
    }

    /** Does a step, if whoever has the task may, and records how it ended. */
    <T> T step(Progress progress, Task task, String name, Callable<T> work) throws StepFailedException {
        return progress.step(name, () -> {
            Decision decision = authorizer.decide(Roles.request(task.user(), task.action(), task.resource()));
            if (!decision.allowed()) {
                throw new IllegalStateException(
                        "%s may not %s %s".formatted(task.user(), task.action(), task.resource()));
            }
            Outcome outcome = Outcome.FAILED;
            try {
                T result = work.call();
                outcome = Outcome.DONE;
                return result;
            } finally {
                String user = Roles.user(task.user()).toString();
                log.record(AuditEvent.of(user, task.action(), task.resource(), outcome));
            }
        });
    }

    /**
     * Proves, in a file of its own, that the log holds the last time when the model was unsealed, and checks that file and then
     * the whole log with nothing but the log's public key.
     *
     * @param proof where to put the file
     * @return the entry
     */
    Proved prove(Path proof) throws IOException {
        AuditEntry entry = log.query()
                .principal(Task.SERVE.user())
                .action("unseal")
                .outcome(Outcome.DONE)
                .newestFirst()
                .limit(1)
                .list()
                .get(0);
        log.prove(entry.index()).write(proof);
        byte[] bytes = entry.bytes();
        Files.write(proof.resolveSibling("audit-entry.json"), bytes);

        LogVerifier verifier = LogVerifier.of(signer.verifierKey());
        ProofFile read = ProofFile.read(proof);
        read.verify(bytes, verifier);
        Checkpoint checked = AuditCheck.of(directory, verifier).run();
        return new Proved(entry, read, checked, signer.verifierKey());
    }

    /**
     * What the log's public key shows.
     *
     * @param entry the proved entry
     * @param proof the proof
     * @param checkpoint what the whole log agrees with
     * @param verifierKey the log's public key
     */
    record Proved(AuditEntry entry, ProofFile proof, Checkpoint checkpoint, String verifierKey) {}

    /** Everything that was recorded, in order. */
    List<AuditEntry> entries() {
        return log.query().list();
    }

    /** Who may do what: everybody on the journey, and the stranger. */
    PermissionReport permissions() {
        Set<EntityUid> users = new LinkedHashSet<>();
        Stream.concat(Arrays.stream(Task.values()).map(Task::user), Stream.of(AUDITOR, STRANGER))
                .forEach(user -> users.add(Roles.user(user)));
        Set<EntityUid> actions = new LinkedHashSet<>();
        Stream.concat(Arrays.stream(Task.values()).map(Task::action), Stream.of("seal", "unseal"))
                .forEach(action -> actions.add(Roles.action(action)));
        return authorizer.report(
                users,
                actions,
                List.of(
                        Roles.resource(Task.TABLE),
                        Roles.resource(Task.MODEL),
                        Roles.resource(Task.MODEL + "/model.onnx")));
    }

    @Override
    public void close() {
        try {
            log.close();
        } finally {
            signer.close();
        }
    }
}

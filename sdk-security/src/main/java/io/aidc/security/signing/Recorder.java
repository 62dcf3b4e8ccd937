package io.aidc.security.signing;

import io.aidc.security.ModelMismatchException;
import io.aidc.security.ModelRejectedException;
import io.aidc.security.VaultException;
import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditTrail;
import io.aidc.security.internal.Printable;
import java.util.Objects;
import java.util.function.Supplier;

/** Records what was signed and verified, and for whom. */
record Recorder(AuditTrail trail, String principal) {
    static final Recorder NONE = new Recorder(event -> 0, "program");

    private static final String UNNAMED = "(no name)";

    Recorder {
        Objects.requireNonNull(trail, "trail");
        AuditEvent.of(principal, "sign", UNNAMED, AuditEvent.Outcome.DONE);
    }

    void signed(Statement statement, VerifyingKey key) {
        trail.record(event("sign", statement.modelName(), AuditEvent.Outcome.DONE)
                .detail("key", key.hint())
                .detail("files", Integer.toString(statement.files().size()))
                .detail("sha256", Resources.rootDigest(statement.files())));
    }

    VerifiedModel verified(String modelName, Supplier<VerifiedModel> verification) {
        VerifiedModel model;
        try {
            model = verification.get();
        } catch (VaultException e) {
            trail.record(event("verify", modelName, AuditEvent.Outcome.FAILED).detail("reason", reason(e)));
            throw e;
        }
        boolean done = false;
        try {
            trail.record(event("verify", modelName, AuditEvent.Outcome.DONE));
            done = true;
            return model;
        } finally {
            if (!done) {
                model.close();
            }
        }
    }

    private AuditEvent event(String action, String modelName, AuditEvent.Outcome outcome) {
        return AuditEvent.of(principal, action, modelName.isEmpty() ? UNNAMED : Printable.of(modelName), outcome);
    }

    private static String reason(VaultException failure) {
        if (failure instanceof ModelRejectedException rejected) {
            return rejected.reason().name();
        }
        return failure instanceof ModelMismatchException ? "MISMATCH" : "UNREADABLE";
    }
}

package io.aidc.security;

import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditEvent.Outcome;
import io.aidc.security.audit.AuditTrail;
import io.aidc.security.internal.Printable;
import io.aidc.security.keys.KeyChange;
import io.aidc.security.policy.Authorizer;
import io.aidc.security.policy.Decision;
import io.aidc.security.policy.EntityUid;
import io.aidc.security.policy.Request;
import io.aidc.security.policy.Roles;
import io.aidc.security.policy.Value;
import io.aidc.security.seal.Rewrap;
import io.aidc.security.seal.SealedInfo;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who acts through a vault, what they may do, and where it is recorded. Without an actor the program acts for itself.
 *
 * @param authorizer asked about every actor; if there is one, nothing is unsealed without an actor
 * @param trail takes the records
 * @param actor on whose behalf
 * @param context what requests say of the vault
 */
record VaultAccess(
        @Nullable Authorizer authorizer,
        @Nullable AuditTrail trail,
        @Nullable EntityUid actor,
        Map<String, String> context) {
    static final String SEAL = "seal";
    static final String UNSEAL = "unseal";
    static final String REWRAP = "rewrap";
    static final String SHRED = "shred";
    static final String MANAGE_KEYS = "manage-keys";
    private static final String PROGRAM = "program";

    static void record(AuditTrail trail, KeyChange change) {
        String action = change.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
        trail.record(AuditEvent.of(PROGRAM, "key-" + action, "keys/" + change.ring(), Outcome.DONE)
                .detail("version", Integer.toString(change.version())));
    }

    VaultAccess as(EntityUid other) {
        if (authorizer == null && trail == null) {
            throw new IllegalStateException(
                    "this vault asks nobody and records nothing: call allow, authorizer or auditTo");
        }
        if (actor != null) {
            throw new IllegalStateException("this view acts for %s already".formatted(principal()));
        }
        AuditEvent.of(other.toString(), UNSEAL, UNSEAL, Outcome.DENIED); // whoever cannot be recorded does nothing
        return new VaultAccess(authorizer, trail, other, context);
    }

    /** Asks whether the actor may; whoever gets an attempt must close it. */
    Attempt begin(String action, String name) {
        require(action, name);
        return new Attempt(action, name);
    }

    void require(String action, String name) {
        if (authorizer == null || (actor == null && !action.equals(UNSEAL))) {
            return;
        }
        Decision decision = decide(action, name);
        if (!decision.allowed()) {
            throw new NotPermittedException(
                    principal(),
                    action,
                    name,
                    decision.policies(),
                    List.copyOf(decision.errors().keySet()));
        }
    }

    Authorizer requireAuthorizer() {
        if (authorizer == null) {
            throw new IllegalStateException("this vault asks nobody: call allow or authorizer");
        }
        return authorizer;
    }

    Decision decide(String action, String name) {
        if (actor == null) {
            throw new IllegalStateException("this vault unseals for those who may: call as or open");
        }
        Decision decision = decision(requireAuthorizer(), actor, action, name);
        if (decision.allowed() || trail == null || decision.auditIndex() != Decision.NOT_RECORDED) {
            return decision;
        }
        long index = trail.record(AuditEvent.of(principal(), action, name, Outcome.DENIED));
        return new Decision(false, decision.policies(), decision.errors(), index);
    }

    private Decision decision(Authorizer asked, EntityUid who, String action, String name) {
        Request request;
        try {
            request = Roles.request(who, action, name);
        } catch (IllegalArgumentException e) { // no plain path, so that no policy can say what it is below
            return new Decision(false, List.of(), Map.of(), Decision.NOT_RECORDED);
        }
        for (Map.Entry<String, String> pair : context.entrySet()) {
            request = request.context(pair.getKey(), Value.of(pair.getValue()));
        }
        return asked.decide(request);
    }

    void record(String action, String resource, Outcome outcome) {
        if (trail != null) {
            trail.record(AuditEvent.of(principal(), action, resource, outcome));
        }
    }

    /** Records all of them, even if one cannot be. */
    void recordRewraps(List<Rewrap.Result> results, Map<Path, String> names) {
        RuntimeException failure = null;
        for (Rewrap.Result result : results) {
            String name = names.getOrDefault(result.file(), Printable.of(String.valueOf(result.file())));
            try {
                record(REWRAP, name, result.outcome() == Rewrap.Outcome.FAILED ? Outcome.FAILED : Outcome.DONE);
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private String principal() {
        return actor == null ? PROGRAM : actor.toString();
    }

    /** Reads what is recorded of a sealed file. */
    interface Header {
        SealedInfo read() throws IOException;
    }

    /** Something that is done, or else has failed when it is closed. */
    final class Attempt implements AutoCloseable {
        private final String action;
        private final String name;
        private boolean ended;

        Attempt(String action, String name) {
            this.action = action;
            this.name = name;
        }

        void done() {
            ended = true;
            record(action, name, Outcome.DONE);
        }

        void done(@Nullable Header sealed) throws IOException {
            if (sealed == null || trail == null) {
                done();
            } else {
                ended = true;
                SealedInfo info = sealed.read();
                trail.record(AuditEvent.of(principal(), action, name, Outcome.DONE)
                        .detail("bytes", Long.toString(info.plaintextBytes()))
                        .detail("file", info.fileId()));
            }
        }

        /** Gives plaintext away once that is recorded, and else takes it back. */
        <T> T handOver(T plaintext, @Nullable Header sealed, Closeable takeBack) throws IOException {
            try {
                done(sealed);
                return plaintext;
            } catch (IOException | RuntimeException | Error e) {
                try (takeBack) {
                    throw e;
                }
            }
        }

        @Override
        public void close() {
            if (!ended) {
                record(action, name, Outcome.FAILED);
            }
        }
    }
}

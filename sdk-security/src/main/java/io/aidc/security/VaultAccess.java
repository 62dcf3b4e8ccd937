package io.aidc.security;

import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditEvent.Outcome;
import io.aidc.security.audit.AuditTrail;
import io.aidc.security.keys.KeyChange;
import io.aidc.security.seal.SealedInfo;
import java.io.Closeable;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who acts through a vault, what they may do, and where it is recorded. */
record VaultAccess(@Nullable AuditTrail trail, String principal) {
    static final String PROGRAM = "program";
    static final String SEAL = "seal";
    static final String UNSEAL = "unseal";
    static final String REWRAP = "rewrap";
    static final String SHRED = "shred";
    static final String MANAGE_KEYS = "manage-keys";

    VaultAccess as(String other) {
        return new VaultAccess(trail, other);
    }

    /** Asks whether the principal may; whoever gets an attempt must close it. */
    Attempt begin(String action, String name) {
        return new Attempt(action, name);
    }

    static void record(AuditTrail trail, KeyChange change) {
        String action = change.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
        trail.record(AuditEvent.of(PROGRAM, "key-" + action, "keys/" + change.ring(), Outcome.DONE)
                .detail("version", Integer.toString(change.version())));
    }

    /** Whether nobody is asked and nothing recorded. */
    boolean isSilent() {
        return trail == null;
    }

    void require(String action, String name) {}

    void record(String action, String resource, Outcome outcome) {
        if (trail != null) {
            trail.record(AuditEvent.of(principal, action, resource, outcome));
        }
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
                trail.record(AuditEvent.of(principal, action, name, Outcome.DONE)
                        .detail("bytes", Long.toString(info.plaintextBytes()))
                        .detail("file", info.fileId()));
            }
        }

        /** Gives plaintext away once that is recorded, and else takes it back. */
        <T> T handOver(T plaintext, @Nullable Header sealed, Closeable takeBack) throws IOException {
            boolean recorded = false;
            try {
                done(sealed);
                recorded = true;
                return plaintext;
            } finally {
                if (!recorded) {
                    takeBack.close();
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

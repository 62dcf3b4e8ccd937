package io.aidc.security.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the witnesses of a log, one after another. One that fails costs its cosignature and nothing else. */
final class Witnesses {
    private static final Logger LOG = LoggerFactory.getLogger(Witnesses.class);

    private final List<Asked> all = new ArrayList<>();

    /** A witness, and what it is thought to remember. */
    private static final class Asked {
        private final Witness witness;
        private final NoteKey key;
        private long remembers;
        private boolean failing;

        Asked(Witness witness, NoteKey key) {
            this.witness = witness;
            this.key = key;
        }
    }

    void add(Witness witness, NoteKey key) {
        if (all.stream().anyMatch(asked -> asked.key.equals(key))) {
            throw new IllegalArgumentException("witness %s is there already".formatted(key));
        }
        all.add(new Asked(witness, key));
    }

    Witnesses copy() {
        Witnesses copy = new Witnesses();
        all.forEach(asked -> copy.add(asked.witness, asked.key));
        return copy;
    }

    int count() {
        return all.size();
    }

    /** Returns the cosignatures that hold. */
    List<NoteSignature> cosign(Checkpoint checkpoint, LongFunction<ConsistencyProof> proofs) {
        List<NoteSignature> signatures = new ArrayList<>();
        for (Asked asked : all) {
            ask(asked, checkpoint, proofs, signatures);
        }
        return signatures;
    }

    @SuppressWarnings("IllegalCatch") // a witness is the caller's code, and none may stop the log
    private static void ask(
            Asked asked, Checkpoint checkpoint, LongFunction<ConsistencyProof> proofs, List<NoteSignature> out) {
        try {
            Witness.Answer answer = asked.witness.cosign(checkpoint, proofs.apply(asked.remembers));
            if (answer instanceof Witness.Conflict conflict && isBefore(conflict, checkpoint)) {
                asked.remembers = conflict.size();
                answer = asked.witness.cosign(checkpoint, proofs.apply(asked.remembers));
            }
            if (answer instanceof Witness.Cosigned cosigned
                    && asked.key.made(cosigned.signature())
                    && asked.key.verifies(cosigned.signature(), checkpoint)) {
                out.add(cosigned.signature());
                asked.remembers = checkpoint.size();
                asked.failing = false;
                return;
            }
            report(asked, "answer=" + answer, null);
        } catch (Throwable e) {
            report(asked, e.toString(), e);
        } finally {
            Thread.interrupted(); // it would close the files that are read and written next
        }
    }

    private static boolean isBefore(Witness.Conflict conflict, Checkpoint checkpoint) {
        return conflict.size() >= 0 && conflict.size() <= checkpoint.size();
    }

    private static void report(Asked asked, String what, @Nullable Throwable cause) {
        if (asked.failing) {
            LOG.debug("Witness did not cosign again, witness={} {}", asked.key, what, cause);
        } else {
            LOG.warn("Witness did not cosign, witness={} {}", asked.key, what, cause);
            asked.failing = true;
        }
    }
}

package io.aidc.security.audit;

import io.aidc.security.AuditLogException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Knows the public keys of a log, and perhaps of its witnesses, and checks what they signed.
 *
 * <p>Signatures of unknown keys are ignored. One of a known key that is wrong spoils the checkpoint, however many others are
 * right. The time in a cosignature is checked to be what was signed, and not compared with a clock.
 *
 * <p><em>Immutable.</em>
 *
 * @see <a href="https://c2sp.org/signed-note">C2SP signed-note</a>
 * @see <a href="https://c2sp.org/tlog-cosignature">C2SP tlog-cosignature</a>
 */
public final class LogVerifier {
    private final List<NoteKey> logKeys;
    private final List<NoteKey> witnessKeys;
    private final int required;

    private LogVerifier(List<NoteKey> logKeys, List<NoteKey> witnessKeys, int required) {
        this.logKeys = logKeys;
        this.witnessKeys = witnessKeys;
        this.required = required;
    }

    /**
     * Knows the keys of one log. One of them must have signed.
     *
     * @param verifierKeys one or more, such as {@code example.com/log+33d7b496+AeHT…}, Ed25519, all of one name, which is
     *     the log's origin; white space around a key, as at the end of a file, is left out
     * @return the verifier
     * @throws IllegalArgumentException if there is no key, one is malformed, or the names differ
     */
    public static LogVerifier of(String... verifierKeys) {
        List<NoteKey> keys = keys(NoteKey.LOG, verifierKeys);
        if (keys.stream().map(NoteKey::name).distinct().count() != 1) {
            throw new IllegalArgumentException("verifierKeys must be at least one, and of one name");
        }
        return new LogVerifier(keys, List.of(), 0);
    }

    /**
     * Asks for cosignatures besides.
     *
     * @param required how many of these witnesses must have cosigned, 0 to their number
     * @param verifierKeys the keys of witnesses, Ed25519 (type 0x04), in place of those given before
     * @return a new verifier
     * @throws IllegalArgumentException if a key is malformed, or more are required than given
     */
    public LogVerifier witnesses(int required, String... verifierKeys) {
        List<NoteKey> keys = keys(NoteKey.WITNESS, verifierKeys);
        if (required < 0 || required > new HashSet<>(keys).size()) {
            throw new IllegalArgumentException("required must be 0 to the number of witnesses, got " + required);
        }
        return new LogVerifier(logKeys, keys, required);
    }

    private static List<NoteKey> keys(byte type, String... verifierKeys) {
        List<NoteKey> keys = new ArrayList<>();
        for (String key : verifierKeys) {
            keys.add(NoteKey.parse(key.strip(), type));
        }
        return List.copyOf(keys);
    }

    /**
     * Returns the name of the log.
     *
     * @return its origin
     */
    public String origin() {
        return logKeys.get(0).name();
    }

    /**
     * Reads a checkpoint and checks its signatures.
     *
     * @param note a signed checkpoint
     * @return the checkpoint, which this log signed
     * @throws AuditLogException if it is malformed, of another log, not signed by a known key, signed wrongly by one, or
     *     lacks cosignatures
     */
    public Checkpoint verify(byte[] note) {
        Checkpoint checkpoint = Checkpoint.parse(note);
        verify(checkpoint);
        return checkpoint;
    }

    /**
     * Checks the signatures of a checkpoint.
     *
     * @param checkpoint what to check
     * @throws AuditLogException if it is of another log, not signed by a known key, signed wrongly by one, or lacks
     *     cosignatures
     */
    public void verify(Checkpoint checkpoint) {
        if (!checkpoint.origin().equals(origin())) {
            throw rejected("is of another log than " + origin());
        }
        if (verified(checkpoint, logKeys).isEmpty()) {
            throw rejected("is not signed by a known key of " + origin());
        }
        int cosigned = verified(checkpoint, witnessKeys).size();
        if (cosigned < required) {
            throw rejected("must be cosigned by %d witnesses, is by %d".formatted(required, cosigned));
        }
    }

    private static Set<NoteKey> verified(Checkpoint checkpoint, List<NoteKey> keys) {
        Set<NoteKey> verified = new HashSet<>();
        for (NoteSignature signature : checkpoint.signatures()) {
            for (NoteKey key : keys) {
                if (!key.made(signature)) {
                    continue;
                }
                if (!key.verifies(signature, checkpoint)) {
                    throw rejected("has a wrong signature of " + key);
                }
                verified.add(key);
            }
        }
        return verified;
    }

    private static AuditLogException rejected(String detail) {
        return new AuditLogException(AuditLogException.NO_ENTRY, "checkpoint " + detail);
    }

    /** Shows the public keys. */
    @Override
    public String toString() {
        return "LogVerifier[keys=%s, witnesses=%s, required=%d]".formatted(logKeys, witnessKeys, required);
    }
}

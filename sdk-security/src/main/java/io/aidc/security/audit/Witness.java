package io.aidc.security.audit;

/**
 * Somebody apart from the log who remembers its last checkpoint, and signs another only if it continues that one: so nobody
 * can show two pasts of the log to two people.
 *
 * <p>A client of a witness on the network is one, as is {@link LocalWitness}. It must be thread-safe if several logs use it.
 *
 * @see <a href="https://c2sp.org/tlog-witness">C2SP tlog-witness</a>
 */
@FunctionalInterface
public interface Witness {
    /**
     * Cosigns a checkpoint, once it is remembered for good.
     *
     * @param checkpoint signed by the log
     * @param proof from the size that this witness is thought to remember, 0 at first
     * @return the cosignature, or the size that it does remember
     * @throws RuntimeException if it is out of reach, or refuses; the log goes on without
     */
    Answer cosign(Checkpoint checkpoint, ConsistencyProof proof);

    /** What a witness says. */
    sealed interface Answer permits Cosigned, Conflict {}

    /**
     * It cosigned.
     *
     * @param signature made over checkpoint and time
     */
    record Cosigned(NoteSignature signature) implements Answer {}

    /**
     * It remembers another size than that from which the proof leads, and cosigned nothing.
     *
     * @param size what it remembers; a proof from there is what it asks for
     */
    record Conflict(long size) implements Answer {}
}

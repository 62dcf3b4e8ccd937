package io.aidc.privacy.anonymize;

/** Is told how far an optimal search has come. */
@FunctionalInterface
public interface SearchProgress {
    /**
     * Called from time to time on the thread that searches, for the last time with all nodes done. An exception ends the
     * search and reaches its caller.
     *
     * @param nodes how many nodes were checked, or ruled out without, &ge; the number in the call before
     * @param total the size of the lattice
     */
    void done(long nodes, long total);
}

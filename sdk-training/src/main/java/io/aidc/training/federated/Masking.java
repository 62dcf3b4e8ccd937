package io.aidc.training.federated;

/** The client's end of a {@link SecureAggregation}; {@code SecureSumClient} of sdk-privacy fits. */
@FunctionalInterface
public interface Masking {
    /**
     * Joins an aggregation.
     *
     * @param message what the server's end says first
     * @return this client's part in it
     */
    Party join(byte[] message);

    /** One client's part in one aggregation. Confined: one thread at a time, though not always the same one. */
    interface Party extends AutoCloseable {
        /**
         * Answers a step. An exception makes this client leave the round.
         *
         * @param step which message, from 0
         * @param message what the server's end says; for step 0 the same as in {@link Masking#join}
         * @param vector what this client adds, clipped if the task asks for it; not to be modified
         * @return the answer
         */
        byte[] answer(int step, byte[] message, float[] vector);

        /** Leaves the aggregation and forgets its secrets. */
        @Override
        void close();
    }
}

package io.aidc.training.optim;

/**
 * Describes how a gradient moves the parameters.
 *
 * <p>Immutable.
 */
public sealed interface Optimizer permits Sgd, Adam, AdamW, Lamb, Adagrad {
    /**
     * Gives the step width, which a {@link Schedule} may vary.
     *
     * @return the learning rate, &gt; 0
     */
    double learningRate();

    /**
     * Calls the method of the reader that belongs to this optimiser.
     *
     * @param <R> what the reader makes of an optimiser
     * @param reader what reads the optimiser
     * @return what the reader returned
     */
    <R> R read(Reader<R> reader);

    /**
     * Reads optimisers, one method for each.
     *
     * @param <R> what is made of an optimiser
     */
    interface Reader<R> {
        /**
         * Reads stochastic gradient descent.
         *
         * @param optimizer its constants
         * @return what the reader makes of it
         */
        R sgd(Sgd optimizer);

        /**
         * Reads Adam.
         *
         * @param optimizer its constants
         * @return what the reader makes of it
         */
        R adam(Adam optimizer);

        /**
         * Reads AdamW.
         *
         * @param optimizer its constants
         * @return what the reader makes of it
         */
        R adamW(AdamW optimizer);

        /**
         * Reads LAMB.
         *
         * @param optimizer its constants
         * @return what the reader makes of it
         */
        R lamb(Lamb optimizer);

        /**
         * Reads Adagrad.
         *
         * @param optimizer its constants
         * @return what the reader makes of it
         */
        R adagrad(Adagrad optimizer);
    }
}

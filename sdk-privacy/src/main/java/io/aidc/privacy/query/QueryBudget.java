package io.aidc.privacy.query;

import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.RandomBits;
import java.util.function.BiFunction;

/** Pays for queries before they read data; {@code PrivacyBudget} is one. */
public interface QueryBudget {

    /**
     * Returns the relation that the sensitivities of queries must be about.
     *
     * @return the neighbouring relation
     */
    Neighbours neighbours();

    /**
     * Pays, then runs; what goes wrong after paying stays paid. A refusal runs nothing and costs nothing.
     *
     * @param event what the query is going to do
     * @param query makes the answer from secret randomness and the ε spent; reads the data
     * @param refusal makes the refusal from the ε asked for and the ε left
     * @param <R> the type of the answer
     * @return the answer or the refusal
     * @throws IllegalArgumentException if the budget cannot account for the event; nothing is read or paid
     */
    <R> R answer(PrivacyEvent event, BiFunction<RandomBits, Double, R> query, BiFunction<Double, Double, R> refusal);
}

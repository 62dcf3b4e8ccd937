package io.aidc.privacy.anonymize;

/** What came of anonymising a table: a table that holds, or the finding that there is none. */
public sealed interface Anonymisation permits Anonymised, Anonymisation.Impossible {
    /**
     * Not even the coarsest generalisation satisfies the models with the suppression allowed. Nothing is published.
     *
     * <p>Coarser hierarchies that end in {@code *}, more suppression or weaker models can help; a model that the
     * sensitive column as a whole fails cannot be satisfied.
     */
    record Impossible() implements Anonymisation {}
}

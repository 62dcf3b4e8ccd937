package io.aidc.privacy.anonymize;

/** What each published class must satisfy, fixed for one table. Thread-safe. */
interface Requirement {
    /**
     * Whether one class may be published. Of two classes that may, the union may, for every requirement here; so
     * without suppression all of them allow pruning.
     */
    boolean holds(Classes classes, int cls);

    /**
     * Whether a class that holds still holds after any rows are added to it. Only then does generalising further never
     * need more suppression.
     */
    boolean monotone();

    /**
     * This requirement for the classes of one full-domain node, to be asked for before a node's classes are tested.
     *
     * @param node the level of each quasi-identifier
     */
    default Requirement at(int[] node) {
        return this;
    }
}

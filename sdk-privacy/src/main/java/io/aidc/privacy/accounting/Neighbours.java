package io.aidc.privacy.accounting;

/** The relation between two data sets that a release must not tell apart. */
public enum Neighbours {
    /** One data set is the other with every row of one unit removed. The number of units is protected. */
    ADD_OR_REMOVE,

    /**
     * One data set is the other with all rows of one unit replaced by any other rows. Up to twice the sensitivity of
     * {@link #ADD_OR_REMOVE}, and no amplification by Poisson sampling.
     */
    REPLACE_ONE
}

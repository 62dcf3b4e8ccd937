package io.aidc.training.federated;

/** Says how much each client's update counts in the mean. */
public enum Weighting {
    /**
     * As much as the examples it rests on, as in FedAvg (McMahan et al. 2017, Algorithm 1). The counts are the clients' own
     * word.
     */
    EXAMPLES,
    /** All the same. */
    UNIFORM
}

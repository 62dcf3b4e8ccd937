package io.aidc.training.search;

/** Which values are good. */
public enum Direction {
    /** Small values are good, as of a loss. */
    MINIMISE,

    /** Large values are good, as of an accuracy. */
    MAXIMISE;

    /** Turns a value into one of which less is better, and back. */
    double loss(double value) {
        return this == MINIMISE ? value : -value;
    }
}

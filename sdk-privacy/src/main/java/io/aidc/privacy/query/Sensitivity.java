package io.aidc.privacy.query;

/** The most by which one unit can move a vector, in the two norms. */
record Sensitivity(double l1, double l2) {
    Sensitivity times(double factor) {
        return new Sensitivity(l1 * factor, l2 * factor);
    }

    /** Of so many vectors at once, each moved like this one. */
    Sensitivity over(double vectors) {
        return new Sensitivity(l1 * vectors, l2 * Math.sqrt(vectors));
    }
}

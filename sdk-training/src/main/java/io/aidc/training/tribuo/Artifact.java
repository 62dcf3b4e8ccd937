package io.aidc.training.tribuo;

import java.util.function.Supplier;

/** The parts of Tribuo, none of which has to be there. */
enum Artifact {
    CLASSIFICATION_SGD("org.tribuo:tribuo-classification-sgd"),
    REGRESSION_SGD("org.tribuo:tribuo-regression-sgd"),
    CLASSIFICATION_TREE("org.tribuo:tribuo-classification-tree"),
    REGRESSION_TREE("org.tribuo:tribuo-regression-tree");

    private final String coordinates;

    Artifact(String coordinates) {
        this.coordinates = coordinates;
    }

    /** Runs code of a class that calls Tribuo, so that none of its types is looked for before. */
    <T> T using(String learner, Supplier<T> code) {
        try {
            return code.get();
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "%s needs Tribuo: put %s, in the version this module was built with, on the class path (%s)"
                            .formatted(learner, coordinates, e.getMessage()),
                    e);
        }
    }
}

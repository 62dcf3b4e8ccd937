package io.aidc.security.signing;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What of a model is signed, and how its content is hashed. */
record SigningPlan(
        Serialization serialization,
        Ignored ignored,
        ModelTree.Links links,
        Effort effort,
        @Nullable Path stateFile) {
    static final SigningPlan DEFAULT = new SigningPlan(
            Serialization.DEFAULT, Ignored.VERSION_CONTROL, ModelTree.Links.REFUSED, Effort.OF_THE_CALLER, null);

    SigningPlan with(Serialization other) {
        return new SigningPlan(other, ignored, links, effort, stateFile);
    }

    SigningPlan with(Ignored other) {
        return new SigningPlan(serialization, other, links, effort, stateFile);
    }

    SigningPlan with(ModelTree.Links other) {
        return new SigningPlan(serialization, ignored, other, effort, stateFile);
    }

    SigningPlan with(Effort other) {
        return new SigningPlan(serialization, ignored, links, other, stateFile);
    }

    SigningPlan with(Path other) {
        return new SigningPlan(serialization, ignored, links, effort, other);
    }
}

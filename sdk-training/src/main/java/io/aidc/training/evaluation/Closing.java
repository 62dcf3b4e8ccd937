package io.aidc.training.evaluation;

import io.aidc.training.Predictor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Closes predictors, the last one first, all of them even if one fails. */
final class Closing {
    private Closing() {}

    /** Closes them and throws the first exception, with the others as suppressed. */
    static void all(List<? extends Predictor> predictors) {
        RuntimeException failure = closed(predictors);
        if (failure != null) {
            throw failure;
        }
    }

    /** Closes them because of a failure, which goes on; what fails in closing is added to it. */
    static void after(Throwable cause, List<? extends Predictor> predictors) {
        RuntimeException failure = closed(predictors);
        if (failure != null) {
            cause.addSuppressed(failure);
        }
    }

    private static @Nullable RuntimeException closed(List<? extends Predictor> predictors) {
        List<Predictor> reversed = new ArrayList<>(predictors);
        Collections.reverse(reversed);
        RuntimeException first = null;
        for (Predictor predictor : reversed) {
            try {
                predictor.close();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        return first;
    }
}

package io.aidc.training.evaluation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells how one fold went.
 *
 * @param repeat which division of the rows, from 0
 * @param fold which part was held aside, from 0
 * @param trainRows how many rows trained
 * @param testRows how many were held aside
 * @param scores scores on those held aside by name
 */
public record FoldScores(int repeat, int fold, int trainRows, int testRows, Map<String, Double> scores) {
    /** Copies the scores and keeps their order. */
    public FoldScores {
        scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
    }
}

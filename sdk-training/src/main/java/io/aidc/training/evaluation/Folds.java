package io.aidc.training.evaluation;

import io.aidc.training.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Divides rows into parts, each of which is held aside once while the others train.
 *
 * <p>Every row is in exactly one fold. The same seed gives the same folds on every machine.
 */
public final class Folds {
    private Folds() {}

    /**
     * Divides rows by chance into folds whose sizes differ by one at most.
     *
     * @param rows how many rows there are
     * @param folds how many parts, in [2, rows]
     * @param seed what the division is drawn by
     * @return the rows of each fold, in rising order
     * @throws IllegalArgumentException if the number of folds is out of range
     */
    public static List<int[]> of(int rows, int folds, long seed) {
        requireFolds(folds, rows, "rows");
        return dealt(Seeds.order(rows, new SplittableRandom(seed)), folds);
    }

    /**
     * Divides rows by chance so that each fold has its share of each class: the rows of a class differ by one at most between
     * folds, and so do the sizes. A class with fewer rows than there are folds is missing in some.
     *
     * @param data rows with classes
     * @param folds how many parts, in [2, rows]
     * @param seed what the division is drawn by
     * @return the rows of each fold, in rising order
     * @throws IllegalArgumentException if the number of folds is out of range or the data has no classes
     */
    public static List<int[]> stratified(Dataset data, int folds, long seed) {
        if (data.classes() == 0) {
            throw new IllegalArgumentException("stratified folds need classes, the data has numeric targets");
        }
        requireFolds(folds, data.rows(), "rows");
        int[] drawn = Seeds.order(data.rows(), new SplittableRandom(seed));
        int[] byClass = new int[drawn.length];
        int at = 0;
        for (int k = 0; k < data.classes(); k++) {
            for (int row : drawn) {
                if (data.label(row) == k) {
                    byClass[at++] = row;
                }
            }
        }
        return dealt(byClass, folds);
    }

    /**
     * Divides rows so that rows of one group, of one patient for example, are never on both sides. Sizes are as equal as a greedy
     * choice makes them.
     *
     * @param groups the group of each row, any numbers
     * @param folds how many parts, in [2, groups]
     * @param seed what the division is drawn by
     * @return the rows of each fold, in rising order
     * @throws IllegalArgumentException if the number of folds is out of range
     */
    public static List<int[]> grouped(int[] groups, int folds, long seed) {
        Map<Integer, List<Integer>> rows = new LinkedHashMap<>();
        for (int row : Seeds.order(groups.length, new SplittableRandom(seed))) {
            rows.computeIfAbsent(groups[row], group -> new ArrayList<>()).add(row);
        }
        requireFolds(folds, rows.size(), "groups");
        List<List<Integer>> largestFirst = new ArrayList<>(rows.values());
        largestFirst.sort((a, b) -> Integer.compare(b.size(), a.size()));
        List<List<Integer>> parts = new ArrayList<>();
        for (int i = 0; i < folds; i++) {
            parts.add(new ArrayList<>());
        }
        for (List<Integer> group : largestFirst) {
            List<Integer> smallest = parts.get(0);
            for (List<Integer> part : parts) {
                smallest = part.size() < smallest.size() ? part : smallest;
            }
            smallest.addAll(group);
        }
        return parts.stream()
                .map(part -> part.stream().mapToInt(Integer::intValue).sorted().toArray())
                .toList();
    }

    private static void requireFolds(int folds, int most, String of) {
        if (folds < 2 || folds > most) {
            throw new IllegalArgumentException(
                    "folds must be in [2, %d], the number of %s, got %d".formatted(most, of, folds));
        }
    }

    private static List<int[]> dealt(int[] order, int folds) {
        List<int[]> parts = new ArrayList<>();
        for (int fold = 0; fold < folds; fold++) {
            int[] part = new int[(order.length - fold + folds - 1) / folds];
            for (int i = 0; i < part.length; i++) {
                part[i] = order[fold + i * folds];
            }
            Arrays.sort(part);
            parts.add(part);
        }
        return parts;
    }

    /** The rows that are in no way part of the fold. */
    static int[] others(int rows, int[] fold) {
        int[] others = new int[rows - fold.length];
        int at = 0;
        int next = 0;
        for (int row = 0; row < rows; row++) {
            if (next < fold.length && fold[next] == row) {
                next++;
            } else {
                others[at++] = row;
            }
        }
        return others;
    }
}

package io.aidc.training.checkpoint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which checkpoints stay.
 *
 * @param last how many of the newest, null for all unless only the best are asked for
 * @param best how many of the best, null for none
 */
record Retention(@Nullable Integer last, @Nullable Ranking best) {
    static final Retention ALL = new Retention(null, null);

    /** The best by a score. */
    record Ranking(int count, String score, Checkpoints.Best order) {
        /** Those with a score, best first; of equals the newer one. */
        List<Checkpoint> of(List<Checkpoint> oldestFirst) {
            List<Checkpoint> scored = new ArrayList<>();
            for (Checkpoint checkpoint : oldestFirst) {
                Double value = checkpoint.scores().get(score);
                if (value != null && !value.isNaN()) {
                    scored.add(0, checkpoint);
                }
            }
            Comparator<Checkpoint> byScore =
                    Comparator.comparingDouble(checkpoint -> checkpoint.scores().getOrDefault(score, Double.NaN));
            scored.sort(order == Checkpoints.Best.LOWEST ? byScore : byScore.reversed());
            return scored;
        }
    }

    /** Those that may go. */
    List<Checkpoint> superfluous(List<Checkpoint> oldestFirst) {
        if (last == null && best == null) {
            return List.of();
        }
        int newest = last == null ? 1 : last;
        Set<Checkpoint> kept =
                new HashSet<>(oldestFirst.subList(Math.max(0, oldestFirst.size() - newest), oldestFirst.size()));
        if (best != null) {
            List<Checkpoint> ranked = best.of(oldestFirst);
            kept.addAll(ranked.subList(0, Math.min(best.count(), ranked.size())));
        }
        return oldestFirst.stream()
                .filter(checkpoint -> !kept.contains(checkpoint))
                .toList();
    }
}

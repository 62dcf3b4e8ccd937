package io.aidc.privacy.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the event by which two inputs are best told apart.
 *
 * <p>Outcomes are ordered by how much likelier they are on one input; the events considered are the beginnings of that
 * order, as in the lemma of Neyman and Pearson. Each is rated by roughly the bound on ε that it would give.
 */
final class EventSearch {
    private static final int DESCRIBED = 5;

    private final double samples;
    private final double deviation;
    private final double delta;
    private final Map<Object, Tally> tallies = new LinkedHashMap<>();

    private static final class Tally {
        private long first;
        private long second;
    }

    private record Candidate(Object outcome, long wanted, long other) {
        double ratio() {
            return (wanted + 0.5) / (other + 0.5);
        }
    }

    EventSearch(long samples, double significance, double delta) {
        this.samples = samples;
        this.delta = delta;
        deviation = Math.sqrt(2 * Math.log(2 / significance));
    }

    void saw(Object first, Object second) {
        tallies.computeIfAbsent(first, outcome -> new Tally()).first++;
        tallies.computeIfAbsent(second, outcome -> new Tally()).second++;
    }

    Set<Object> likelierOnFirst() {
        List<Candidate> candidates = new ArrayList<>();
        tallies.forEach((outcome, tally) -> candidates.add(new Candidate(outcome, tally.first, tally.second)));
        return best(candidates);
    }

    Set<Object> likelierOnSecond() {
        List<Candidate> candidates = new ArrayList<>();
        tallies.forEach((outcome, tally) -> candidates.add(new Candidate(outcome, tally.second, tally.first)));
        return best(candidates);
    }

    static String describe(Set<Object> event) {
        String listed =
                event.stream().limit(DESCRIBED).map(Object::toString).sorted().collect(Collectors.joining(", "));
        return event.size() > DESCRIBED ? listed + " and " + (event.size() - DESCRIBED) + " more" : listed;
    }

    private Set<Object> best(List<Candidate> candidates) {
        candidates.sort(Comparator.comparingDouble(Candidate::ratio).reversed());
        long wanted = 0;
        long other = 0;
        double highest = Double.NEGATIVE_INFINITY;
        int length = 0;
        for (int i = 0; i < candidates.size(); i++) {
            wanted += candidates.get(i).wanted();
            other += candidates.get(i).other();
            double rating = rating(wanted, other);
            if (rating > highest) {
                highest = rating;
                length = i + 1;
            }
        }
        Set<Object> event = new HashSet<>();
        candidates.subList(0, length).forEach(candidate -> event.add(candidate.outcome()));
        return event;
    }

    /** (lower bound of one rate − δ)/(upper bound of the other), with the square roots' nearly constant deviation. */
    private double rating(long wanted, long other) {
        double low = Math.max(0, Math.sqrt((double) wanted) - deviation / 2);
        double high = Math.sqrt(other + 1.0) + deviation / 2;
        return (low * low - delta * samples) / (high * high);
    }
}

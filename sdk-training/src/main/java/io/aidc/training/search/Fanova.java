package io.aidc.training.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Chooses what forests to grow for the importance of each parameter. */
final class Fanova {
    private static final int FEWEST = 4;

    private Fanova() {}

    static List<Importance> importances(List<TrialRecord> completed) {
        Map<String, Axis> axes = new LinkedHashMap<>();
        for (TrialRecord trial : completed) {
            trial.parameters().forEach((name, setting) -> {
                Axis axis = Axis.of(setting.domain());
                if (!axis.isSingle()) {
                    axes.put(name, axis);
                }
            });
        }
        Map<List<TrialRecord>, Map<String, Double>> known = new HashMap<>();
        List<Importance> importances = new ArrayList<>();
        for (String name : axes.keySet().stream().sorted().toList()) {
            List<TrialRecord> having = completed.stream()
                    .filter(trial -> trial.parameters().containsKey(name))
                    .sorted(Comparator.comparingInt(TrialRecord::number))
                    .toList();
            if (having.size() >= FEWEST) {
                double share = known.computeIfAbsent(having, trials -> shares(trials, axes))
                        .getOrDefault(name, 0.0);
                importances.add(new Importance(name, share));
            }
        }
        importances.sort(Comparator.comparingDouble(Importance::share).reversed());
        return importances;
    }

    /** Grows a forest over the parameters that all of the trials have. */
    private static Map<String, Double> shares(List<TrialRecord> trials, Map<String, Axis> axes) {
        List<String> names = axes.keySet().stream()
                .filter(name ->
                        trials.stream().allMatch(trial -> trial.parameters().containsKey(name)))
                .sorted()
                .toList();
        double[][] points = new double[trials.size()][names.size()];
        double[] values = new double[trials.size()];
        for (int i = 0; i < points.length; i++) {
            TrialRecord trial = trials.get(i);
            values[i] = trial.value().orElseThrow();
            for (int d = 0; d < names.size(); d++) {
                String name = names.get(d);
                Setting setting = trial.parameters().get(name);
                Axis axis = axes.get(name);
                if (setting != null && axis != null) {
                    points[i][d] = axis.options() > 0 ? setting.number() : axis.unit(setting.number());
                }
            }
        }
        int[] options = new int[names.size()];
        for (int d = 0; d < options.length; d++) {
            Axis axis = axes.get(names.get(d));
            options[d] = axis == null ? 0 : axis.options();
        }
        double[] shares = VarianceForest.shares(points, values, options);
        Map<String, Double> byName = new HashMap<>();
        for (int d = 0; d < shares.length; d++) {
            byName.put(names.get(d), shares[d]);
        }
        return byName;
    }
}

package io.aidc.privacy.testkit;

import io.aidc.privacy.testkit.ReplayFinding.NotFinite;
import io.aidc.privacy.testkit.ReplayFinding.ReleasedTooOften;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Answers a pipeline's releases on the data and keeps what went in and out. */
final class Recording implements Mechanisms {
    private final long seed;
    private final RandomGenerator random;
    private final RandomGenerator noise;
    private final @Nullable Mechanisms real;
    private final List<Call> calls = new ArrayList<>();
    private final List<ReplayFinding> findings = new ArrayList<>();

    /** One release; {@code largestMove} grows during the replays. */
    static final class Call {
        final String name;
        final double[] values;
        final Sensitivity declared;
        final double[] answer;
        double largestMove;

        Call(String name, double[] values, Sensitivity declared, double[] answer) {
            this.name = name;
            this.values = values;
            this.declared = declared;
            this.answer = answer;
        }

        String label() {
            return label(name, values);
        }

        static String label(String name, double[] values) {
            return name + "[" + values.length + "]";
        }
    }

    Recording(long seed, @Nullable Mechanisms real) {
        this.seed = seed;
        random = new SplittableRandom(seed);
        noise = new SplittableRandom(~seed);
        this.real = real;
    }

    @Override
    public double[] release(String name, double[] values, Sensitivity sensitivity) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(sensitivity, "sensitivity");
        double[] kept = values.clone();
        int bad = firstNotFinite(kept);
        if (bad >= 0) {
            findings.add(new NotFinite(0, name, bad));
        }
        double[] answer =
                bad < 0 && real != null ? real.release(name, values.clone(), sensitivity) : standIn(kept, sensitivity);
        calls.add(new Call(name, kept, sensitivity, answer.clone()));
        return answer.clone();
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public RandomGenerator random(String name) {
        return NamedRandom.of(seed, name);
    }

    List<Call> calls() {
        return calls;
    }

    List<ReplayFinding> findings(Map<String, Integer> allowed) {
        Map<String, Integer> times = new LinkedHashMap<>();
        calls.forEach(call -> times.merge(call.name, 1, Integer::sum));
        List<ReplayFinding> all = new ArrayList<>(findings);
        times.forEach((name, count) -> {
            int most = allowed.getOrDefault(name, 1);
            if (count > most) {
                all.add(new ReleasedTooOften(0, name, count, most));
            }
        });
        return all;
    }

    List<ReplayReport.Released> released() {
        return calls.stream()
                .map(call -> new ReplayReport.Released(call.name, call.values.length, call.declared, call.largestMove))
                .toList();
    }

    static int firstNotFinite(double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                return i;
            }
        }
        return -1;
    }

    private double[] standIn(double[] values, Sensitivity sensitivity) {
        double[] answer = values.clone();
        for (int i = 0; i < answer.length; i++) {
            answer[i] += sensitivity.bound() * noise.nextGaussian();
        }
        return answer;
    }
}

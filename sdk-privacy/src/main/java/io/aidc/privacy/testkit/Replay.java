package io.aidc.privacy.testkit;

import io.aidc.privacy.testkit.Recording.Call;
import io.aidc.privacy.testkit.ReplayFinding.Failed;
import io.aidc.privacy.testkit.ReplayFinding.MovedTooFar;
import io.aidc.privacy.testkit.ReplayFinding.NotFinite;
import io.aidc.privacy.testkit.ReplayFinding.ReleasesDiffer;
import io.aidc.privacy.testkit.ReplayFinding.ResultDiffers;
import io.aidc.privacy.testkit.ReplayFinding.SensitivityDiffers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Gives a pipeline on a neighbour the recorded answers, and compares. */
final class Replay implements Mechanisms {
    private static final String NOTHING = "nothing";

    private final int run;
    private final long seed;
    private final RandomGenerator random;
    private final List<Call> calls;
    private final double slack;
    private final List<ReplayFinding> findings = new ArrayList<>();
    private int next;
    private boolean lost;

    /** Ends a run that cannot be followed: there is no recorded answer to give. */
    private static final class LostException extends RuntimeException {
        private static final long serialVersionUID = 1;

        LostException() {
            super("the releases differ from the recorded ones", null, false, false);
        }
    }

    Replay(int run, long seed, List<Call> calls, double slack) {
        this.run = run;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.calls = calls;
        this.slack = slack;
    }

    <D> void follow(ReplayAudit.Pipeline<? super D> pipeline, D neighbour, @Nullable Object recordedResult) {
        Object result;
        try {
            result = pipeline.run(neighbour, this);
        } catch (Throwable e) {
            if (e instanceof VirtualMachineError error && !(e instanceof StackOverflowError)) {
                throw error;
            }
            // once lost, whatever is thrown follows from that
            if (!lost) {
                findings.add(new Failed(run, e.getClass().getName()));
            }
            return;
        }
        if (lost) {
            return;
        }
        if (next < calls.size()) {
            findings.add(new ReleasesDiffer(run, next, calls.get(next).label(), NOTHING));
        } else if (!Objects.deepEquals(recordedResult, result)) {
            findings.add(new ResultDiffers(run));
        }
    }

    List<ReplayFinding> findings() {
        return findings;
    }

    @Override
    public double[] release(String name, double[] values, Sensitivity sensitivity) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(sensitivity, "sensitivity");
        if (lost) {
            throw new LostException();
        }
        String here = Call.label(name, values);
        String recorded = next < calls.size() ? calls.get(next).label() : NOTHING;
        if (!here.equals(recorded)) {
            lost = true;
            findings.add(new ReleasesDiffer(run, next, recorded, here));
            throw new LostException();
        }
        Call call = calls.get(next++);
        compare(call, values, sensitivity);
        return call.answer.clone();
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public RandomGenerator random(String name) {
        return NamedRandom.of(seed, name);
    }

    private void compare(Call call, double[] values, Sensitivity sensitivity) {
        if (!sensitivity.equals(call.declared)) {
            findings.add(new SensitivityDiffers(run, call.name, call.declared, sensitivity));
        }
        int bad = Recording.firstNotFinite(values);
        if (bad >= 0) {
            findings.add(new NotFinite(run, call.name, bad));
        }
        if (bad >= 0 || Recording.firstNotFinite(call.values) >= 0) {
            return;
        }
        double moved = call.declared.distance(call.values, values);
        call.largestMove = Math.max(call.largestMove, moved);
        if (!(moved <= call.declared.bound() * slack)) {
            findings.add(new MovedTooFar(run, call.name, call.declared, moved));
        }
    }
}

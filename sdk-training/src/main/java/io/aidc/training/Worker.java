package io.aidc.training;

import io.aidc.training.TrainingReport.StopReason;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.engine.Batch;
import io.aidc.training.optim.Schedule;
import io.aidc.training.torch.internal.Group;
import io.aidc.training.torch.internal.HostReplica;
import io.aidc.training.torch.internal.NativeObjects;
import io.aidc.training.torch.internal.SoloGroup;
import io.aidc.training.torch.internal.TorchTrainable;
import io.aidc.training.torch.internal.Vector;
import io.aidc.training.torch.internal.VectorReplica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One rank of a run, wherever it runs: computes the gradient of its share of each batch, adds it to the others', and moves
 * its own copy of the parameters. All ranks begin with the same parameters and see the same sums, so all stay equal.
 *
 * <p>Behind the gradient further numbers are summed: running statistics, the loss, and how many ranks were asked to stop.
 *
 * <p>Confined: one thread, but {@link #step} may be read from any.
 */
final class Worker implements AutoCloseable {
    /** Numbers behind gradient and statistics: the loss, ranks asked to stop, a wish for a new group. */
    private static final int TAIL = 3;

    /** How often memory is looked at. */
    private static final int MEMORY_STEPS = 16;

    private final Plan plan;
    private final Dataset data;
    private final BooleanSupplier stopRequested;
    private final @Nullable Saving saving;
    private final ReadAhead reader;
    private final int count;
    private final int tailAt;
    private final RunningStatistics statistics;
    private final Vector numbers;
    private final Vector trained;
    private final Vector sum;
    private final Vector gradient;
    private final VectorReplica replica;
    private final Updater updater;
    private final LossScale scale;
    private final Progression progression;
    private final Reductions reductions;
    private final List<Double> losses = new ArrayList<>();
    private final long began;
    private final @Nullable Vector best;

    /** What noise is added to, kept from step to step: worker 0's in a private run. */
    private float[] noised = new float[0];

    private Group group = new SoloGroup();
    private Batches batches;
    private BooleanSupplier regroupWanted = () -> false;
    private @Nullable Validation validation;
    private boolean hasBest;
    private int judged;
    private int saved;
    private boolean hasState;
    private boolean hasStepped;
    private boolean handedOver;
    private long examples;
    private int completed;
    private volatile int step;

    Worker(Plan plan, Dataset data, BooleanSupplier stopRequested) {
        this.plan = plan;
        this.data = data;
        this.stopRequested = stopRequested;
        this.saving = plan.checkpoints() == null ? null : new Saving(plan, plan.checkpoints(), data.fingerprint());
        this.reader = new ReadAhead(data, plan.augmentation());
        float[] start = plan.start();
        this.numbers = Vector.of(
                start == null ? plan.model().initialParameters(plan.seedFor(Seeds.PARAMETERS)) : start,
                plan.computing().device());
        this.count = NamedNumbers.count(plan.model().parameters());
        this.tailAt = numbers.length();
        this.trained = numbers.slice(0, count);
        this.sum = Vector.zeros(tailAt + TAIL, plan.computing().device());
        this.statistics = new RunningStatistics(numbers.slice(count, tailAt - count), sum.slice(count, tailAt - count));
        this.gradient = sum.slice(0, count);
        this.replica = replica();
        this.updater = new Updater(plan, numbers, trained);
        this.scale = new LossScale(plan.computing().setting().precision());
        this.progression = new Progression(plan.ending().minimumGain(), Schedule.Plateau.THRESHOLD);
        this.best = plan.ending().keepBest() ? Vector.zeros(numbers.length(), numbers.device()) : null;
        this.batches = batches();
        this.reductions = new Reductions(plan.compression(), sum, count);
        this.began = plan.nanoTime().getAsLong();
    }

    private Batches batches() {
        DpSgd privacy = plan.privacy();
        return privacy == null
                ? new EpochBatches(plan, data.rows(), group)
                : new PrivateBatches(privacy, data.rows(), group);
    }

    /** Joins a group that goes on as it began; a run that resumes takes up its checkpoint. */
    void enter(Group joined) {
        join(joined);
        if (plan.resume()) {
            takeOverFrom(0);
        }
        hasState = true;
    }

    /** Joins a group whose workers all take over the state of one of them. */
    void enter(Group joined, int source) {
        join(joined);
        takeOverFrom(source);
        hasState = true;
    }

    /** What a broken exchange left half done is undone. */
    private void join(Group joined) {
        group = joined;
        batches = batches();
        reductions.join(joined);
        validation = plan.validation() == null ? null : new Validation(plan.validation(), joined);
        if (step > completed) {
            statistics.restore();
            step = completed;
        }
        if (!hasState && joined.rank() == 0) {
            begin();
        }
    }

    private void begin() {
        if (saving != null) {
            saving.begin();
            if (plan.resume()) {
                saving.restore(state());
                saved = completed;
            }
        }
        hasState = true;
    }

    private void takeOverFrom(int source) {
        TakeOver.from(source, state(), group);
        reductions.resumeAfter(completed);
        replica.parametersChanged();
    }

    /** Sets what asks for a new group after the step; it is heard on worker 0. */
    void regroupWhen(BooleanSupplier wanted) {
        regroupWanted = wanted;
    }

    /** How far this worker got: the more, the further. */
    long progress() {
        return state().progress();
    }

    /** How long an exchange of its next group may take, until it has taken a step there. */
    Duration patience() {
        return hasStepped ? plan.patience().worker() : plan.patience().start();
    }

    boolean isSaving() {
        return saving != null && saving.isWriting();
    }

    /** Everything that is carried from step to step. */
    RunState state() {
        var state = new RunState();
        state.vector("numbers", numbers);
        updater.keepIn(state);
        scale.keepIn(state);
        progression.keepIn(state);
        if (best != null) {
            state.vector("best", best);
        }
        state.number("hasBest", () -> hasBest ? 1 : 0, value -> hasBest = value > 0);
        state.number(RunState.JUDGED, () -> judged, value -> judged = (int) value);
        state.number(RunState.STEP, () -> completed, value -> {
            completed = (int) value;
            step = completed;
        });
        return state;
    }

    private VectorReplica replica() {
        if (plan.model() instanceof TorchTrainable torch) {
            // Workers of other processes may join a run that began with one: all must cut the gradient alike.
            int workers = plan.launch() == null ? plan.workers() : Math.max(plan.workers(), 2);
            return torch.replica(numbers, plan.computing().setting(), workers);
        }
        return new HostReplica(
                plan.model().replica(numbers.buffer(), plan.seedFor(Seeds.REPLICAS)),
                Vector.zeros(count, numbers.device()));
    }

    /** The step this worker is in or completed last. */
    int step() {
        return step;
    }

    /**
     * Runs the steps that are left. The outcome holds parameters and replica; {@link #close} frees the rest.
     *
     * @throws RegroupException if workers wait to join; {@link #enter} and call this again
     */
    Outcome run() throws RegroupException {
        Ended ended = steps();
        settle();
        handedOver = true;
        return new Outcome(
                ended.reason(),
                ended.detail(),
                ended.steps(),
                plan.privacy() == null ? losses : List.of(),
                progression.epochs(),
                numbers,
                replica);
    }

    /** Says that the group is to be formed anew, with workers that wait to join. */
    static final class RegroupException extends Exception {
        private static final long serialVersionUID = 1;

        RegroupException() {
            super("workers wait to join");
        }
    }

    private record Ended(StopReason reason, String detail, int steps) {}

    private Ended steps() throws RegroupException {
        while (true) {
            if (isDue()) {
                judge();
            }
            if (saving != null && completed > saved && isSavedAfter(completed)) {
                save(saving);
            }
            if (isExhausted()) {
                saveLast();
                String detail = "no gain over a mean loss of %s for %d epochs"
                        .formatted(
                                progression.ending().best(),
                                progression.ending().withoutGain());
                return new Ended(StopReason.PLATEAU, detail, completed);
            }
            if (completed >= plan.steps()) {
                String detail = losses.isEmpty() ? "the checkpoint had all steps" : "";
                return new Ended(StopReason.FINISHED, detail, completed);
            }
            step = completed + 1;
            Batches.Draw draw;
            try {
                draw = batches.draw(step);
            } catch (Batches.RefusedException e) {
                saveLast();
                return new Ended(StopReason.REFUSED, String.valueOf(e.getMessage()), completed);
            }
            float[] wishes = step(draw);
            plan.probe().afterStep(group.rank(), step, numbers);
            requireMemory();
            if (wishes[0] > 0) {
                saveLast();
                return new Ended(StopReason.INTERRUPTED, "interrupted after step " + completed, completed);
            }
            if (wishes[1] > 0) {
                throw new RegroupException();
            }
        }
    }

    private boolean isSavedAfter(int step) {
        return saving != null && (saving.isDue(step) || step >= plan.steps());
    }

    /** What workers hold back is not in a checkpoint; the last one has been due and has all. */
    private void saveLast() {
        if (saving != null && completed > saved && !reductions.holdsBack()) {
            save(saving);
        }
    }

    private void save(Saving to) {
        saved = completed;
        if (group.rank() == 0) {
            // Scores of other parameters would make this one the best for what it is not.
            Map<String, Double> scores = judged == completed ? progression.scores() : Map.of();
            to.save(state(), completed, epoch(completed), group.size(), scores);
        }
    }

    /** The epoch a step belongs to, from 1; 0 in a private run. */
    private int epoch(int step) {
        return plan.epochSteps() == 0 ? 0 : (step - 1) / plan.epochSteps() + 1;
    }

    private void requireMemory() {
        long budget = plan.computing().memoryBytes();
        if (budget == Long.MAX_VALUE || step % MEMORY_STEPS != 0) {
            return;
        }
        long used = NativeObjects.residentBytes();
        if (used > budget) {
            throw new MemoryExceededException(step, used, budget, NativeObjects.report());
        }
    }

    /** Whether an interval has ended that was not judged yet. */
    private boolean isDue() {
        return plan.interval() > 0 && completed > judged && completed % plan.interval() == 0;
    }

    /** Takes one step; tells how many ranks were asked to stop, and whether workers wait to join. */
    private float[] step(Batches.Draw draw) {
        replica.beginStep(plan.seedFor(Seeds.STEPS + ((long) step << 8) + group.rank()));
        double rate = updater.rate(step);
        statistics.keep();
        reductions.begin(step, isSavedAfter(step));
        double lossSum = computeShare(draw);
        statistics.offer(group.size());
        sum.set(
                tailAt,
                (float) lossSum,
                stopRequested.getAsBoolean() ? 1 : 0,
                group.rank() == 0 && regroupWanted.getAsBoolean() ? 1 : 0);
        reductions.finish();
        float[] tail = sum.toArray(tailAt, TAIL);
        statistics.take();
        double loss = tail[0] / draw.total();
        move(draw, lossSum, loss);
        replica.parametersChanged();
        completed = step;
        if (!hasStepped) {
            group.setTimeout(plan.patience().worker());
            hasStepped = true;
        }
        if (plan.epochSteps() > 0 && completed % plan.epochSteps() == 0) {
            updater.epochEnded(epoch(completed));
        }
        examples += draw.total();
        losses.add(loss);
        if (plan.privacy() == null) {
            progression.add(loss, draw.total());
        }
        if (group.rank() == 0) {
            plan.listener().onStep(progress(loss, rate));
        }
        return new float[] {tail[1], tail[2]};
    }

    private void move(Batches.Draw draw, double lossSum, double loss) {
        DpSgd privacy = plan.privacy();
        if (privacy != null) {
            addNoise(privacy);
            gradient.scale(1 / privacy.expectedBatch());
            updater.step(step, gradient);
            requireFinite();
            return;
        }
        if (scale.isActive()) {
            if (gradient.firstNotFinite() >= 0) {
                scale.overflowed();
                if (scale.value() < LossScale.LEAST) {
                    throw new DivergedException(step, "gradients overflow at every scale of the loss");
                }
                return;
            }
            gradient.scale(1 / scale.value());
            scale.succeeded();
        }
        if (!Double.isFinite(loss)) {
            throw new DivergedException(step, "the loss is %s%s".formatted(loss, culprit(draw, lossSum)));
        }
        updater.step(step, gradient);
    }

    /** Computes this worker's gradient, part by part, and gives the sum of its row losses. */
    private double computeShare(Batches.Draw draw) {
        List<int[]> parts = Share.parts(draw.share(), plan.batching().parts());
        DpSgd privacy = plan.privacy();
        double loss = 0;
        if (parts.isEmpty()) {
            gradient.fill(0);
            if (privacy == null) {
                reductions.readyAll(replica.parts());
            }
        }
        for (int i = 0; i < parts.size(); i++) {
            Batch batch = reader.take(part(parts.get(i), step), next(parts, i));
            boolean isLast = i == parts.size() - 1;
            if (privacy == null) {
                VectorReplica.Ready ready = isLast ? reductions::ready : VectorReplica.Ready.NONE;
                loss += replica.gradient(batch, scale.value() / draw.total(), gradient, i > 0, ready);
            } else {
                loss += replica.clippedGradient(batch, privacy.clipNorm(), gradient, i > 0);
            }
        }
        return loss;
    }

    private ReadAhead.Part part(int[] rows, int ofStep) {
        // A private run has no epochs: there each step is one.
        int epoch = plan.epochSteps() == 0 ? ofStep : epoch(ofStep);
        return new ReadAhead.Part(rows, plan.seedFor(Seeds.AUGMENTATION + epoch));
    }

    /** The part after one of this step, as far as it can be told. */
    private ReadAhead.@Nullable Part next(List<int[]> parts, int i) {
        if (i + 1 < parts.size()) {
            return part(parts.get(i + 1), step);
        }
        if (step >= plan.steps()) {
            return null;
        }
        int[] share = batches.foreseen(step + 1).map(Batches.Draw::share).orElse(new int[0]);
        List<int[]> later = Share.parts(share, plan.batching().parts());
        return later.isEmpty() ? null : part(later.get(0), step + 1);
    }

    /** Noises the sum of all workers on worker 0 and hands it on as it is: a later addition would round the noise anew. */
    private void addNoise(DpSgd privacy) {
        if (group.rank() == 0) {
            if (noised.length == 0) {
                noised = new float[count];
            }
            gradient.copyTo(noised, 0);
            privacy.noise().addTo(noised, privacy.noiseMultiplier() * privacy.clipNorm());
            gradient.set(0, noised);
        }
        group.broadcast(gradient, 0);
    }

    /** Judges the interval that has ended. */
    private void judge() {
        Validation rows = validation;
        Map<String, Double> scores = rows == null ? null : rows.scores(replica, numbers);
        judged = completed;
        boolean isLeast = progression.end(epoch(step), step, updater.rate(step), plan.privacy() != null, scores);
        if (isLeast && best != null) {
            best.copyFrom(numbers);
            hasBest = true;
        }
        int waited = progression.rate().withoutGain();
        if (plan.update().schedule() instanceof Schedule.Plateau plateau
                && waited > 0
                && waited % (plateau.patience() + 1) == 0) {
            updater.lowerRate(plateau.gamma());
        }
        if (group.rank() == 0) {
            plan.listener().onEpoch(progression.last(), this::parametersByName);
        }
    }

    /** Whether the run has gone without gain for too long; a run that ended so and is resumed ends again. */
    private boolean isExhausted() {
        return plan.ending().patience() > 0
                && progression.ending().withoutGain() >= plan.ending().patience();
    }

    /** Puts what becomes the model into the numbers. */
    private void settle() {
        Vector average = updater.average();
        if (best != null && hasBest) {
            numbers.copyFrom(best);
        } else if (average != null) {
            numbers.copyFrom(average);
        }
        requireFinite();
        replica.parametersChanged();
        replica.settle();
    }

    private Map<String, float[]> parametersByName() {
        return NamedNumbers.copies(numbers, 0, plan.model().parameters());
    }

    private String culprit(Batches.Draw draw, double lossSum) {
        if (Double.isFinite(lossSum)) {
            return "";
        }
        for (int[] rows : Share.parts(draw.share(), plan.batching().parts())) {
            String where = replica.firstNotFinite(reader.take(part(rows, step), null));
            if (!where.isEmpty()) {
                return ", " + where;
            }
        }
        return "";
    }

    private void requireFinite() {
        int at = trained.firstNotFinite();
        if (at >= 0) {
            String place = NamedNumbers.place(at, plan.model().parameters());
            throw new DivergedException(step, "%s is %s".formatted(place, numbers.get(at)));
        }
    }

    private TrainingProgress progress(double loss, double rate) {
        Duration elapsed = Duration.ofNanos(Math.max(plan.nanoTime().getAsLong() - began, 1));
        int epoch = epoch(step);
        double speed = examples / (elapsed.toNanos() / 1e9);
        return new TrainingProgress(step, plan.steps(), epoch, loss, rate, group.size(), speed, elapsed);
    }

    /** Frees everything but what was handed over with the outcome. */
    @Override
    public void close() {
        if (!handedOver) {
            replica.close();
            numbers.close();
        }
        reader.close();
        if (saving != null) {
            saving.close();
        }
        reductions.close();
        statistics.close();
        updater.close();
        trained.close();
        gradient.close();
        sum.close();
        if (best != null) {
            best.close();
        }
    }
}

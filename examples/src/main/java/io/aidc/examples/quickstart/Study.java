package io.aidc.examples.quickstart;

import io.aidc.examples.quickstart.Progress.StepFailedException;
import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.PrivacyCertificate;
import io.aidc.privacy.PrivacyLedger;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.query.Release;
import io.aidc.training.Dataset;
import io.aidc.training.TrainedModel;
import io.aidc.training.TrainingProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * From the table to two trained models and what each of them cost. <em>Confined: one thread at a time.</em>
 *
 * <p>The split is fixed beforehand: who is on which side depends on a seed and on positions in the table, and does not
 * move when one person's row is left out. Names of columns and classes are taken to be public, as the table's schema.
 * Every person is trained on or held aside, never both, so what a person pays is the larger of the two budgets.
 */
final class Study implements AutoCloseable {
    static final double EPSILON = 3;
    static final double DELTA = 1e-4;
    private static final double EVALUATION_EPSILON = 1;
    private static final String TRAINED_ON = "trained-on";
    private static final String HELD_ASIDE = "held-aside";

    private final AccessControl access;
    private final Progress progress;
    private final Findings findings;
    private final Patients patients;
    private final PrivateSummary summary;
    private final PrivacyLedger ledger;
    private final PrivacyBudget budget;
    private final List<PrivacyEvent> charged = new ArrayList<>();
    private final Learning.Run secret;
    private final Learning.Run plain;

    /**
     * Does all of it.
     *
     * @param ledger the budgets of people trained on and people held aside; closed by the caller
     */
    Study(Arguments arguments, PrivacyLedger ledger, AccessControl access, Progress progress, Findings findings)
            throws StepFailedException {
        this.ledger = ledger;
        this.budget = ledger.scope(TRAINED_ON);
        this.access = access;
        this.progress = progress;
        this.findings = findings;
        this.patients = access.step(progress, Task.READ, "read and check the data", () -> read(arguments));
        this.summary = access.step(progress, Task.SUMMARISE, "summarise privately", this::summarise);
        this.secret = access.step(
                progress,
                Task.TRAIN,
                "train with privacy on " + Learning.WORKERS + " workers",
                () -> Learning.privately(patients.train(), summary, budget, charged::add, this::show));
        this.plain = trainPlain();
        try {
            access.step(progress, Task.EVALUATE, "judge both on people held aside", this::judge);
        } catch (StepFailedException e) {
            close();
            throw e;
        }
    }

    /** Opens the ledger with what each side of the split may spend. */
    static PrivacyLedger openLedger(Path file) {
        return PrivacyLedger.builder(file)
                .scope(
                        TRAINED_ON,
                        PrivacyBudget.builder()
                                .epsilon(EPSILON)
                                .delta(DELTA)
                                .approximateDelta(PrivateSummary.SELECTION_DELTA))
                .unit("patient")
                .scope(HELD_ASIDE, PrivacyBudget.builder().epsilon(EVALUATION_EPSILON))
                .unit("patient")
                .open();
    }

    Patients patients() {
        return patients;
    }

    /** The model that was trained with privacy; closed with the study. */
    TrainedModel model() {
        return secret.result().model();
    }

    double[] privateLosses() {
        return secret.losses();
    }

    double[] plainLosses() {
        return plain.losses();
    }

    Map<String, Double> spentBySummary() {
        return summary.spent();
    }

    /** ε after each quarter of the training, by number of the step. */
    Map<Integer, Double> spentByTraining() {
        Map<Integer, Double> spent = new LinkedHashMap<>();
        for (int quarter = 1; quarter <= 4; quarter++) {
            int step = charged.size() * quarter / 4;
            spent.put(step, PrivateSummary.epsilon(charged.get(step - 1), DELTA));
        }
        return spent;
    }

    /** What the people trained on were promised, for machines and for the people who sign. */
    PrivacyCertificate certificate() {
        return budget.certificate();
    }

    @Override
    public void close() {
        secret.result().close();
        plain.result().close();
    }

    private Learning.Run trainPlain() throws StepFailedException {
        try {
            return access.step(
                    progress,
                    Task.TRAIN,
                    "train without privacy, to compare",
                    () -> Learning.plainly(patients.train(), this::show));
        } catch (StepFailedException e) {
            secret.result().close();
            throw e;
        }
    }

    private Patients read(Arguments arguments) throws IOException {
        Patients read = Patients.read(arguments);
        Dataset all = read.all();
        progress.say("%s", read.source());
        progress.say(
                "%d rows, %d features, classes %s, nothing missing, %d duplicate rows, constant columns %s",
                all.rows(), all.features(), all.classNames(), read.duplicates(), read.constantColumns());
        findings.put("table", read.source())
                .put("rows", all.rows())
                .put("features", all.features())
                .put("splitSeed", Patients.SPLIT_SEED)
                .put("trainingRows", read.train().rows())
                .put("heldAsideRows", read.heldAside().rows());
        return read;
    }

    private PrivateSummary summarise() {
        PrivateSummary result = PrivateSummary.of(
                Patients.rows(patients.train()), patients.all().classNames(), budget);
        progress.say("about %.0f people, %s, each give or take the noise", result.people(), result.classes());
        progress.say("sizes that enough people share: %s", result.sizes());
        progress.say("ranges and means of %d columns; ε %.3f of %.1f", result.means().length, budget.spent(), EPSILON);
        return result;
    }

    private void show(TrainingProgress now) {
        if (now.step() % Math.max(1, now.steps() / 4) == 0) {
            progress.say("step %d of %d, loss %.3f", now.step(), now.steps(), now.loss());
        }
    }

    private Findings judge() {
        Dataset heldAside = patients.heldAside();
        double[] right = IntStream.range(0, heldAside.rows())
                .mapToDouble(i -> best(model().predict(heldAside.row(i))) == heldAside.label(i) ? 1 : 0)
                .toArray();
        PrivacyBudget theirs = ledger.scope(HELD_ASIDE);
        if (!(theirs.mean(right).clampedTo(0, 1).spending(EVALUATION_EPSILON) instanceof Release.Granted released)) {
            throw new IllegalStateException("the budget of the people held aside does not cover their evaluation");
        }
        double accuracy = model().accuracy(heldAside);
        double plainAccuracy = plain.result().model().accuracy(heldAside);
        double epsilon = Math.max(budget.spent(), theirs.spent());
        certificate().inWords().lines().forEach(line -> progress.say("%s", line));
        progress.say("with privacy %.4f, without %.4f; ε %.3f at δ %s", accuracy, plainAccuracy, epsilon, DELTA);
        return findings.put("epsilon", epsilon)
                .put("epsilonLimit", EPSILON)
                .put("delta", DELTA)
                .put("accuracy", accuracy)
                .put("plainAccuracy", plainAccuracy)
                .put("releasableAccuracy", released.value())
                .put("ledgerHead", ledger.head())
                .put("workers", secret.workers());
    }

    private static int best(float[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }
}

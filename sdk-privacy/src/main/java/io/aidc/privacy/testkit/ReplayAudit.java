package io.aidc.privacy.testkit;

import io.aidc.privacy.noise.RandomBits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs a pipeline on data and on neighbours of the data, and finds what differs outside of the mechanisms.
 *
 * <p>On the data, the input and the answer of every release are recorded. On each neighbour, every release gives the
 * recorded answer again and random choices repeat. All that can differ then is the input of the releases, and that by no
 * more than their declared sensitivity. Anything else is a leak or a broken promise, and is found in one run without
 * statistics: a forgotten clip, groups without a bound, a key list taken from the rows, a private count used as a public
 * one, a sensitivity computed from the data, NaN, a charge used twice.
 *
 * {@snippet class="io.aidc.privacy.testkit.TestkitSnippetsTest" region="replay"}
 *
 * <p>It shows what these neighbours show: add a unit with huge values, one with NaN, one with very many rows, and remove
 * the only row of a group. It does not look at the noise itself; for that see {@link MechanismTester}. Audit with made-up
 * data, since findings quote the names of releases. Confined: one thread at a time, and so is the pipeline.
 *
 * @param <D> the data
 * @see <a href="https://arxiv.org/abs/2602.17454">Cebere et al. 2026</a> for the idea; here the pipeline's result and
 *     repeated charges are compared too
 */
public final class ReplayAudit<D> {
    private static final double DEFAULT_TOLERANCE = 1e-9;

    private final D data;
    private final List<D> neighbours = new ArrayList<>();
    private final Map<String, Integer> allowed = new HashMap<>();
    private @Nullable Mechanisms real;
    private @Nullable Double tolerance;
    private @Nullable Long seed;

    /**
     * A computation on private data that releases only through {@link Mechanisms}.
     *
     * @param <D> the data
     */
    @FunctionalInterface
    public interface Pipeline<D> {

        /**
         * Computes and releases.
         *
         * @param data the private data
         * @param mechanisms through which everything leaves
         * @return what is published, compared by {@link Objects#deepEquals}; null if it is only what was released
         */
        @Nullable
        Object run(D data, Mechanisms mechanisms);
    }

    private ReplayAudit(D data) {
        this.data = data;
    }

    /**
     * Starts an audit.
     *
     * @param data what the pipeline is recorded on; not copied
     * @param <D> the data's type
     * @return the audit
     */
    public static <D> ReplayAudit<D> of(D data) {
        return new ReplayAudit<>(Objects.requireNonNull(data, "data"));
    }

    /**
     * Adds a data set that differs by one privacy unit.
     *
     * @param neighbour what the pipeline is replayed on; not copied
     * @return this
     */
    public ReplayAudit<D> against(D neighbour) {
        neighbours.add(Objects.requireNonNull(neighbour, "neighbour"));
        return this;
    }

    /**
     * Lets a name be released several times, as in a loop whose steps were all charged; once is allowed unless said.
     *
     * @param name the release
     * @param times how often it was charged, &ge; 0
     * @return this
     * @throws IllegalArgumentException if {@code times} is negative
     * @throws IllegalStateException if the name was given before
     */
    public ReplayAudit<D> allowing(String name, int times) {
        Objects.requireNonNull(name, "name");
        Checks.atLeast(0, times, "times");
        Checks.once(allowed.putIfAbsent(name, times), "allowing " + name);
        return this;
    }

    /**
     * Takes the recorded answers from the production mechanisms. Unless set, they are the input and some noise as large as
     * the sensitivity.
     *
     * @param mechanisms asked for each release on the data, never on neighbours, and never with non-finite values
     * @return this
     * @throws IllegalStateException on the second call
     */
    public ReplayAudit<D> answering(Mechanisms mechanisms) {
        if (real != null) {
            throw new IllegalStateException("answering is already set");
        }
        real = Objects.requireNonNull(mechanisms, "mechanisms");
        return this;
    }

    /**
     * Forgives rounding: an input may move by this share more than declared. 1e-9 unless set; 0 also finds sums whose
     * sensitivity rounding alone makes too large.
     *
     * @param relative the share, &ge; 0 and finite
     * @return this
     * @throws IllegalArgumentException if it is outside its range
     * @throws IllegalStateException on the second call
     */
    public ReplayAudit<D> tolerance(double relative) {
        Checks.once(tolerance, "tolerance");
        tolerance = Checks.notNegative(relative, "tolerance");
        return this;
    }

    /**
     * Repeats an earlier audit; a fresh seed is drawn unless set.
     *
     * @param value {@link ReplayReport#seed()} of the earlier one
     * @return this
     * @throws IllegalStateException on the second call
     */
    public ReplayAudit<D> seed(long value) {
        Checks.once(seed, "seed");
        seed = value;
        return this;
    }

    /**
     * Runs the pipeline on the data and on each neighbour. What it throws on the data is passed on.
     *
     * @param pipeline what is audited; called once for each data set, on this thread
     * @return the findings
     * @throws IllegalStateException if there is no neighbour
     */
    public ReplayReport run(Pipeline<? super D> pipeline) {
        Objects.requireNonNull(pipeline, "pipeline");
        if (neighbours.isEmpty()) {
            throw new IllegalStateException("call against(neighbour) before run: there is nothing to compare with");
        }
        long used = seed != null ? seed : freshSeed();
        Recording recording = new Recording(used, real);
        Object result = pipeline.run(data, recording);
        List<ReplayFinding> findings = new ArrayList<>(recording.findings(allowed));
        double slack = 1 + (tolerance != null ? tolerance : DEFAULT_TOLERANCE);
        for (int i = 0; i < neighbours.size(); i++) {
            Replay replay = new Replay(i + 1, used, recording.calls(), slack);
            replay.follow(pipeline, neighbours.get(i), result);
            findings.addAll(replay.findings());
        }
        return new ReplayReport(used, neighbours.size(), recording.released(), findings);
    }

    private static long freshSeed() {
        try (RandomBits bits = RandomBits.open()) {
            return bits.nextLong();
        }
    }
}

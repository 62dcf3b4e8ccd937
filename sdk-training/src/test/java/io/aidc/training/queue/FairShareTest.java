package io.aidc.training.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FairShareTest {
    private static final int CORES = 16;
    private static final long MEMORY = 1000;
    private static final int LIMIT = 5;

    private static Job job(String owner, int priority, int cores, long memory) {
        return Job.of("job", control -> {})
                .owner(owner)
                .priority(priority)
                .cores(cores)
                .memoryBytes(memory);
    }

    private static List<Long> begun(FairShare share) {
        List<Long> ids = new ArrayList<>();
        for (Long id = share.next(); id != null; id = share.next()) {
            ids.add(id);
        }
        return ids;
    }

    /** The example of Ghodsi et al. 2011, figure 2: 9 CPUs and 18 GB, tasks of (1, 4) and of (3, 1) get 3 and 2. */
    @Test
    void next_withTheExampleOfThePaper_givesItsAllocation() {
        var share = new FairShare(9, 18, 100, Map.of());
        for (long id = 1; id <= 20; id++) {
            share.add(id, id % 2 == 0 ? job("a", 0, 1, 4) : job("b", 0, 3, 1));
        }
        List<Long> begun = begun(share);
        assertThat(begun.stream().filter(id -> id % 2 == 0)).hasSize(3);
        assertThat(begun.stream().filter(id -> id % 2 == 1)).hasSize(2);
    }

    @Test
    void next_withWeights_sharesInProportion() {
        var share = new FairShare(12, 0, 100, Map.of("a", 2.0, "b", 1.0));
        for (long id = 1; id <= 40; id++) {
            share.add(id, job(id % 2 == 0 ? "a" : "b", 0, 1, 0));
        }
        List<Long> begun = begun(share);
        assertThat(begun.stream().filter(id -> id % 2 == 0)).hasSize(8);
        assertThat(begun.stream().filter(id -> id % 2 == 1)).hasSize(4);
    }

    @Test
    void next_withinAnOwner_goesByPriorityThenAge() {
        var share = new FairShare(1, 0, 100, Map.of());
        share.add(1, job("a", 0, 1, 0));
        share.add(2, job("a", 5, 1, 0));
        share.add(3, job("a", 5, 1, 0));
        share.add(4, job("a", -1, 1, 0));
        assertThat(share.order()).containsExactly(2L, 3L, 1L, 4L);
        List<Long> order = new ArrayList<>();
        for (Long id = share.next(); id != null; id = share.next()) {
            order.add(id);
            share.end(id);
        }
        assertThat(order).containsExactly(2L, 3L, 1L, 4L);
    }

    /** Two urgent jobs come for each that ends; the other begins after at most 8 · 3 others and those that were there. */
    @Test
    void aging_letsAnUnimportantJobBeginInAStreamOfUrgentOnes() {
        var share = new FairShare(1, 0, 100, Map.of());
        share.add(1, job("a", 0, 1, 0));
        long id = 2;
        int before = 0;
        for (Long next = 0L; next == null || next != 1; ) {
            share.add(id++, job("a", 3, 1, 0));
            share.add(id++, job("a", 3, 1, 0));
            next = share.next();
            assertThat(next).isNotNull();
            share.end(next == null ? 0 : next);
            before++;
        }
        // Overtaken by what was submitted before 24 had begun: two at a time, 50 of them.
        assertThat(before).isBetween(25, 2 * (FairShare.AGING * 3 + 1) + 1);
    }

    @Test
    void reservation_letsALargeJobBeginInAStreamOfSmallOnes() {
        var share = new FairShare(4, 0, LIMIT, Map.of());
        List<Long> running = new ArrayList<>();
        long id = 1;
        share.add(id++, job("small", 0, 1, 0));
        running.addAll(begun(share));
        share.add(id++, job("large", 0, 4, 0));
        int others = 0;
        while (!running.contains(2L)) {
            share.add(id++, job("small", 0, 1, 0));
            share.add(id++, job("small", 0, 1, 0));
            List<Long> begun = begun(share);
            others += (int) begun.stream().filter(b -> b != 2).count();
            running.addAll(begun);
            assertThat(others).isLessThanOrEqualTo(LIMIT);
            if (!running.contains(2L)) {
                assertThat(running).isNotEmpty();
                share.end(running.remove(0));
            }
        }
        assertThat(running).containsExactly(2L);
    }

    @Test
    void reservation_thatPausedJobsMakeImpossible_holdsNobodyUp() {
        var share = new FairShare(4, 100, 1, Map.of());
        share.add(1, job("a", 0, 1, 50));
        assertThat(begun(share)).containsExactly(1L);
        share.pause(1);
        share.add(2, job("b", 0, 1, 80));
        share.add(3, job("c", 0, 1, 10));
        assertThat(begun(share)).containsExactly(3L);
        assertThat(share.isReserved(2)).isTrue();
        share.add(4, job("c", 0, 1, 10));
        assertThat(begun(share)).containsExactly(4L);
        share.resume(1);
        share.add(5, job("c", 0, 1, 10));
        assertThat(begun(share)).containsExactly(1L);
        share.end(1);
        assertThat(begun(share)).containsExactly(2L);
        share.end(2);
        assertThat(begun(share)).containsExactly(5L);
    }

    @Test
    void resume_ofALargeJob_isNotOvertakenByJobsThatHaveNotBegun() {
        var share = new FairShare(4, 0, LIMIT, Map.of());
        share.add(1, job("a", 0, 4, 0));
        assertThat(begun(share)).containsExactly(1L);
        share.pause(1);
        share.add(2, job("b", 0, 1, 0));
        assertThat(begun(share)).containsExactly(2L);
        share.resume(1);
        share.add(3, job("b", 0, 1, 0));
        assertThat(begun(share)).isEmpty();
        share.end(2);
        assertThat(begun(share)).containsExactly(1L);
        share.end(1);
        assertThat(begun(share)).containsExactly(3L);
    }

    static LongStream seeds() {
        return LongStream.concat(
                LongStream.range(0, 49), LongStream.of(Long.getLong("test.seed", System.currentTimeMillis())));
    }

    /**
     * Random submissions, ends, pauses and cancellations. After each: budgets hold; who begins while others could have
     * begun is an owner with the smallest share, or has a reservation; nothing else begins before a reservation that
     * can come true. In the end every job has begun once or was cancelled.
     */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void anySequence_keepsBudgetsFairnessAndEveryJob(long seed) {
        new Simulation(seed).run();
    }

    private static final class Simulation {
        private final SplittableRandom random;
        private final Map<String, Double> weights = Map.of("a", 1.0, "b", 2.0, "c", 0.5);
        private final FairShare share = new FairShare(CORES, MEMORY, LIMIT, weights);
        private final Map<Long, Job> queued = new LinkedHashMap<>();
        private final Map<Long, Job> running = new LinkedHashMap<>();
        private final Map<Long, Job> paused = new LinkedHashMap<>();
        private final Map<Long, Job> resuming = new LinkedHashMap<>();
        private final Set<Long> everBegun = new HashSet<>();
        private long lastId;

        Simulation(long seed) {
            random = new SplittableRandom(seed);
        }

        void run() {
            for (int i = 0; i < 250; i++) {
                act();
                beginAll();
            }
            while (!queued.isEmpty() || !running.isEmpty() || !paused.isEmpty() || !resuming.isEmpty()) {
                if (!paused.isEmpty()) {
                    resume(any(paused));
                } else {
                    assertThat(running).as("a job waits though nothing runs").isNotEmpty();
                    end(running);
                }
                beginAll();
            }
            assertThat(share.coresUsed()).isZero();
            assertThat(share.memoryUsed()).isZero();
            assertThat(share.queued()).isZero();
        }

        private long any(Map<Long, Job> jobs) {
            return new ArrayList<>(jobs.keySet()).get(random.nextInt(jobs.size()));
        }

        private void act() {
            int what = random.nextInt(10);
            if (what < 4) {
                lastId++;
                Job job = job(
                        new String[] {"a", "b", "c", "d"}[random.nextInt(4)],
                        random.nextInt(3),
                        random.nextInt(8) == 0 ? CORES : 1 + random.nextInt(4),
                        random.nextInt(8) == 0 ? MEMORY : random.nextInt(200));
                share.add(lastId, job);
                queued.put(lastId, job);
            } else if (what < 7 && !running.isEmpty()) {
                end(running);
            } else if (what == 7 && !running.isEmpty()) {
                long id = any(running);
                share.pause(id);
                paused.put(id, running.remove(id));
            } else if (what == 8 && !paused.isEmpty()) {
                if (random.nextInt(4) == 0) {
                    end(paused);
                } else {
                    resume(any(paused));
                }
            } else if (what == 9 && !queued.isEmpty()) {
                long id = any(queued);
                share.withdraw(id);
                queued.remove(id);
            }
        }

        private void resume(long id) {
            share.resume(id);
            resuming.put(id, paused.remove(id));
        }

        private void end(Map<Long, Job> jobs) {
            long id = any(jobs);
            share.end(id);
            jobs.remove(id);
        }

        private void beginAll() {
            while (true) {
                Map<String, Double> shares = new HashMap<>();
                queued.values().forEach(job -> shares.put(job.owner(), share(job.owner())));
                Set<Long> reserved = new HashSet<>();
                queued.keySet().stream().filter(share::isReserved).forEach(reserved::add);
                Map<Long, Job> could = new HashMap<>(queued);
                could.values().removeIf(job -> !fits(job));
                Long id = share.next();
                if (id == null) {
                    boolean held = reserved.stream().anyMatch(this::isPossible)
                            || resuming.values().stream().anyMatch(job -> job.cores() > CORES - cores());
                    assertThat(could.isEmpty() || held)
                            .as("nothing begins though something could")
                            .isTrue();
                    assertBudget();
                    return;
                }
                Job resumed = resuming.remove(id);
                if (resumed != null) {
                    running.put(id, resumed);
                } else {
                    assertThat(everBegun.add(id)).as("begun twice").isTrue();
                    assertThat(resuming).as("begun before a job that resumes").isEmpty();
                    Job job = queued.remove(id);
                    if (job == null) {
                        throw new AssertionError("begun though not queued: " + id);
                    }
                    if (!reserved.contains(id)) {
                        assertThat(reserved.stream().anyMatch(this::isPossible))
                                .as("begun in spite of a reservation")
                                .isFalse();
                        for (Job other : could.values()) {
                            assertThat(shares.get(job.owner()))
                                    .as("an owner with a smaller share could have begun")
                                    .isLessThanOrEqualTo(shares.get(other.owner()));
                        }
                    }
                    running.put(id, job);
                }
                assertBudget();
            }
        }

        private boolean isPossible(long id) {
            Job job = queued.get(id);
            long resting = paused.values().stream().mapToLong(Job::memoryBytes).sum();
            return job != null && job.memoryBytes() <= MEMORY - resting;
        }

        private int cores() {
            return running.values().stream().mapToInt(Job::cores).sum();
        }

        private long memory() {
            return LongStream.of(
                            running.values().stream()
                                    .mapToLong(Job::memoryBytes)
                                    .sum(),
                            paused.values().stream().mapToLong(Job::memoryBytes).sum(),
                            resuming.values().stream()
                                    .mapToLong(Job::memoryBytes)
                                    .sum())
                    .sum();
        }

        private boolean fits(Job job) {
            return job.cores() <= CORES - cores() && job.memoryBytes() <= MEMORY - memory();
        }

        private double share(String owner) {
            double cores = running.values().stream()
                    .filter(job -> job.owner().equals(owner))
                    .mapToInt(Job::cores)
                    .sum();
            long memory = 0;
            for (Map<Long, Job> jobs : List.of(running, paused, resuming)) {
                memory += jobs.values().stream()
                        .filter(job -> job.owner().equals(owner))
                        .mapToLong(Job::memoryBytes)
                        .sum();
            }
            return Math.max(cores / CORES, (double) memory / MEMORY) / weights.getOrDefault(owner, 1.0);
        }

        private void assertBudget() {
            assertThat(share.coresUsed()).isEqualTo(cores()).isLessThanOrEqualTo(CORES);
            assertThat(share.memoryUsed()).isEqualTo(memory()).isLessThanOrEqualTo(MEMORY);
        }
    }

    /** Over a long time, owners that always have jobs get core time by their weights, to within the largest job. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void coreTime_ofBusyOwners_isByWeight(long seed) {
        var random = new SplittableRandom(seed);
        var share = new FairShare(8, 0, 1000, Map.of("a", 1.0, "b", 3.0));
        Map<Long, long[]> ends = new HashMap<>();
        Map<Long, Job> jobs = new HashMap<>();
        Map<String, Double> time = new HashMap<>();
        long id = 0;
        Map<String, Integer> waiting = new HashMap<>(Map.of("a", 0, "b", 0));
        for (int now = 0; now < 1000; now++) {
            for (String owner : List.of("a", "b")) {
                while (waiting.merge(owner, 0, Integer::sum) < 10) {
                    Job job = job(owner, 0, 1, 0);
                    share.add(++id, job);
                    jobs.put(id, job);
                    waiting.merge(owner, 1, Integer::sum);
                }
            }
            for (Long next = share.next(); next != null; next = share.next()) {
                ends.put(next, new long[] {now + 1 + random.nextInt(5)});
                waiting.merge(owner(jobs, next), -1, Integer::sum);
            }
            for (Map.Entry<Long, long[]> entry : List.copyOf(ends.entrySet())) {
                time.merge(owner(jobs, entry.getKey()), 1.0, Double::sum);
                if (entry.getValue()[0] <= now + 1) {
                    share.end(entry.getKey());
                    ends.remove(entry.getKey());
                }
            }
        }
        // 2 and 6 of 8 cores at every moment.
        assertThat(time.getOrDefault("b", 0.0) / time.getOrDefault("a", 1.0)).isBetween(2.9, 3.1);
    }

    private static String owner(Map<Long, Job> jobs, long id) {
        Job job = jobs.get(id);
        if (job == null) {
            throw new AssertionError("job " + id + " is unknown");
        }
        return job.owner();
    }
}

package io.aidc.training.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides which job begins next. It has no threads and no clock: what it decides depends on the calls before.
 *
 * <p>Between owners: dominant-resource fairness (Ghodsi et al. 2011, Algorithm 1). An owner's share is the larger of
 * its parts of the cores and of the memory, divided by its weight; the owner with the smallest share is served first,
 * of equals the one that has waited longest. Within an owner: by priority, then by age.
 *
 * <p>A job that does not fit is passed over by what does. Two rules keep it from being passed over for ever:
 *
 * <ol>
 *   <li>Aging. For every {@value #AGING} jobs that an owner begins, each job of it that waits gains one level of
 *       priority against those that come later. So a job is overtaken only by jobs submitted before its owner has begun
 *       AGING times the difference in priority.
 *   <li>Reservation. A job that is the first of its owner and does not fit, while {@link #passOverLimit} others begin,
 *       is reserved for: nothing begins before it. It begins when enough of what runs has ended. A reservation that
 *       paused jobs make impossible holds nobody up.
 * </ol>
 *
 * <p>A job that resumes goes before all of these, since it holds memory that nobody else can get: nothing begins until it
 * has its cores again.
 *
 * <p>Confined: one thread at a time.
 */
final class FairShare {
    /** Jobs of an owner that begin for one level of priority. */
    static final int AGING = 8;

    private final int cores;
    private final long memoryBytes;
    private final int passOverLimit;
    private final Map<String, Owner> owners = new TreeMap<>();
    private final Map<Long, Waiting> waiting = new HashMap<>();
    private final Map<Long, Job> holding = new HashMap<>();
    private final Map<Long, Job> paused = new HashMap<>();
    /** Jobs that were paused and want their cores back, the longest waiting first. */
    private final Map<Long, Job> resuming = new LinkedHashMap<>();
    /** Jobs nothing may begin before, in the order in which they came to that. */
    private final List<Waiting> reserved = new ArrayList<>();

    private int coresUsed;
    private long memoryUsed;
    /** Of {@link #memoryUsed}, what paused jobs hold that nobody has resumed. */
    private long memoryResting;

    private static final class Owner {
        private final String name;
        private final double weight;
        private final boolean lasting;
        private final TreeSet<Waiting> jobs = new TreeSet<>(FIRST);
        private int cores;
        private long memoryBytes;
        private long begun;
        /** How many of its jobs run, rest or resume. */
        private int held;

        Owner(String name, double weight, boolean lasting) {
            this.name = name;
            this.weight = weight;
            this.lasting = lasting;
        }
    }

    private static final class Waiting {
        private final long id;
        private final Job job;
        private final double rank;
        private int passedOver;

        Waiting(long id, Job job, long begun) {
            this.id = id;
            this.job = job;
            this.rank = job.priority() - (double) begun / AGING;
        }
    }

    private static final Comparator<Waiting> FIRST =
            Comparator.<Waiting>comparingDouble(w -> -w.rank).thenComparingLong(w -> w.id);

    FairShare(int cores, long memoryBytes, int passOverLimit, Map<String, Double> weights) {
        this.cores = cores;
        this.memoryBytes = memoryBytes;
        this.passOverLimit = passOverLimit;
        weights.forEach((name, weight) -> owners.put(name, new Owner(name, weight, true)));
    }

    /** Takes a job that waits to begin. */
    void add(long id, Job job) {
        Owner owner = owners.computeIfAbsent(job.owner(), name -> new Owner(name, 1, false));
        var entry = new Waiting(id, job, owner.begun);
        waiting.put(id, entry);
        owner.jobs.add(entry);
    }

    /** Takes a job out that waits to begin. */
    void withdraw(long id) {
        Waiting entry = waiting.remove(id);
        if (entry != null) {
            Owner owner = owner(entry.job);
            owner.jobs.remove(entry);
            reserved.remove(entry);
            forgetIdle(owner);
        }
    }

    /** Takes back what a job holds that runs, rests, or waits to go on. */
    void end(long id) {
        Job job = held(id);
        holding.remove(id);
        if (paused.remove(id) != null) {
            memoryResting -= job.memoryBytes();
        } else if (resuming.remove(id) == null) {
            releaseCores(job);
        }
        memoryUsed -= job.memoryBytes();
        Owner owner = owner(job);
        owner.memoryBytes -= job.memoryBytes();
        owner.held--;
        forgetIdle(owner);
    }

    /** Takes back the cores of a job that rests. */
    void pause(long id) {
        Job job = held(id);
        if (resuming.remove(id) == null) {
            releaseCores(job);
        }
        memoryResting += job.memoryBytes();
        paused.put(id, job);
    }

    /** Lets a job that rests wait for its cores. */
    void resume(long id) {
        Job job = held(id);
        paused.remove(id);
        memoryResting -= job.memoryBytes();
        resuming.put(id, job);
    }

    private Job held(long id) {
        Job job = holding.get(id);
        if (job == null) {
            throw new AssertionError("job " + id + " holds nothing");
        }
        return job;
    }

    private void releaseCores(Job job) {
        coresUsed -= job.cores();
        owner(job).cores -= job.cores();
    }

    /** Names may come from anywhere, so owners without jobs are not kept. */
    private void forgetIdle(Owner owner) {
        if (!owner.lasting && owner.jobs.isEmpty() && owner.held == 0) {
            owners.remove(owner.name);
        }
    }

    private Owner owner(Job job) {
        Owner owner = owners.get(job.owner());
        if (owner == null) {
            throw new AssertionError(job.owner());
        }
        return owner;
    }

    /** Chooses the next job to begin or to go on, and gives it what it needs; null if there is none. */
    @Nullable
    Long next() {
        for (Map.Entry<Long, Job> entry : resuming.entrySet()) {
            Job job = entry.getValue();
            if (job.cores() <= cores - coresUsed) {
                resuming.remove(entry.getKey());
                coresUsed += job.cores();
                owner(job).cores += job.cores();
                return entry.getKey();
            }
        }
        if (!resuming.isEmpty()) {
            return null;
        }
        Waiting first = reservation();
        if (first != null) {
            return fits(first.job) ? begin(first) : null;
        }
        for (Owner owner : inOrder()) {
            for (Waiting candidate : owner.jobs) {
                if (fits(candidate.job)) {
                    return begin(candidate);
                }
            }
        }
        return null;
    }

    /** The first reservation that can come true once what runs has ended. */
    private @Nullable Waiting reservation() {
        for (Waiting entry : reserved) {
            if (entry.job.memoryBytes() <= memoryBytes - memoryResting) {
                return entry;
            }
        }
        return null;
    }

    private boolean fits(Job job) {
        return job.cores() <= cores - coresUsed && job.memoryBytes() <= memoryBytes - memoryUsed;
    }

    private long begin(Waiting entry) {
        Owner own = owner(entry.job);
        own.held++;
        withdraw(entry.id);
        for (Owner owner : owners.values()) {
            if (!owner.jobs.isEmpty() && !fits(owner.jobs.first().job)) {
                passOver(owner.jobs.first());
            }
        }
        own.begun++;
        own.cores += entry.job.cores();
        own.memoryBytes += entry.job.memoryBytes();
        coresUsed += entry.job.cores();
        memoryUsed += entry.job.memoryBytes();
        holding.put(entry.id, entry.job);
        return entry.id;
    }

    private void passOver(Waiting entry) {
        entry.passedOver++;
        if (entry.passedOver == passOverLimit) {
            reserved.add(entry);
        }
    }

    /** The owners with jobs that wait, the one to be served first at the front. */
    private List<Owner> inOrder() {
        List<Owner> order = new ArrayList<>();
        for (Owner owner : owners.values()) {
            if (!owner.jobs.isEmpty()) {
                order.add(owner);
            }
        }
        order.sort(Comparator.comparingDouble(this::share).thenComparingLong(owner -> owner.jobs.first().id));
        return order;
    }

    private double share(Owner owner) {
        double ofCores = (double) owner.cores / cores;
        double ofMemory = memoryBytes == 0 ? 0 : (double) owner.memoryBytes / memoryBytes;
        return Math.max(ofCores, ofMemory) / owner.weight;
    }

    int coresUsed() {
        return coresUsed;
    }

    long memoryUsed() {
        return memoryUsed;
    }

    int queued() {
        return waiting.size();
    }

    /** The jobs that wait, those that go on first, in the order in which they are looked at. */
    List<Long> order() {
        List<Long> ids = new ArrayList<>(resuming.keySet());
        reserved.forEach(entry -> ids.add(entry.id));
        for (Owner owner : inOrder()) {
            for (Waiting entry : owner.jobs) {
                if (!reserved.contains(entry)) {
                    ids.add(entry.id);
                }
            }
        }
        return ids;
    }

    boolean isReserved(long id) {
        Waiting entry = waiting.get(id);
        return entry != null && reserved.contains(entry);
    }

    List<QueueSnapshot.OwnerShare> shares() {
        List<QueueSnapshot.OwnerShare> shares = new ArrayList<>();
        for (Owner owner : owners.values()) {
            shares.add(new QueueSnapshot.OwnerShare(
                    owner.name, owner.weight, owner.cores, owner.memoryBytes, share(owner), owner.jobs.size()));
        }
        return shares;
    }
}

package io.aidc.training;

import io.aidc.training.dist.Launch;
import io.aidc.training.dist.internal.Attendance;
import io.aidc.training.dist.internal.MeetingPoint;
import io.aidc.training.dist.internal.MeetingRefusedException;
import io.aidc.training.dist.internal.Membership;
import io.aidc.training.engine.Device;
import io.aidc.training.internal.GroupBrokenException;
import io.aidc.training.torch.internal.GlooGroup;
import io.aidc.training.torch.internal.Group;
import io.aidc.training.torch.internal.NcclGroup;
import io.aidc.training.torch.internal.Stores;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes part in a run whose workers are processes. When the group is broken, those that are left meet, take over the state of
 * the one that got furthest, and go on with the step after it: a step is either taken by all or by none.
 */
final class WorkerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    private static final long NAME_RETRY_MILLIS = 500;

    /** How often a group may break in one step though nobody is lost. */
    private static final int MOST_FAILURES = 3;

    private final Plan plan;
    private final Dataset data;
    private final Launch.Environment launch;
    private final InetAddress address;
    private final CompletableFuture<String> absence;

    WorkerProcess(Plan plan, Dataset data, Launch.Environment launch) {
        this(plan, data, launch, new CompletableFuture<>());
    }

    /**
     * Prepares a worker.
     *
     * @param absence tells worker 0 why not all will come to the first meeting, if that becomes known
     */
    WorkerProcess(Plan plan, Dataset data, Launch.Environment launch, CompletableFuture<String> absence) {
        awaitName(launch, plan.patience().start());
        if (!launch.isLoopback() && !launch.isTrusted()) {
            throw new IllegalStateException("""
                    workers would meet at %s, and what they exchange is neither encrypted nor authenticated: state \
                    trustedNetwork() if nobody else can reach that network, or use a loopback address""".formatted(launch.host()));
        }
        this.plan = plan;
        this.data = data;
        this.launch = launch;
        this.address = ownAddress(launch);
        this.absence = absence;
    }

    /** The name of a host that was started with the others may become known later. */
    private static void awaitName(Launch.Environment launch, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!isKnown(launch.host()) && System.nanoTime() < deadline) {
            LOG.info("waiting for a name: host={}", launch.host());
            try {
                TimeUnit.MILLISECONDS.sleep(NAME_RETRY_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static boolean isKnown(String host) {
        try {
            return InetAddress.getByName(host) != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** This machine's address as the host of the meeting sees it. */
    private static InetAddress ownAddress(Launch.Environment launch) {
        if (launch.isLoopback()) {
            return InetAddress.getLoopbackAddress();
        }
        try (var probe = new DatagramSocket()) {
            // Sends nothing: it asks the routing table.
            probe.connect(new InetSocketAddress(launch.host(), launch.port()));
            return probe.getLocalAddress();
        } catch (IOException e) {
            throw new WorkerLostException(launch.rank(), 0, "no way to " + launch.host(), e);
        }
    }

    Outcome run() {
        if (launch.hasAgent()) {
            String attempt = System.getenv().getOrDefault("TORCHELASTIC_RESTART_COUNT", "0");
            String store = "agent:aidc-%s:%s:%d".formatted(attempt, launch.host(), launch.port());
            return trainOnce(new Membership(1, launch.rank(), launch.workers(), 0, store, List.of()));
        }
        Path directory = MeetingDirectory.make();
        int port = launch.rank() == 0 ? launch.port() : 0;
        try (var stores = new Stores(directory, address, plan.patience().start());
                var point = new MeetingPoint(address, port, plan.job())) {
            return run(stores, point);
        } catch (IOException e) {
            throw new WorkerLostException(launch.rank(), 0, "no port to meet at: " + e.getMessage(), e);
        } finally {
            MeetingDirectory.delete(directory);
        }
    }

    private Outcome run(Stores stores, MeetingPoint point) {
        int least = launch.least() == 0 ? launch.workers() : launch.least();
        Plan.Patience patience = plan.patience();
        var rules = new MeetingPoint.Rules(launch.workers(), least, patience.start(), patience.worker(), stores::make);
        if (launch.rank() == 0) {
            CompletableFuture<Void> unused = absence.thenAccept(point::giveUp);
            point.host(rules);
        }
        String host = launch.rank() == 0 ? point.address() : launch.host() + ":" + launch.port();
        try (var attendance = new Attendance(point, rules, plan.job(), host, launch.rank());
                var worker = new Worker(plan, data, () -> Thread.currentThread().isInterrupted())) {
            worker.regroupWhen(() -> launch.least() > 0 && point.hasNewcomers());
            var failures = new Failures();
            GroupBrokenException broken = null;
            while (true) {
                Membership member = attend(attendance, worker, broken);
                try (Group group = join(member, worker)) {
                    worker.enter(group, member.source());
                    return worker.run();
                } catch (GroupBrokenException e) {
                    if (launch.least() == 0) {
                        throw lost(member.rank(), worker, e);
                    }
                    if (isOrphan()) {
                        throw new WorkerLostException(
                                member.rank(), worker.step(), "the process that started it is gone", e);
                    }
                    if (failures.add(member.size(), worker.progress()) > MOST_FAILURES) {
                        String reason = "its groups of %d workers all broke in this step".formatted(member.size());
                        throw new WorkerLostException(member.rank(), worker.step(), reason, e);
                    }
                    LOG.warn("group broken: rank={} step={}", member.rank(), worker.step(), e);
                    broken = e;
                } catch (Worker.RegroupException e) {
                    LOG.info("workers wait to join: step={}", worker.step());
                } catch (TrainingException e) {
                    throw e;
                } catch (RuntimeException e) {
                    throw lost(member.rank(), worker, e);
                }
            }
        }
    }

    /** Counts how often a group of as many workers broke where the one before did: no worker is lost and none gets on. */
    static final class Failures {
        private int workers;
        private long progress;
        private int count;

        int add(int ofWorkers, long at) {
            count = ofWorkers == workers && at == progress ? count + 1 : 1;
            workers = ofWorkers;
            progress = at;
            return count;
        }
    }

    /** Whether another process of this SDK started this one and has ended. */
    private static boolean isOrphan() {
        String parent = System.getenv(LocalProcesses.PARENT);
        return parent != null
                && ProcessHandle.of(Long.parseLong(parent))
                        .filter(ProcessHandle::isAlive)
                        .isEmpty();
    }

    private Group join(Membership member, Worker worker) {
        Device device = plan.computing().device();
        Duration limit = worker.patience();
        return device.kind() == Device.Kind.CPU
                ? GlooGroup.join(member.store(), member.rank(), member.size(), address.getHostAddress(), limit)
                : NcclGroup.join(member.store(), member.rank(), member.size(), device, limit);
    }

    private Membership attend(Attendance attendance, Worker worker, @Nullable GroupBrokenException broken) {
        try {
            return attendance.attend(worker.progress());
        } catch (MeetingRefusedException e) {
            throw new WorkerLostException(
                    launch.rank(), worker.step(), String.valueOf(e.getMessage()), broken == null ? e : broken);
        } catch (IOException e) {
            String reason = "no meeting of the workers at %s:%d: %s".formatted(launch.host(), launch.port(), e);
            throw new WorkerLostException(launch.rank(), worker.step(), reason, e);
        }
    }

    private Outcome trainOnce(Membership member) {
        try (var worker = new Worker(plan, data, () -> Thread.currentThread().isInterrupted());
                Group group = join(member, worker)) {
            return train(worker, group);
        }
    }

    /** Trains in a group that is never formed anew. */
    static Outcome meetingAt(Plan plan, Dataset data, Launch.SharedFile launch) {
        try (var worker = new Worker(plan, data, () -> Thread.currentThread().isInterrupted());
                Group group =
                        GlooGroup.join("file:" + launch.file(), launch.rank(), launch.workers(), worker.patience())) {
            return train(worker, group);
        }
    }

    private static Outcome train(Worker worker, Group group) {
        try {
            worker.enter(group);
            return worker.run();
        } catch (TrainingException e) {
            throw e;
        } catch (RuntimeException | Worker.RegroupException e) {
            throw lost(group.rank(), worker, e);
        }
    }

    private static WorkerLostException lost(int rank, Worker worker, Exception cause) {
        return new WorkerLostException(rank, worker.step(), cause.toString(), cause);
    }
}

package io.aidc.training.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TrainingQueueTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private static TrainingQueue.Builder queue() {
        return TrainingQueue.builder().cores(4).memoryBytes(1000).clock(Clock.fixed(NOON, ZoneOffset.UTC));
    }

    private static JobState ended(JobHandle handle) throws Exception {
        return handle.result().get(30, TimeUnit.SECONDS);
    }

    /** Waits for a state that is about to come; the event says when to look. */
    private static final class Watch {
        private final BlockingQueue<QueueEvent> events = new LinkedBlockingQueue<>();

        <T extends JobState> T await(JobHandle handle, Class<T> state) throws InterruptedException {
            while (true) {
                QueueEvent event = events.poll(30, TimeUnit.SECONDS);
                assertThat(event).as("state %s", state).isNotNull();
                if (event != null && event.id() == handle.id() && state.isInstance(event.state())) {
                    return state.cast(event.state());
                }
            }
        }
    }

    @Test
    void submit_runsTheJobOnANamedThreadThatEnds() throws Exception {
        var name = new AtomicReference<String>();
        try (TrainingQueue queue = queue().open()) {
            JobHandle handle = queue.submit(Job.of("fraud", control -> {
                        name.set(Thread.currentThread().getName());
                        assertThat(Thread.currentThread().isDaemon()).isTrue();
                        assertThat(control.cores()).isEqualTo(2);
                        assertThat(control.memoryBytes()).isEqualTo(10);
                        assertThat(control.cancelled() || control.pauseRequested())
                                .isFalse();
                        control.checkpointHere();
                    })
                    .cores(2)
                    .memoryBytes(10));
            assertThat(ended(handle)).isEqualTo(new JobState.Done(NOON));
            assertThat(handle.state().isFinal()).isTrue();
            assertThat(handle.id()).isEqualTo(1);
            assertThat(queue.awaitIdle(Duration.ofSeconds(30))).isTrue();
        }
        assertThat(name.get()).isEqualTo("aidc-training-job-1");
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals(name.get()));
    }

    @Test
    void jobs_thatThrow_failAndFreeWhatTheyHeld() throws Exception {
        try (TrainingQueue queue = queue().open()) {
            var cause = new AssertionError("bad labels");
            JobHandle failing = queue.submit(Job.of("a", control -> {
                        throw cause;
                    })
                    .cores(4));
            JobHandle next = queue.submit(Job.of("b", control -> {}).cores(4));
            assertThat(ended(failing)).isEqualTo(new JobState.Failed(NOON, cause));
            assertThat(ended(next)).isInstanceOf(JobState.Done.class);
        }
    }

    @Test
    void jobs_togetherNeverExceedTheBudgets() throws Exception {
        var cores = new AtomicInteger();
        var memory = new AtomicInteger();
        var most = new AtomicInteger();
        var broken = new AtomicInteger();
        var random = new SplittableRandom(1);
        List<JobHandle> handles = new ArrayList<>();
        try (TrainingQueue queue = queue().open()) {
            for (int i = 0; i < 200; i++) {
                int needsCores = 1 + random.nextInt(4);
                int needsMemory = random.nextInt(1001);
                handles.add(queue.submit(Job.of("job", control -> {
                            int now = cores.addAndGet(needsCores);
                            most.accumulateAndGet(now, Math::max);
                            if (now > 4 || memory.addAndGet(needsMemory) > 1000) {
                                broken.incrementAndGet();
                            }
                            Thread.onSpinWait();
                            memory.addAndGet(-needsMemory);
                            cores.addAndGet(-needsCores);
                        })
                        .owner("owner" + i % 3)
                        .cores(needsCores)
                        .memoryBytes(needsMemory)));
            }
            for (JobHandle handle : handles) {
                assertThat(ended(handle)).isInstanceOf(JobState.Done.class);
            }
        }
        assertThat(broken.get()).isZero();
        assertThat(most.get()).isLessThanOrEqualTo(4);
    }

    @Test
    void cancel_ofAWaitingJob_takesItOut() throws Exception {
        var release = new CountDownLatch(1);
        try (TrainingQueue queue = queue().open()) {
            JobHandle running =
                    queue.submit(Job.of("a", control -> release.await()).cores(4));
            JobHandle waiting = queue.submit(Job.of("b", control -> {
                throw new AssertionError("ran");
            }));
            assertThat(waiting.state()).isEqualTo(new JobState.Queued(NOON));
            assertThat(waiting.cancel()).isTrue();
            assertThat(ended(waiting)).isEqualTo(new JobState.Cancelled(NOON));
            assertThat(waiting.cancel()).isFalse();
            assertThat(waiting.pause()).isFalse();
            assertThat(waiting.resume()).isFalse();
            release.countDown();
            assertThat(ended(running)).isInstanceOf(JobState.Done.class);
        }
    }

    @Test
    void cancel_ofARunningJob_interruptsIt() throws Exception {
        var begun = new CountDownLatch(1);
        try (TrainingQueue queue = queue().open()) {
            JobHandle handle = queue.submit(Job.of("a", control -> {
                begun.countDown();
                new CountDownLatch(1).await();
            }));
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(handle.cancel()).isTrue();
            assertThat(ended(handle)).isInstanceOf(JobState.Cancelled.class);
        }
    }

    @Test
    void cancel_ofAJobWithoutInterrupts_stopsItAtASafePoint() throws Exception {
        var begun = new CountDownLatch(1);
        var thrown = new AtomicReference<Throwable>();
        try (TrainingQueue queue = queue().open()) {
            JobHandle handle = queue.submit(Job.of("a", control -> {
                begun.countDown();
                try {
                    while (true) {
                        control.checkpointHere();
                    }
                } catch (CancellationException e) {
                    thrown.set(e);
                }
            }));
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            handle.cancel();
            assertThat(ended(handle)).isInstanceOf(JobState.Cancelled.class);
            assertThat(thrown.get()).hasMessage("job 1 is cancelled");
        }
    }

    /** A job that steps when it is allowed to, and tells of each step. */
    private static final class Stepper implements Work {
        private final BlockingQueue<String> allowed = new LinkedBlockingQueue<>();
        private final AtomicInteger steps = new AtomicInteger();

        @Override
        public void run(JobControl control) throws InterruptedException {
            while (!allowed.take().equals("end")) {
                steps.incrementAndGet();
                control.checkpointHere();
            }
        }
    }

    @Test
    void pause_givesCoresToOthersAndKeepsMemory() throws Exception {
        var watch = new Watch();
        var stepper = new Stepper();
        try (TrainingQueue queue = queue().listener(watch.events::add).open()) {
            JobHandle first = queue.submit(Job.of("first", stepper).cores(4).memoryBytes(600));
            assertThat(first.pause()).isTrue();
            assertThat(first.state()).isInstanceOf(JobState.Running.class);
            stepper.allowed.add("step");
            watch.await(first, JobState.Paused.class);
            assertThat(queue.snapshot().coresUsed()).isZero();
            assertThat(queue.snapshot().memoryBytesUsed()).isEqualTo(600);

            var release = new CountDownLatch(1);
            JobHandle second = queue.submit(
                    Job.of("second", control -> release.await()).cores(3).memoryBytes(400));
            JobHandle third = queue.submit(Job.of("third", control -> {}).memoryBytes(1));
            watch.await(second, JobState.Running.class);
            assertThat(third.state()).isInstanceOf(JobState.Queued.class);

            assertThat(first.resume()).isTrue();
            assertThat(first.state()).isInstanceOf(JobState.Queued.class);
            release.countDown();
            assertThat(ended(second)).isInstanceOf(JobState.Done.class);
            watch.await(first, JobState.Running.class);
            stepper.allowed.add("end");
            assertThat(ended(first)).isInstanceOf(JobState.Done.class);
            assertThat(ended(third)).isInstanceOf(JobState.Done.class);
            assertThat(stepper.steps.get()).isEqualTo(1);
        }
    }

    @Test
    void pause_takenBackBeforeASafePoint_isForgotten() throws Exception {
        var stepper = new Stepper();
        try (TrainingQueue queue = queue().open()) {
            JobHandle handle = queue.submit(Job.of("a", stepper));
            handle.pause();
            assertThat(handle.resume()).isTrue();
            assertThat(handle.resume()).isFalse();
            stepper.allowed.addAll(List.of("step", "step", "end"));
            assertThat(ended(handle)).isInstanceOf(JobState.Done.class);
        }
    }

    @Test
    void pause_ofAWaitingJob_keepsItFromBeginning() throws Exception {
        var release = new CountDownLatch(1);
        try (TrainingQueue queue = queue().open()) {
            JobHandle running =
                    queue.submit(Job.of("a", control -> release.await()).cores(4));
            JobHandle waiting = queue.submit(Job.of("b", control -> {}));
            waiting.pause();
            release.countDown();
            assertThat(ended(running)).isInstanceOf(JobState.Done.class);
            assertThat(queue.awaitIdle(Duration.ofSeconds(30))).isTrue();
            assertThat(waiting.state()).isEqualTo(new JobState.Paused(NOON));
            assertThat(waiting.resume()).isTrue();
            assertThat(ended(waiting)).isInstanceOf(JobState.Done.class);
        }
    }

    @Test
    void cancel_duringAPause_endsTheJob() throws Exception {
        var watch = new Watch();
        var stepper = new Stepper();
        try (TrainingQueue queue = queue().listener(watch.events::add).open()) {
            JobHandle handle = queue.submit(Job.of("a", stepper).memoryBytes(1000));
            handle.pause();
            stepper.allowed.add("step");
            watch.await(handle, JobState.Paused.class);
            handle.cancel();
            assertThat(ended(handle)).isInstanceOf(JobState.Cancelled.class);
            assertThat(queue.snapshot().memoryBytesUsed()).isZero();
        }
    }

    @Test
    void safePoint_onAnotherThread_isRefusedOnceAPauseWasAskedFor() throws Exception {
        var control = new AtomicReference<JobControl>();
        var begun = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        try (TrainingQueue queue = queue().open()) {
            JobHandle handle = queue.submit(Job.of("a", own -> {
                control.set(own);
                begun.countDown();
                release.await();
            }));
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            control.get().checkpointHere();
            handle.pause();
            assertThatIllegalStateException()
                    .isThrownBy(() -> control.get().checkpointHere())
                    .withMessage("only the thread of job 1 may pause it");
            release.countDown();
        }
    }

    @Test
    void listener_hearsOfEveryChangeInOrderAndMayThrow() throws Exception {
        List<String> events = Collections.synchronizedList(new ArrayList<>());
        try (TrainingQueue queue = queue().listener(event -> {
                    events.add(event.id() + " " + event.state().getClass().getSimpleName());
                    if (event.id() == 1) {
                        throw new IllegalStateException("the log shows this");
                    }
                    throw new AssertionError("and this");
                })
                .open()) {
            ended(queue.submit(Job.of("a", control -> {})));
            ended(queue.submit(Job.of("b", control -> {})));
        }
        assertThat(events).containsExactly("1 Queued", "1 Running", "1 Done", "2 Queued", "2 Running", "2 Done");
    }

    @Test
    void snapshot_showsJobsAndShares() throws Exception {
        var release = new CountDownLatch(1);
        try (TrainingQueue queue = queue().weight("bo", 2).open()) {
            JobHandle running = queue.submit(Job.of("net", control -> release.await())
                    .owner("ana")
                    .cores(3)
                    .memoryBytes(500));
            queue.submit(Job.of("tree", control -> {}).owner("bo").cores(2).priority(7));
            QueueSnapshot snapshot = queue.snapshot();
            assertThat(snapshot.jobs()).extracting(line -> line.job().name()).containsExactly("net", "tree");
            assertThat(snapshot.owners())
                    .containsExactly(
                            new QueueSnapshot.OwnerShare("ana", 1, 3, 500, 0.75, 0),
                            new QueueSnapshot.OwnerShare("bo", 2, 0, 0, 0, 1));
            assertThat(snapshot.text()).isEqualTo("""
                            cores 3 of 4, memory 0 MiB of 0 MiB
                            id  state    for  owner  prio  cores  memory  name
                            1   running  0 s  ana    0     3      0 MiB   net
                            2   queued   0 s  bo     7     2      0 MiB   tree
                            owner  weight  cores  memory  share  queued
                            ana    1.000   3      0 MiB   0.750  0
                            bo     2.000   0      0 MiB   0.000  1
                            """);
            assertThat(queue.awaitIdle(Duration.ZERO)).isFalse();
            release.countDown();
            assertThat(ended(running)).isInstanceOf(JobState.Done.class);
        }
    }

    @Test
    void submit_ofTooMuch_isRefused() {
        var release = new CountDownLatch(1);
        try (TrainingQueue queue = queue().maxQueued(1).open()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> queue.submit(Job.of("a", control -> {}).cores(5)))
                    .withMessage("cores of job 'a' must be <= 4, the budget, got 5");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> queue.submit(Job.of("a", control -> {}).memoryBytes(1001)))
                    .withMessage("memoryBytes of job 'a' must be <= 1000, the budget, got 1001");
            queue.submit(Job.of("a", control -> release.await()).cores(4));
            queue.submit(Job.of("b", control -> {}));
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> queue.submit(Job.of("c", control -> {})))
                    .withMessage("job 'c' was not taken: 1 jobs wait already");
            release.countDown();
        }
    }

    @Test
    void close_cancelsAllAndLeavesNoThread() throws Exception {
        TrainingQueue queue = queue().open();
        var begun = new CountDownLatch(1);
        JobHandle running = queue.submit(Job.of("a", control -> {
                    begun.countDown();
                    new CountDownLatch(1).await();
                })
                .cores(4));
        JobHandle waiting = queue.submit(Job.of("b", control -> {}));
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        queue.close();
        queue.close();
        assertThat(running.result().getNow(running.state())).isInstanceOf(JobState.Cancelled.class);
        assertThat(waiting.state()).isInstanceOf(JobState.Cancelled.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("aidc-training-job-1"));
        assertThatIllegalStateException()
                .isThrownBy(() -> queue.submit(Job.of("c", control -> {})))
                .withMessage("the queue is closed");
    }

    @Test
    void close_leavesAJobBehindThatDoesNotEnd() throws Exception {
        TrainingQueue queue = queue().closeTimeout(Duration.ofMillis(20)).open();
        var begun = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        JobHandle handle = queue.submit(Job.of("deaf", control -> {
            begun.countDown();
            while (release.getCount() > 0) {
                Thread.onSpinWait();
            }
        }));
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        queue.close();
        assertThat(handle.result().getNow(new JobState.Queued(NOON))).isInstanceOf(JobState.Cancelled.class);
        release.countDown();
    }

    @Test
    void listener_afterACancel_isNotInterrupted() throws Exception {
        var begun = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var interrupted = new AtomicReference<Boolean>();
        try (TrainingQueue queue = queue().listener(event -> {
                    if (event.state() instanceof JobState.Cancelled) {
                        interrupted.set(Thread.currentThread().isInterrupted());
                    }
                })
                .open()) {
            JobHandle handle = queue.submit(Job.of("deaf", control -> {
                begun.countDown();
                while (release.getCount() > 0) {
                    Thread.onSpinWait();
                }
            }));
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            handle.cancel();
            release.countDown();
        }
        assertThat(interrupted.get()).isFalse();
    }

    @Test
    void waits_withoutEnd_arePossible() throws Exception {
        var forever = Duration.ofSeconds(Long.MAX_VALUE);
        var begun = new CountDownLatch(1);
        TrainingQueue queue = queue().closeTimeout(forever).open();
        assertThat(queue.awaitIdle(forever)).isTrue();
        JobHandle handle = queue.submit(Job.of("a", control -> {
            begun.countDown();
            new CountDownLatch(1).await();
        }));
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        queue.close();
        assertThat(ended(handle)).isInstanceOf(JobState.Cancelled.class);
    }

    @Test
    void result_isACopyThatTheCallerCannotComplete() throws Exception {
        var release = new CountDownLatch(1);
        try (TrainingQueue queue = queue().open()) {
            JobHandle handle = queue.submit(Job.of("a", control -> release.await()));
            handle.result().complete(new JobState.Done(NOON));
            assertThat(handle.result().isDone()).isFalse();
            release.countDown();
            assertThat(ended(handle)).isInstanceOf(JobState.Done.class);
        }
    }

    @Test
    void descriptions_outOfRange_areRefused() {
        Job job = Job.of("a", control -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Job.of(" ", control -> {}))
                .withMessage("name must be 1 to 200 characters without control characters, got ' '");
        assertThatIllegalArgumentException().isThrownBy(() -> job.owner("a\nb"));
        assertThatIllegalArgumentException().isThrownBy(() -> job.cores(0)).withMessage("cores must be > 0, got 0");
        assertThatIllegalArgumentException().isThrownBy(() -> job.memoryBytes(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> job.priority(Integer.MIN_VALUE));
        TrainingQueue.Builder builder = TrainingQueue.builder().cores(1).weight("a", 1);
        assertThatIllegalStateException().isThrownBy(() -> builder.cores(2)).withMessage("cores is set already, to 1");
        assertThatIllegalStateException().isThrownBy(() -> builder.weight("a", 2));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.weight("b", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.memoryBytes(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.passOverLimit(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxQueued(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.closeTimeout(Duration.ofMillis(-1)));
    }
}

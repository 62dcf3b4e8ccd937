package io.aidc.storage.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.metadata.Command.Transaction;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @Test
    void submit_whileOneIsWritten_sharesTheNextBatch() {
        try (var commits = new GroupCommit("test-commit", PATIENCE, this::writeAfterRelease)) {
            CompletableFuture<Outcome> first = commits.submit(command(10));
            await(entered);
            List<CompletableFuture<Outcome>> others = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                others.add(commits.submit(command(10)));
            }
            release.countDown();

            assertThat(first).succeedsWithin(PATIENCE);
            others.forEach(other -> assertThat(other).succeedsWithin(PATIENCE));
            assertThat(batches).containsExactly(1, 20);
        }
    }

    @Test
    void submit_moreThanFits_isSplitInOrder() {
        try (var commits = new GroupCommit("test-commit", PATIENCE, this::writeAfterRelease)) {
            CompletableFuture<Outcome> last = commits.submit(command(1));
            await(entered);
            for (int i = 0; i < 5; i++) {
                last = commits.submit(command(100_000));
            }
            release.countDown();

            assertThat(last).succeedsWithin(PATIENCE);
            assertThat(batches).containsExactly(1, 2, 2, 1);
        }
    }

    @Test
    void submit_writerThatHangs_isUnansweredInTimeAndNotSentLater() {
        try (var commits = new GroupCommit("test-commit", Duration.ofMillis(100), this::writeAfterRelease)) {
            CompletableFuture<Outcome> first = commits.submit(command(1));
            await(entered);
            CompletableFuture<Outcome> second = commits.submit(command(1));

            assertThat(first).succeedsWithin(PATIENCE).isEqualTo(new Outcome.Unanswered());
            assertThat(second).succeedsWithin(PATIENCE).isEqualTo(new Outcome.Unanswered());
            release.countDown();
        }
        assertThat(batches).containsExactly(1);
    }

    @Test
    void submit_moreBytesThanMayWait_isUnansweredWithoutBeingQueued() {
        var commits = new GroupCommit("test-commit", Duration.ofMillis(300), this::writeAfterRelease);
        List<CompletableFuture<Outcome>> queued = new ArrayList<>(List.of(commits.submit(command(1))));
        await(entered);
        Command large = command(Command.MAX_BYTES - 100);
        for (int i = 0; i < 256; i++) {
            queued.add(commits.submit(large));
        }

        assertThat(commits.submit(large)).isCompletedWithValue(new Outcome.Unanswered());

        release.countDown();
        commits.close();
        assertThat(queued).allMatch(CompletableFuture::isDone);
    }

    @Test
    void submit_writerThatFails_failsTheBatchAndGoesOn() {
        var failures = new ArrayList<>(List.of(new IOException("disk"), new IllegalStateException("bug")));
        try (var commits = new GroupCommit("test-commit", PATIENCE, (batch, deadline) -> {
            if (failures.isEmpty()) {
                return applied(batch);
            }
            Exception failure = failures.remove(0);
            if (failure instanceof IOException io) {
                throw io;
            }
            throw (RuntimeException) failure;
        })) {
            assertThat(commits.submit(command(1)))
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withMessageContaining("disk");
            assertThat(commits.submit(command(1)))
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withMessageContaining("bug");
            assertThat(commits.submit(command(1))).succeedsWithin(PATIENCE);
        }
    }

    @Test
    void close_withCommandsWaiting_leavesThemUnanswered() throws InterruptedException {
        var commits = new GroupCommit("test-commit", PATIENCE, this::writeAfterRelease);
        CompletableFuture<Outcome> written = commits.submit(command(1));
        await(entered);
        CompletableFuture<Outcome> waiting = commits.submit(command(1));
        var closer = new Thread(commits::close);
        closer.start();
        while (closer.getState() != Thread.State.TIMED_WAITING && closer.isAlive()) {
            Thread.onSpinWait();
        }
        release.countDown();
        closer.join();

        assertThat(written).isCompletedWithValue(new Outcome.Applied(1));
        assertThat(waiting).isCompletedWithValue(new Outcome.Unanswered());
        assertThatThrownBy(() -> commits.submit(command(1))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void close_writerThatNeverAnswers_isLeftBehind() throws Exception {
        var commits = new GroupCommit("test-commit", Duration.ofMillis(100), this::writeAfterRelease);
        CompletableFuture<Outcome> written = commits.submit(command(1));
        await(entered);

        commits.close();

        assertThat(written).isCompletedWithValue(new Outcome.Unanswered());
        release.countDown();
    }

    private List<Outcome> writeAfterRelease(List<Command> batch, long deadline) {
        batches.add(batch.size());
        entered.countDown();
        await(release);
        return applied(batch);
    }

    private static List<Outcome> applied(List<Command> batch) {
        return Collections.nCopies(batch.size(), new Outcome.Applied(1));
    }

    private static Command command(int bytes) {
        return Transaction.of(UUID.randomUUID()).put("k", new byte[bytes]);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

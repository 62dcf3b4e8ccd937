package io.aidc.storage.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.metadata.Command.Fence;
import io.aidc.storage.metadata.Command.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every metadata log must do. */
public abstract class MetadataLogContract {
    @TempDir
    protected Path directory;

    protected MetadataLog log;

    /** Opens the log in {@link #directory}, with all that was committed there before. */
    protected abstract MetadataLog open() throws IOException;

    @BeforeEach
    void acquireLog() throws IOException {
        log = acquire();
    }

    @AfterEach
    void releaseLog() {
        release();
    }

    /** Gives a test an open log without keys. */
    protected MetadataLog acquire() throws IOException {
        return open();
    }

    protected void release() {
        log.close();
    }

    @Test
    void submit_put_isAppliedAndReadBack() throws IOException {
        Outcome outcome = submit(transaction().put("k", "v"));

        assertThat(outcome).isInstanceOf(Outcome.Applied.class);
        assertThat(values("k")).containsExactly("v");
    }

    @Test
    void submit_everyCommand_getsTheNextRevision() {
        long first = ((Outcome.Applied) submit(transaction().put("k", "1"))).revision();

        assertThat(submit(transaction().put("k", "2"))).isEqualTo(new Outcome.Applied(first + 1));
        assertThat(log.revisionSeen()).isEqualTo(first + 1);
    }

    @Test
    void submit_failedCondition_changesNothingAndSaysWhatIsThere() throws IOException {
        submit(transaction().put("a", "1"));

        Outcome outcome = submit(transaction()
                .requireAbsent("b")
                .requireEquals("a", "2")
                .put("b", "x")
                .put("a", "3"));

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.key()).isEqualTo("a");
            assertThat(refused.found()).asString(StandardCharsets.UTF_8).isEqualTo("1");
        });
        assertThat(values("a", "b")).containsExactly("1");
    }

    @Test
    void submit_conditionOnMissingKey_isRefusedWithNothingFound() {
        assertThat(submit(transaction().requireEquals("a", "1").put("a", "2")))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.found()).isNull());
    }

    @Test
    void submit_delete_removesTheKey() throws IOException {
        submit(transaction().put("a", "1"));
        submit(transaction().delete("a").delete("never there"));

        assertThat(values("a")).isEmpty();
    }

    @Test
    void submit_sameRequestTwice_appliesOnce() throws IOException {
        Transaction transaction = transaction().requireAbsent("a").put("a", "1");

        Outcome first = submit(transaction);

        assertThat(submit(transaction)).isEqualTo(first).isInstanceOf(Outcome.Applied.class);
        assertThat(values("a")).containsExactly("1");
    }

    @Test
    void fence_afterTheRequest_reportsItsOutcome() {
        Transaction transaction = transaction().put("a", "1");
        Outcome outcome = submit(transaction);

        assertThat(submit(new Fence(transaction.requestId()))).isEqualTo(outcome);
    }

    @Test
    void fence_beforeTheRequest_keepsItFromTakingEffect() throws IOException {
        Transaction late = transaction().put("a", "1");

        assertThat(submit(new Fence(late.requestId()))).isInstanceOf(Outcome.Abandoned.class);
        assertThat(submit(late)).isInstanceOf(Outcome.Abandoned.class);
        assertThat(values("a")).isEmpty();
    }

    @Test
    void barrier_changesNothing_andIsNotRemembered() throws IOException {
        submit(transaction().put("a", "1"));

        Outcome first = submit(new Command.Barrier());
        Outcome second = submit(new Command.Barrier());

        assertThat(first).isInstanceOf(Outcome.Applied.class);
        assertThat(second).isInstanceOf(Outcome.Applied.class).isNotEqualTo(first);
        assertThat(values("a")).containsExactly("1");
    }

    @Test
    void scan_prefix_givesSortedEntriesUpToTheLimit() throws IOException {
        submit(transaction()
                .put("p/b", "2")
                .put("p/a", "1")
                .put("p/c", "3")
                .put("q", "4")
                .put("o", "5"));

        assertThat(log.scan(Range.of("p/", 10))).extracting(Entry::key).containsExactly("p/a", "p/b", "p/c");
        assertThat(log.scan(Range.of("p/", 2))).extracting(Entry::key).containsExactly("p/a", "p/b");
        assertThat(log.scan(Range.of("", 10_000))).hasSize(5);
        assertThatThrownBy(() -> log.scan(Range.of("", 0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log.scan(Range.of("", 10_001))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readWithAge_afterACurrentRead_seesAtLeastWhatThatSaw() throws IOException {
        submit(transaction().put("a", "1"));
        log.read(List.of("a"));

        assertThat(log.read(List.of("a"), Duration.ofHours(1)))
                .extracting(entry -> new String(entry.value(), StandardCharsets.UTF_8))
                .containsExactly("1");
        assertThat(log.scan(Range.of("a", 1), Duration.ofHours(1))).hasSize(1);
    }

    @Test
    void watch_tellsEachChangeOfThePrefixOnceAndInOrder() throws InterruptedException {
        submit(transaction().put("w/before", "0"));
        BlockingQueue<WatchEvent> told = new LinkedBlockingQueue<>();
        Watch watch = log.watch("w/", log.revisionSeen(), told::add);
        long revision = ((Outcome.Applied) submit(transaction().put("w/a", "1").put("other", "x"))).revision();
        submit(transaction().move("w/a", "w/b").delete("w/before"));
        submit(transaction().requireAbsent("w/b").put("w/never", "refused"));

        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(changed("w/a", "1", revision));
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(changed("w/a", null, revision + 1));
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(changed("w/b", "1", revision + 1));
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(changed("w/before", null, revision + 1));
        watch.close();
        submit(transaction().put("w/late", "1"));
        try (Watch another = log.watch("w/", log.revisionSeen() - 1, told::add)) {
            assertThat(told.poll(20, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            WatchEvent.Changed.class,
                            change -> assertThat(change.key()).isEqualTo("w/late"));
            assertThat(another).isNotNull();
        }
        assertThat(told).isEmpty();
    }

    @Test
    void watch_listenerThatThrows_isNotToldAgain_andOthersAre() throws InterruptedException {
        BlockingQueue<WatchEvent> told = new LinkedBlockingQueue<>();
        BlockingQueue<WatchEvent> attempts = new LinkedBlockingQueue<>();
        Watch failing = log.watch("w/", log.revisionSeen(), event -> {
            attempts.add(event);
            throw new IllegalStateException("injected");
        });
        try (failing;
                Watch watch = log.watch("w/", log.revisionSeen(), told::add)) {
            submit(transaction().put("w/a", "1"));
            submit(transaction().put("w/b", "2"));

            assertThat(told.poll(20, TimeUnit.SECONDS)).isNotNull();
            assertThat(told.poll(20, TimeUnit.SECONDS)).isNotNull();
            assertThat(watch).isNotNull();
        }
        assertThat(attempts).hasSize(1);
    }

    private static WatchEvent changed(String key, @Nullable String value, long revision) {
        return new WatchEvent.Changed(key, value == null ? null : value.getBytes(StandardCharsets.UTF_8), revision);
    }

    @Test
    void read_tooManyKeys_isRefused() {
        assertThatThrownBy(() -> log.read(java.util.Collections.nCopies(1_001, "k")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1001");
    }

    @Test
    void submit_largestCommand_isApplied_andOneByteMoreIsRefused() throws IOException {
        Transaction empty = transaction().put("k", new byte[0]);
        int room = Command.MAX_BYTES - Batch.size(empty);

        assertThat(submit(transaction().put("k", new byte[room]))).isInstanceOf(Outcome.Applied.class);
        assertThatThrownBy(() -> log.submit(transaction().put("k", new byte[room + 1])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most " + Command.MAX_BYTES);
        assertThat(log.read(List.of("k")).get(0).value()).hasSize(room);
    }

    @Test
    void submit_fromManyThreads_appliesEachOnce() throws Exception {
        int threads = 4;
        int each = 50;
        List<Thread> writers = new ArrayList<>();
        List<CompletableFuture<Outcome>> outcomes = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int t = 0; t < threads; t++) {
            String prefix = "t" + t + "/";
            var writer = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    outcomes.add(log.submit(transaction().put(prefix + i, "v")));
                }
            });
            writers.add(writer);
            writer.start();
        }
        for (Thread writer : writers) {
            writer.join();
        }
        List<Long> revisions = new ArrayList<>();
        for (CompletableFuture<Outcome> outcome : outcomes) {
            revisions.add(((Outcome.Applied) outcome.get()).revision());
        }

        assertThat(revisions).hasSize(threads * each).doesNotHaveDuplicates();
        assertThat(log.scan(Range.of("t", 10_000))).hasSize(threads * each);
    }

    @Test
    void reopen_keepsEverythingCommitted() throws IOException {
        Transaction transaction = transaction().put("a", "1");
        Outcome outcome = submit(transaction);
        submit(transaction().put("b", "2").delete("none"));
        log.close();

        log = open();

        assertThat(values("a", "b")).containsExactly("1", "2");
        assertThat(submit(new Fence(transaction.requestId()))).isEqualTo(outcome);
        assertThat(log.revisionSeen()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void standing_oneNode_leadsItself() throws IOException {
        log.read(List.of());

        Standing standing = log.standing();

        assertThat(standing.role()).isEqualTo(Standing.Role.LEADER);
        assertThat(standing.leader()).isEqualTo("a");
    }

    @Test
    void afterClose_everyCallFails_andCloseIsIdempotent() {
        log.close();
        log.close();

        assertThatThrownBy(() -> log.submit(transaction())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> log.read(List.of("a"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> log.scan(Range.of("", 1))).isInstanceOf(IllegalStateException.class);
        assertThat(log.standing().role()).isEqualTo(Standing.Role.NONE);
    }

    protected Transaction transaction() {
        return Transaction.of(RequestId.next(log.revisionSeen()));
    }

    protected Outcome submit(Command command) {
        try {
            return log.submit(command).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    protected List<String> values(String... keys) throws IOException {
        return log.read(List.of(keys)).stream()
                .map(entry -> new String(entry.value(), StandardCharsets.UTF_8))
                .toList();
    }

    protected static UUID id(long number) {
        return new UUID(0, number);
    }
}

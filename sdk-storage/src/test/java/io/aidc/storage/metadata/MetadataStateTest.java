package io.aidc.storage.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.metadata.Command.Fence;
import io.aidc.storage.metadata.Command.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MetadataStateTest {
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void apply_randomCommands_behavesLikeAPlainMap(long seed) {
        var random = new Random(seed);
        var state = new MetadataState();
        Map<String, String> model = new TreeMap<>();
        Map<UUID, Outcome> answered = new HashMap<>();
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            UUID id =
                    random.nextInt(5) == 0 && !ids.isEmpty() ? ids.get(random.nextInt(ids.size())) : new UUID(seed, i);
            Command command = random.nextInt(20) == 0 ? new Fence(id) : transaction(id, random);
            ids.add(id);

            Outcome outcome = state.apply(0, entry(command)).get(0);

            if (answered.containsKey(id)) {
                assertThat(outcome).isEqualTo(answered.get(id));
            } else {
                assertThat(outcome).isEqualTo(expected(command, model, state.revision()));
                answered.put(id, outcome);
            }
            if (random.nextInt(100) == 0) {
                byte[] snapshot = state.toSnapshot();
                state = new MetadataState();
                state.restore(snapshot);
            }
        }
        assertThat(texts(state)).isEqualTo(model);
    }

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 50), LongStream.of(Long.getLong("test.seed", System.nanoTime())));
    }

    @Test
    void fence_forgottenRequest_saysSoAndChangesNothing() {
        var state = new MetadataState(2);
        UUID old = RequestId.next(0);
        state.apply(0, entry(Transaction.of(old).put("k", "v")));
        for (int i = 1; i <= 3; i++) {
            state.apply(0, entry(Transaction.of(RequestId.next(i)).put("k", "v" + i)));
        }

        assertThat(state.apply(0, entry(new Fence(old)))).containsExactly(new Outcome.Forgotten());
        assertThat(state.revision()).isEqualTo(4);
    }

    @Test
    void apply_forgottenTransactionAgain_changesNothing() {
        var state = new MetadataState(2);
        Transaction old = Transaction.of(RequestId.next(0)).put("k", "old");
        state.apply(0, entry(old));
        for (int i = 1; i <= 3; i++) {
            state.apply(0, entry(Transaction.of(RequestId.next(i)).put("k", "v" + i)));
        }

        assertThat(state.apply(0, entry(old))).containsExactly(new Outcome.Forgotten());
        assertThat(texts(state)).isEqualTo(Map.of("k", "v3"));
        assertThat(state.revision()).isEqualTo(4);
    }

    @Test
    void apply_transactionWhoseFenceIsForgotten_changesNothing() {
        var state = new MetadataState(2);
        UUID fenced = RequestId.next(0);
        state.apply(0, entry(new Fence(fenced)));
        for (int i = 1; i <= 3; i++) {
            state.apply(0, entry(Transaction.of(RequestId.next(i)).put("k", "v" + i)));
        }

        assertThat(state.apply(0, entry(Transaction.of(fenced).put("k", "late"))))
                .containsExactly(new Outcome.Forgotten());
        assertThat(texts(state)).isEqualTo(Map.of("k", "v3"));
    }

    @Test
    void fence_youngRequestAfterOthersWereForgotten_isAbandoned() {
        var state = new MetadataState(2);
        for (int i = 0; i < 4; i++) {
            state.apply(0, entry(Transaction.of(RequestId.next(i)).put("k", "v" + i)));
        }

        assertThat(state.apply(0, entry(new Fence(RequestId.next(2))))).containsExactly(new Outcome.Abandoned(5));
    }

    @Test
    void restore_garbage_isRefusedAndChangesNothing() {
        var state = new MetadataState();
        state.apply(0, entry(Transaction.of(UUID.randomUUID()).put("k", "v")));
        byte[] snapshot = state.toSnapshot();
        for (int length = 0; length < snapshot.length; length++) {
            byte[] prefix = java.util.Arrays.copyOf(snapshot, length);
            assertThatThrownBy(() -> state.restore(prefix)).isInstanceOf(IllegalArgumentException.class);
        }

        assertThat(texts(state)).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void apply_changesOfOneTransaction_areInOrder() {
        var state = new MetadataState();
        state.apply(
                0,
                entry(Transaction.of(UUID.randomUUID())
                        .put("a", "1")
                        .delete("a")
                        .put("b", "1")
                        .put("b", "2")));

        assertThat(texts(state)).isEqualTo(Map.of("b", "2"));
    }

    @Test
    void apply_timeOfALaterEntryIsEarlier_neverGoesBack() {
        var state = new MetadataState();
        state.apply(0, new LogEntry(5, List.of(put("a", "1"))));
        state.apply(0, new LogEntry(3, List.of(put("a", "2"))));

        assertThat(state.millis()).isEqualTo(5);
    }

    @Test
    void digest_sameEntriesInAnotherWay_isEqual_andOneOtherByteIsNot() {
        var one = new MetadataState();
        var other = new MetadataState();
        var third = new MetadataState();
        one.apply(0, entry(put("a", "1")));
        one.apply(0, entry(put("b", "2")));
        one.apply(0, entry(Transaction.of(UUID.randomUUID()).put("x", "3").delete("x")));
        other.apply(0, entry(put("a", "1")));
        other.apply(0, entry(put("b", "2")));
        other.apply(0, entry(new Command.Barrier()));
        third.apply(0, entry(put("a", "1")));
        third.apply(0, entry(put("b", "3")));
        third.apply(0, entry(new Command.Barrier()));
        var restored = new MetadataState();
        restored.restore(one.toSnapshot());

        assertThat(one.digest()).isEqualTo(other.digest()).isEqualTo(restored.digest());
        assertThat(third.digest()).isNotEqualTo(one.digest());
    }

    @Test
    void digests_areRememberedAtTheSameRevisionsEverywhere() {
        var one = new MetadataState();
        var behind = new MetadataState();
        for (int i = 0; i < 5_000; i++) {
            one.apply(0, entry(new Command.Barrier()));
            if (i < 4_500) {
                behind.apply(0, entry(new Command.Barrier()));
            }
        }

        assertThat(one.digests()).containsKey(4_096L).hasSizeBetween(256, 512);
        assertThat(behind.digests().keySet()).contains(4_096L, 4_496L);
        assertThat(one.digests().get(4_496L)).isEqualTo(behind.digests().get(4_496L));
    }

    @Test
    void changesAfter_moreThanIsRemembered_saysThatSomeAreMissed() {
        var state = new MetadataState();
        for (int i = 0; i < (1 << 16) + 1; i++) {
            state.apply(0, entry(put("k", "" + i)));
        }

        assertThat(state.changesAfter(0)).containsExactly(new WatchEvent.Missed((1 << 16) + 1));
        assertThat(state.changesAfter(1)).hasSize(1 << 16).noneMatch(WatchEvent.Missed.class::isInstance);
        assertThat(state.changesAfter(1 << 16))
                .containsExactly(
                        new WatchEvent.Changed("k", ("" + (1 << 16)).getBytes(StandardCharsets.UTF_8), (1 << 16) + 1));
    }

    @Test
    void changesAfter_restore_saysThatSomeAreMissed() {
        var state = new MetadataState();
        state.apply(0, entry(put("k", "v")));
        var other = new MetadataState();
        other.restore(state.toSnapshot());

        assertThat(other.changesAfter(0)).containsExactly(new WatchEvent.Missed(1));
        assertThat(other.changesAfter(1)).isEmpty();
    }

    @Test
    void scan_pages_giveEachEntryOnce() {
        var state = new MetadataState();
        for (int i = 0; i < 25; i++) {
            state.apply(0, entry(put("p/" + (char) ('a' + i), "v")));
        }
        state.apply(0, entry(put("o", "v").put("q", "v")));
        List<String> keys = new ArrayList<>();
        String after = "";
        for (List<Entry> page = state.scan(new Range("p/", after, 10)); !page.isEmpty(); ) {
            page.forEach(found -> keys.add(found.key()));
            after = keys.get(keys.size() - 1);
            page = state.scan(new Range("p/", after, 10));
        }

        assertThat(keys).hasSize(25).isSorted().doesNotHaveDuplicates();
    }

    private static Transaction put(String key, String value) {
        return Transaction.of(UUID.randomUUID()).put(key, value);
    }

    private static LogEntry entry(Command command) {
        return new LogEntry(0, List.of(command));
    }

    private static Transaction transaction(UUID id, Random random) {
        Transaction transaction = Transaction.of(id);
        for (int i = random.nextInt(3); i > 0; i--) {
            transaction = random.nextBoolean()
                    ? transaction.requireAbsent(key(random))
                    : transaction.requireEquals(key(random), value(random));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            transaction = switch (random.nextInt(4)) {
                case 0 -> transaction.delete(key(random));
                case 1 -> transaction.move(key(random), key(random));
                default -> transaction.put(key(random), value(random));
            };
        }
        return transaction;
    }

    private static Outcome expected(Command command, Map<String, String> model, long revision) {
        if (!(command instanceof Transaction transaction)) {
            return new Outcome.Abandoned(revision);
        }
        for (Condition condition : transaction.conditions()) {
            String found = model.get(condition.key());
            String wanted = condition instanceof Condition.Equal equal
                    ? new String(equal.value(), StandardCharsets.UTF_8)
                    : null;
            boolean holds =
                    condition instanceof Condition.Present ? found != null : java.util.Objects.equals(found, wanted);
            if (!holds) {
                return new Outcome.Refused(
                        revision, condition.key(), found == null ? null : found.getBytes(StandardCharsets.UTF_8));
            }
        }
        for (Change change : transaction.changes()) {
            if (change instanceof Change.Put put) {
                model.put(put.key(), new String(put.value(), StandardCharsets.UTF_8));
            } else {
                String removed = model.remove(change.key());
                if (change instanceof Change.Move move && removed != null) {
                    model.put(move.target(), removed);
                }
            }
        }
        return new Outcome.Applied(revision);
    }

    private static String key(Random random) {
        return "k" + random.nextInt(6);
    }

    private static String value(Random random) {
        return "v" + random.nextInt(3);
    }

    private static Map<String, String> texts(MetadataState state) {
        Map<String, String> texts = new TreeMap<>();
        state.scan(Range.of("", 10_000))
                .forEach(entry -> texts.put(entry.key(), new String(entry.value(), StandardCharsets.UTF_8)));
        return texts;
    }
}

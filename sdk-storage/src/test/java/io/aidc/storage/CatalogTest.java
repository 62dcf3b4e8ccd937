package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.metadata.MetadataLog;
import io.aidc.storage.metadata.Watch;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions with where they come from, tags, history, deletion and watches, on a single node. */
class CatalogTest {
    @TempDir
    Path directory;

    private ReplicatedStore store;

    @BeforeEach
    void open() {
        store = ReplicatedStore.builder().node("a").directory(directory).open();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void publish_withProvenance_isReadBack_andPartOfTheDigest() {
        publish("1")
                .by("ann")
                .fromData("sha256:77")
                .parameter("rate", "0.1")
                .metadata("k", "v")
                .join();
        publish("2")
                .by("ann")
                .fromData("sha256:78")
                .parameter("rate", "0.1")
                .metadata("k", "v")
                .join();

        Version version = store.resolve("m@1");
        assertThat(version.provenance()).isEqualTo(new Provenance("ann", "sha256:77", Map.of("rate", "0.1")));
        assertThat(version.metadata()).isEqualTo(Map.of("k", "v"));
        assertThat(store.resolve("m@2").digest()).isNotEqualTo(version.digest());
    }

    @Test
    void publish_withoutProvenance_hasNone() {
        publish("1").join();

        assertThat(store.resolve("m@1").provenance()).isEqualTo(Provenance.NONE);
    }

    @Test
    void publication_badOrRepeatedOptions_areRefused() {
        assertThatThrownBy(() -> publish("1").metadata("aidc.by", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> publish("1").parameter("", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> publish("1").by("x".repeat(1_001))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> publish("1").fromData("x".repeat(1 << 20)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> publish("1").tag("a/b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> {
                    Publication publication = publish("1");
                    for (int i = 0; i <= Publication.MAX_TAGS; i++) {
                        publication.tag("t" + i);
                    }
                })
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> publish("1").by("a").by("b")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> publish("1").fromData("a").fromData("b")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> publish("1").parameter("a", "1").parameter("a", "2"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.move("m", "prod").by("a").by("b")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void tags_areSetWithTheVersion_addedAndTakenAway() {
        publish("1").tag("eu").tag("approved").join();
        publish("2").join();
        assertThat(store.tag("m", "2", "eu").join()).isInstanceOf(Write.Committed.class);
        assertThat(store.untag("m", "1", "approved").join()).isInstanceOf(Write.Committed.class);
        assertThat(store.tag("m", "3", "eu").join())
                .isInstanceOfSatisfying(
                        Write.Rejected.class,
                        rejected -> assertThat(rejected.target()).isEqualTo("m@3"));

        assertThat(store.tags("m")).isEqualTo(Map.of("1", List.of("eu"), "2", List.of("eu")));
    }

    @Test
    void history_tellsWhoDidWhat_andNothingThatWasRejected() {
        publish("1").by("ann").moving("prod").join();
        publish("2").by("bob").join();
        store.move("m", "prod").to("2").by("eve").join();
        store.move("m", "prod").to("nothing").by("eve").join();
        store.delete("m", "1", "ann").join();

        assertThat(store.history("m"))
                .extracting(HistoryEntry::by, HistoryEntry::action, HistoryEntry::version, HistoryEntry::alias)
                .containsExactlyInAnyOrder(
                        org.assertj.core.api.Assertions.tuple("ann", HistoryEntry.Action.PUBLISHED, "1", "prod"),
                        org.assertj.core.api.Assertions.tuple("bob", HistoryEntry.Action.PUBLISHED, "2", null),
                        org.assertj.core.api.Assertions.tuple("eve", HistoryEntry.Action.MOVED, "2", "prod"),
                        org.assertj.core.api.Assertions.tuple("ann", HistoryEntry.Action.DELETED, "1", null));
        assertThat(store.history("other")).isEmpty();
    }

    @Test
    void history_byWithLineBreaks_isKeptAsSaid() {
        publish("1").by("ann\nDELETED\n2").join();

        assertThat(store.history("m")).singleElement().satisfies(entry -> {
            assertThat(entry.by()).isEqualTo("ann\nDELETED\n2");
            assertThat(entry.action()).isEqualTo(HistoryEntry.Action.PUBLISHED);
        });
    }

    @Test
    void delete_versionWithAlias_isRejectedAndNamesIt() {
        publish("1").moving("prod").tag("eu").join();

        assertThat(store.delete("m", "1", "").join()).isInstanceOfSatisfying(Write.Rejected.class, rejected -> {
            assertThat(rejected.target()).isEqualTo("m@prod");
            assertThat(rejected.found()).isEqualTo("1");
        });
        assertThat(store.unalias("m", "prod", "2", "").join()).isInstanceOf(Write.Rejected.class);
        assertThat(store.unalias("m", "prod", "1", "").join()).isInstanceOf(Write.Committed.class);
        assertThat(store.delete("m", "1", "").join()).isInstanceOf(Write.Committed.class);
        assertThat(store.delete("m", "1", "").join()).isInstanceOf(Write.Rejected.class);
        assertThat(store.versions("m")).isEmpty();
        assertThat(store.tags("m")).isEmpty();
        assertThatThrownBy(() -> store.resolve("m@1")).isInstanceOf(VersionNotFoundException.class);
    }

    @Test
    void resolve_aliasMovedAndItsVersionDeletedMeanwhile_findsTheNewOne() throws IOException {
        publish("1").moving("prod").join();
        publish("2").join();
        var catalog = new Catalog(
                afterTheFirst("read", () -> {
                    store.move("m", "prod").to("2").join();
                    store.delete("m", "1", "").join();
                }),
                Clock.systemUTC());

        assertThat(catalog.locate("m", "prod", ReadMode.LINEARIZABLE))
                .hasValueSatisfying(found -> assertThat(found.label()).isEqualTo("2"));
    }

    @Test
    void delete_tagSetMeanwhile_isRejected_soThatNoTagOutlivesItsVersion() throws IOException {
        publish("1").join();
        var catalog = new Catalog(
                afterTheFirst("read", () -> store.tag("m", "1", "approved").join()), Clock.systemUTC());

        assertThat(catalog.delete("m", "1", "").join()).isInstanceOf(Write.Rejected.class);
        assertThat(store.delete("m", "1", "").join()).isInstanceOf(Write.Committed.class);
        assertThat(store.tags("m")).isEmpty();
    }

    /** The store's log, where something happens after the first call of a method. */
    private MetadataLog afterTheFirst(String name, Runnable hook) {
        var done = new AtomicBoolean();
        return (MetadataLog) Proxy.newProxyInstance(
                MetadataLog.class.getClassLoader(), new Class<?>[] {MetadataLog.class}, (proxy, method, arguments) -> {
                    Object result = method.invoke(store.log(), arguments);
                    if (method.getName().equals(name) && done.compareAndSet(false, true)) {
                        hook.run();
                    }
                    return result;
                });
    }

    @Test
    void names_listsEachOnce_prefixesOfEachOtherIncluded() {
        for (String name : List.of("m", "m0", "mA", "m/x", "m/x/y", "ä")) {
            store.publish(name, new byte[] {1}).as("1").join();
            store.publish(name, new byte[] {1}).as("2").join();
        }

        assertThat(store.names()).containsExactlyInAnyOrder("m", "m0", "mA", "m/x", "m/x/y", "ä");
    }

    @Test
    void versions_moreThanAPage_areAllListed() {
        List<CompletableFuture<Write>> writes = new ArrayList<>();
        for (int i = 0; i < 1_100; i++) {
            writes.add(publish("v" + i).start());
        }
        writes.forEach(CompletableFuture::join);

        assertThat(store.versions("m")).hasSize(1_100);
    }

    @Test
    void watch_tellsWhatHappensToTheName() throws InterruptedException {
        BlockingQueue<StoreChange> told = new LinkedBlockingQueue<>();
        try (Watch watch = store.watch("m", told::add)) {
            publish("1").moving("prod").join();
            store.publish("m2", new byte[0]).as("1").join();
            store.put("m", "v".getBytes(StandardCharsets.UTF_8)).join();
            store.unalias("m", "prod", "1", "").join();
            store.delete("m", "1", "").join();

            assertThat(next(told)).isInstanceOfSatisfying(StoreChange.Published.class, change -> {
                assertThat(change.name()).isEqualTo("m");
                assertThat(change.version()).isEqualTo("1");
            });
            assertThat(next(told))
                    .isInstanceOfSatisfying(
                            StoreChange.AliasMoved.class,
                            change -> assertThat(change.version()).isEqualTo("1"));
            assertThat(next(told)).isInstanceOf(StoreChange.KeyWritten.class);
            assertThat(next(told))
                    .isInstanceOfSatisfying(
                            StoreChange.AliasMoved.class,
                            change -> assertThat(change.version()).isNull());
            assertThat(next(told)).isInstanceOf(StoreChange.Deleted.class);
            assertThat(watch).isNotNull();
        }
        assertThat(told).isEmpty();
    }

    private static StoreChange next(BlockingQueue<StoreChange> told) throws InterruptedException {
        return java.util.Objects.requireNonNull(told.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void readMode_badAge_isRefused() {
        assertThatThrownBy(() -> ReadMode.stale(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ReadMode.stale(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
        publish("1").join();
        assertThat(store.resolve("m@1", ReadMode.stale(Duration.ofSeconds(1))).version())
                .isEqualTo("1");
        assertThat(store.get("k", ReadMode.stale(Duration.ofSeconds(1)))).isEmpty();
    }

    @Test
    void cluster_ofOne_cannotBeChanged() {
        assertThat(store.cluster().members()).containsExactly("a");
        assertThat(store.cluster().divergence()).isEmpty();
        assertThatThrownBy(() -> store.cluster().add("b@127.0.0.1:7001")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.cluster().remove("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.cluster().lead("a")).isInstanceOf(IllegalStateException.class);
    }

    private Publication publish(String version) {
        return store.publish("m", version.getBytes(StandardCharsets.UTF_8)).as(version);
    }
}

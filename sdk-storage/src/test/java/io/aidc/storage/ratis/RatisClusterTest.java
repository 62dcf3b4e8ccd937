package io.aidc.storage.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.metadata.Command.Transaction;
import io.aidc.storage.metadata.CommandArchive;
import io.aidc.storage.metadata.DamagedLogException;
import io.aidc.storage.metadata.Member;
import io.aidc.storage.metadata.MetadataState;
import io.aidc.storage.metadata.NoMajorityException;
import io.aidc.storage.metadata.Outcome;
import io.aidc.storage.metadata.PointInTime;
import io.aidc.storage.metadata.Range;
import io.aidc.storage.metadata.RequestId;
import io.aidc.storage.metadata.Standing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes in one process: changes of members and leaders, snapshots, divergence. */
class RatisClusterTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    Path root;

    private final Map<String, Member> members = new HashMap<>();
    private final Map<String, RatisMetadataLog> logs = new HashMap<>();
    private @Nullable NodeTls tls;
    private boolean archiving;
    private long snapshotEvery = RatisSettings.SNAPSHOT_EVERY_ENTRIES;

    @AfterEach
    void closeAll() {
        logs.values().forEach(RatisMetadataLog::close);
    }

    @Test
    void add_nodeThatJoins_hasEverythingAndVotes() throws IOException {
        start("a", "b", "c");
        put("k", "1");

        RatisMetadataLog d = join("d");

        assertThat(read(d, "k")).isEqualTo("1");
        assertThat(ids(log("a"))).containsExactly("a", "b", "c", "d");
        log("a").membership().add(member("d")); // again: nothing changes
        stop("a");
        put("k", "2");
        assertThat(read(d, "k")).isEqualTo("2");
        stop("d");
        RatisMetadataLog again = open("d", List.of(member("a"), member("b"), member("c")));
        assertThat(read(again, "k")).isEqualTo("2");
        assertThat(ids(again)).containsExactly("a", "b", "c", "d");
    }

    @Test
    void remove_deadNode_leavesAMajorityOfTheOthers() throws IOException {
        start("a", "b", "c");
        put("k", "1");
        stop("c");
        log("a").membership().remove("c", () -> {});
        join("d");
        stop("b");

        put("k", "2");

        assertThat(read(log("d"), "k")).isEqualTo("2");
        assertThat(ids(log("a"))).containsExactly("a", "b", "d");
    }

    @Test
    void change_thatMakesNoSense_isRefused() throws IOException {
        start("a");
        assertThatThrownBy(() -> log("a").membership().remove("a", () -> {}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log("a").membership().remove("z", () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only [a]");
        assertThatThrownBy(() -> log("a").membership().lead("z")).isInstanceOf(IllegalArgumentException.class);
        Member taken = new Member("z", "127.0.0.1", member("a").raftPort(), 9);
        assertThatThrownBy(() -> log("a").membership().add(taken)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lead_anotherNode_leads() throws IOException {
        start("a", "b", "c");
        put("k", "1");
        String leader = Objects.requireNonNull(log("a").standing().leader());
        String next = leader.equals("b") ? "c" : "b";

        log("a").membership().lead(next);

        assertThat(log(next).standing().role()).isEqualTo(Standing.Role.LEADER);
        put("k", "2");
        assertThat(read(log("a"), "k")).isEqualTo("2");
    }

    @Test
    void nodeThatWasAwayForLong_pullsASnapshot() throws IOException {
        snapshotEvery = 20;
        start("a", "b", "c");
        put("k", "before");
        stop("c");
        for (int i = 0; i < 100; i++) {
            put("k" + i, "v".repeat(1_000));
        }
        assertThat(firstLogEntry("a")).isPositive();

        RatisMetadataLog c = open("c", List.of(member("a"), member("b"), member("c")));

        assertThat(read(c, "k99")).hasSize(1_000);
        assertThat(log("a").membership().divergent()).isEmpty();
        put("after", "1");
        assertThat(read(c, "after")).isEqualTo("1");
        stop("c");
        assertThat(read(open("c", List.of(member("a"), member("b"), member("c"))), "after"))
                .isEqualTo("1");
        assertThat(snapshots("a")).hasSizeLessThanOrEqualTo(RatisSettings.SNAPSHOTS_KEPT);
    }

    @Test
    void nodeThatJoins_afterTheLogWasCut_pullsASnapshot() throws IOException {
        snapshotEvery = 20;
        start("a", "b", "c");
        for (int i = 0; i < 100; i++) {
            put("k" + i, "v");
        }
        assertThat(firstLogEntry("a")).isPositive();

        RatisMetadataLog d = join("d");

        assertThat(read(d, "k0")).isEqualTo("v");
        assertThat(read(d, "k99")).isEqualTo("v");
    }

    @Test
    void divergent_oneNodeWithAnotherValue_isFound() throws IOException {
        start("a", "b", "c");
        for (int i = 0; i < 40; i++) {
            put("k" + i, "v");
        }
        read(log("a"), "k0");
        read(log("b"), "k0");
        read(log("c"), "k0");
        assertThat(log("a").membership().divergent()).isEmpty();
        corrupt("c");
        for (int i = 0; i < 40; i++) {
            put("other" + i, "w");
        }
        read(log("a"), "k0");
        read(log("c"), "k0");

        assertThat(log("a").membership().divergent()).containsOnlyKeys("c");
        assertThat(log("c").membership().divergent()).containsOnlyKeys("a", "b");
    }

    @Test
    void mutualTls_nodesThatTrustEachOther_agree_andAStrangerIsNotHeard() throws IOException {
        TestIdentity trusted = TestIdentity.create(root, "trusted");
        tls = trusted.tls();
        start("a", "b", "c");
        put("k", "1");
        assertThat(read(log("c"), "k")).isEqualTo("1");
        stop("c");
        tls = TestIdentity.create(root, "stranger").trusting(trusted);

        RatisMetadataLog stranger = open("c", List.of(member("a"), member("b"), member("c")), Duration.ofSeconds(1));

        assertThatThrownBy(() -> stranger.read(List.of("k"))).isInstanceOf(NoMajorityException.class);
        put("k", "2");
        assertThat(stranger.state().get("k"))
                .satisfies(entry -> assertThat(entry.value()).isEqualTo("1".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void readWithAge_afterTheMajorityIsLost_answersWhileItIsYoungEnough() throws IOException {
        start("a", "b", "c");
        put("k", "1");
        assertThat(read(log("a"), "k")).isEqualTo("1");
        stop("b");
        stop("c");

        assertThat(log("a").read(List.of("k"), Duration.ofHours(1))).hasSize(1);
        assertThat(log("a").standing().role()).isNotEqualTo(Standing.Role.NONE);
    }

    @Test
    void restart_afterAChangeOfLeader_leavesNoGapInTheArchive() throws IOException {
        archiving = true;
        start("a", "b", "c");
        put("k", "1");
        log("a").membership().lead("b");
        read(log("a"), "k");
        stop("a");
        put("k", "2");

        RatisMetadataLog a = open("a", List.of(member("a"), member("b"), member("c")));
        put("k", "3");
        read(a, "k");
        stop("a");
        a = open("a", List.of(member("a"), member("b"), member("c")));
        put("k", "4");
        read(a, "k");

        assertArchiveGives(a);
        assertArchiveGives(log("c"));
    }

    @Test
    void read_ofACluster_isNotArchived() throws IOException {
        archiving = true;
        start("a", "b", "c");
        put("k", "1");
        read(log("a"), "k");
        long before = archivedBytes("a");

        for (int i = 0; i < 20; i++) {
            read(log("a"), "k");
        }

        assertThat(log("a").revisionSeen()).isGreaterThan(20);
        assertThat(archivedBytes("a")).isEqualTo(before);
        put("k", "2");
        assertArchiveGives(log("a"));
    }

    @Test
    void nodeThatPulledASnapshot_archivesWhatFollows_andSaysWhatIsMissing() throws IOException {
        archiving = true;
        snapshotEvery = 20;
        start("a", "b", "c");
        read(log("c"), "start");
        stop("c");
        for (int i = 0; i < 100; i++) {
            put("k" + i, "v".repeat(1_000));
        }
        RatisMetadataLog c = open("c", List.of(member("a"), member("b"), member("c")));
        read(c, "k99");
        put("after", "1");
        read(c, "after");

        List<Path> segments = archive(c).cut();

        assertThatThrownBy(() -> PointInTime.at(List.of(), segments, Long.MAX_VALUE))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining("missing");
        assertArchiveGives(log("a"));
    }

    /** No entry is missing from the first on, and they build the node's state. */
    private static void assertArchiveGives(RatisMetadataLog log) throws IOException {
        MetadataState built = PointInTime.at(List.of(), archive(log).cut(), Long.MAX_VALUE);

        assertThat(built.lastIndex()).isEqualTo(log.state().lastIndex());
        assertThat(built.scan(Range.of("", 1_000))).isEqualTo(log.state().scan(Range.of("", 1_000)));
    }

    private static CommandArchive archive(RatisMetadataLog log) {
        return Objects.requireNonNull(log.archive());
    }

    private long archivedBytes(String id) throws IOException {
        long bytes = 0;
        for (Path segment : archive(log(id)).cut()) {
            bytes += Files.size(segment);
        }
        return bytes;
    }

    /** Writes into one node's memory what no other has, as a flipped bit would. */
    private void corrupt(String id) {
        byte[] state = log(id).state().toSnapshot();
        int key = new String(state, StandardCharsets.ISO_8859_1).indexOf("k39");
        state[key + "k39".length() + Integer.BYTES] ^= 1;
        log(id).state().restore(state);
    }

    private void start(String... ids) throws IOException {
        List<Member> all = new ArrayList<>();
        for (String id : ids) {
            all.add(member(id));
        }
        for (String id : ids) {
            open(id, all);
        }
        put("start", "1");
    }

    private RatisMetadataLog join(String id) throws IOException {
        RatisMetadataLog contact = logs.values().iterator().next();
        RatisMetadataLog joined = open(id, contact.membership().members());
        contact.membership().add(member(id));
        return joined;
    }

    private RatisMetadataLog open(String id, List<Member> all) throws IOException {
        return open(id, all, TIMEOUT);
    }

    private RatisMetadataLog open(String id, List<Member> all, Duration timeout) throws IOException {
        Path directory = Files.createDirectories(root.resolve(id));
        CommandArchive archive = archiving
                ? new CommandArchive(directory.resolve("archive"), new DurableFiles(Disk.REAL, failed -> {}))
                : null;
        Path raft = Files.createDirectories(directory.resolve("raft"));
        var group = new RatisGroup("test", member(id), all, raft, timeout, Clock.systemUTC(), archive, tls);
        RaftProperties properties = RatisSettings.of(group);
        if (snapshotEvery != RatisSettings.SNAPSHOT_EVERY_ENTRIES) {
            RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, snapshotEvery);
            RaftServerConfigKeys.Log.setPurgePreservationLogNum(properties, 0);
            RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
            RaftServerConfigKeys.Log.setSegmentSizeMax(properties, org.apache.ratis.util.SizeInBytes.valueOf("8KB"));
        }
        RatisMetadataLog log = RatisMetadataLog.open(group, new NoEvents(), properties);
        logs.put(id, log);
        return log;
    }

    private void stop(String id) {
        Objects.requireNonNull(logs.remove(id)).close();
    }

    private RatisMetadataLog log(String id) {
        return Objects.requireNonNull(logs.get(id));
    }

    private Member member(String id) {
        return members.computeIfAbsent(id, fresh -> new Member(fresh, "127.0.0.1", freePort(), freePort()));
    }

    private void put(String key, String value) {
        RatisMetadataLog log = logs.values().iterator().next();
        Transaction transaction =
                Transaction.of(RequestId.next(log.revisionSeen())).put(key, value);
        assertThat(log.submit(transaction)).succeedsWithin(TIMEOUT).isInstanceOf(Outcome.Applied.class);
    }

    private static String read(RatisMetadataLog log, String key) throws IOException {
        return new String(log.read(List.of(key)).get(0).value(), StandardCharsets.UTF_8);
    }

    private static List<String> ids(RatisMetadataLog log) {
        return log.membership().members().stream().map(Member::id).toList();
    }

    private long firstLogEntry(String id) throws IOException {
        try (var files = Files.walk(root.resolve(id))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("log_(inprogress_)?\\d+.*"))
                    .mapToLong(name -> Long.parseLong(name.replaceAll("^log_(inprogress_)?(\\d+).*", "$2")))
                    .min()
                    .orElseThrow();
        }
    }

    private List<Path> snapshots(String id) throws IOException {
        try (var files = Files.walk(root.resolve(id))) {
            return files.filter(file -> file.getFileName().toString().startsWith("snapshot."))
                    .toList();
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class NoEvents implements RatisEvents {
        @Override
        public void leaderChanged(@Nullable String leader, long term) {}

        @Override
        public void membersChanged(List<Member> members) {}

        @Override
        public void logFailed(Throwable cause) {}
    }
}

package io.aidc.storage.ratis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.RaftServerConfigKeys.Read;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** The Ratis settings that the guarantees rest on; each is set even where it equals Ratis' default. */
final class RatisSettings {
    /** A follower that hears nothing for this long asks for votes; Ratis sends heartbeats at half of it. */
    static final TimeDuration ELECTION_TIMEOUT_MIN = TimeDuration.valueOf(500, TimeUnit.MILLISECONDS);

    static final TimeDuration ELECTION_TIMEOUT_MAX = TimeDuration.valueOf(1_000, TimeUnit.MILLISECONDS);

    /** Shorter after a start, when there is probably no leader; the pre-vote keeps it from disturbing one. */
    static final TimeDuration FIRST_ELECTION_TIMEOUT_MIN = TimeDuration.valueOf(150, TimeUnit.MILLISECONDS);

    static final TimeDuration FIRST_ELECTION_TIMEOUT_MAX = TimeDuration.valueOf(400, TimeUnit.MILLISECONDS);

    /** A leader that lost its majority may not stand again for this long; Ratis' 10 s can leave a majority without a leader. */
    static final TimeDuration STEP_DOWN_WAIT = TimeDuration.valueOf(1_000, TimeUnit.MILLISECONDS);

    static final TimeDuration RPC_TIMEOUT = TimeDuration.valueOf(2, TimeUnit.SECONDS);
    static final SizeInBytes MESSAGE_MAX = SizeInBytes.valueOf("64MB");
    static final long SNAPSHOT_EVERY_ENTRIES = 50_000;
    static final int SNAPSHOTS_KEPT = 2;
    static final long ENTRIES_KEPT = 50_000;

    private RatisSettings() {}

    static RaftProperties of(RatisGroup group) {
        var properties = new RaftProperties();
        RaftConfigKeys.Rpc.setType(properties, SupportedRpcType.GRPC);
        GrpcConfigKeys.Server.setHost(properties, group.self().host());
        GrpcConfigKeys.Server.setPort(properties, group.self().raftPort());
        GrpcConfigKeys.setMessageSizeMax(properties, MESSAGE_MAX);
        RaftServerConfigKeys.setStorageDir(properties, List.of(group.directory().toFile()));
        reads(properties);
        log(properties);
        snapshots(properties);
        timeouts(properties, group.timeout());
        return properties;
    }

    private static void reads(RaftProperties properties) {
        // No read of ours goes through Ratis, see RatisMetadataLog; should one ever do, it must not be a plain local
        // read.
        Read.setOption(properties, Read.Option.LINEARIZABLE);
        // A lease is unsafe: in the election phase a voter does not check whether a leader is alive.
        Read.setLeaderLeaseEnabled(properties, false);
        Read.setLeaderHeartbeatCheckEnabled(properties, true);
    }

    private static void log(RaftProperties properties) {
        RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, false);
        RaftServerConfigKeys.Log.setAsyncFlushEnabled(properties, false);
        RaftServerConfigKeys.Log.setCorruptionPolicy(properties, CorruptionPolicy.EXCEPTION);
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        // Zero saves up to half the latency of a lone write; group commit makes up for the batching it switches off.
        RaftServerConfigKeys.Log.Appender.setWaitTimeMin(properties, TimeDuration.ZERO);
    }

    private static void snapshots(RaftProperties properties) {
        // A node that was away for longer than the kept entries pulls a snapshot by itself, see SnapshotPull.
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgePreservationLogNum(properties, ENTRIES_KEPT);
        RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, SNAPSHOT_EVERY_ENTRIES);
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, SNAPSHOTS_KEPT);
    }

    private static void timeouts(RaftProperties properties, Duration operation) {
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, ELECTION_TIMEOUT_MIN);
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, ELECTION_TIMEOUT_MAX);
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, FIRST_ELECTION_TIMEOUT_MIN);
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, FIRST_ELECTION_TIMEOUT_MAX);
        RaftServerConfigKeys.Rpc.setRequestTimeout(properties, RPC_TIMEOUT);
        RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, STEP_DOWN_WAIT);
        long attemptMillis = Math.min(RPC_TIMEOUT.toLong(TimeUnit.MILLISECONDS), operation.toMillis());
        RaftClientConfigKeys.Rpc.setRequestTimeout(
                properties, TimeDuration.valueOf(attemptMillis, TimeUnit.MILLISECONDS));
    }
}

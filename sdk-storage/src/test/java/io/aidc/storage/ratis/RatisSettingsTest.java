package io.aidc.storage.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.storage.metadata.Member;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.ratis.conf.RaftProperties;
import org.junit.jupiter.api.Test;

class RatisSettingsTest {
    /** The keys as Ratis documents them, so that a renamed constant does not silently change a guarantee. */
    private static final Map<String, String> PINNED = Map.ofEntries(
            Map.entry("raft.rpc.type", "GRPC"),
            Map.entry("raft.grpc.server.host", "127.0.0.1"),
            Map.entry("raft.grpc.server.port", "7001"),
            Map.entry("raft.server.read.option", "LINEARIZABLE"),
            Map.entry("raft.server.read.leader.lease.enabled", "false"),
            Map.entry("raft.server.read.leader.heartbeat-check.enabled", "true"),
            Map.entry("raft.server.log.unsafe-flush.enabled", "false"),
            Map.entry("raft.server.log.async-flush.enabled", "false"),
            Map.entry("raft.server.log.corruption.policy", "EXCEPTION"),
            Map.entry("raft.server.log.log-metadata.enabled", "false"),
            Map.entry("raft.server.log.purge.upto.snapshot.index", "true"),
            Map.entry("raft.server.log.appender.install.snapshot.enabled", "false"),
            Map.entry("raft.server.leaderelection.pre-vote", "true"),
            Map.entry("raft.server.leaderelection.leader.step-down.wait-time", "1000ms"),
            Map.entry("raft.server.rpc.first-election.timeout.min", "150ms"),
            Map.entry("raft.server.rpc.first-election.timeout.max", "400ms"),
            Map.entry("raft.server.rpc.timeout.min", "500ms"),
            Map.entry("raft.server.rpc.timeout.max", "1000ms"),
            Map.entry("raft.server.rpc.request.timeout", "2s"));

    @Test
    void of_anyGroup_setsWhatTheGuaranteesRestOn() {
        var self = new Member("a", "127.0.0.1", 7001, 7002);
        RaftProperties properties = RatisSettings.of(new RatisGroup(
                "test", self, List.of(self), Path.of("."), Duration.ofSeconds(1), Clock.systemUTC(), null, null));

        PINNED.forEach((key, value) -> assertThat(properties.get(key)).as(key).isEqualToIgnoringCase(value));
    }
}

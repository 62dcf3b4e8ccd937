package io.aidc.storage.ratis;

import io.aidc.storage.metadata.CommandArchive;
import io.aidc.storage.metadata.Member;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.jspecify.annotations.Nullable;

/**
 * What a node must know to take part in a group.
 *
 * <p>Immutable.
 *
 * @param cluster the group's name; nodes with another name are refused
 * @param self this node
 * @param members the nodes at the first start; without this node it waits to be added. Later starts go by the log
 * @param directory holds the Raft log; exists
 * @param timeout the bound of one operation
 * @param clock the wall time that is written into entries
 * @param archive keeps every entry, or null
 * @param tls proves who the nodes are, or null for plain connections
 */
public record RatisGroup(
        String cluster,
        Member self,
        List<Member> members,
        Path directory,
        Duration timeout,
        Clock clock,
        @Nullable CommandArchive archive,
        @Nullable NodeTls tls) {
    /** Copies the members. */
    public RatisGroup {
        members = List.copyOf(members);
        if (members.isEmpty()) {
            throw new IllegalArgumentException("members must name at least one node, got none");
        }
    }

    UUID uuid() {
        return UUID.nameUUIDFromBytes(("aidc-storage/" + cluster).getBytes(StandardCharsets.UTF_8));
    }

    RaftGroupId id() {
        return RaftGroupId.valueOf(uuid());
    }

    RaftPeerId selfId() {
        return RaftPeerId.valueOf(self.id());
    }

    /** Everybody this node knows of, for its client. */
    RaftGroup known() {
        List<RaftPeer> peers = Stream.concat(Stream.of(self), members.stream())
                .distinct()
                .map(RaftPeers::of)
                .toList();
        return RaftGroup.valueOf(id(), peers);
    }

    /** What a server starts with: nobody, if it waits to be added. */
    RaftGroup start() {
        return members.contains(self) ? known() : RaftGroup.valueOf(id());
    }
}

package io.aidc.storage.ratis;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * What a node must know to take part in a group.
 *
 * <p>Immutable.
 *
 * @param cluster the group's name; nodes with another name are refused
 * @param self this node
 * @param members all nodes, this one included
 * @param directory holds the Raft log; exists
 * @param timeout the bound of one operation
 */
public record RatisGroup(
        String cluster, RatisMember self, List<RatisMember> members, Path directory, Duration timeout) {
    /** Copies the members and checks that this node is one of them. */
    public RatisGroup {
        members = List.copyOf(members);
        if (!members.contains(self)) {
            throw new IllegalArgumentException("members must contain %s, got %s".formatted(self, members));
        }
    }

    UUID uuid() {
        return UUID.nameUUIDFromBytes(("aidc-storage/" + cluster).getBytes(StandardCharsets.UTF_8));
    }

    RaftPeerId selfId() {
        return RaftPeerId.valueOf(self.id());
    }

    org.apache.ratis.protocol.RaftGroup raftGroup() {
        List<RaftPeer> peers = members.stream()
                .map(member -> RaftPeer.newBuilder()
                        .setId(member.id())
                        .setAddress(member.address())
                        .build())
                .toList();
        return org.apache.ratis.protocol.RaftGroup.valueOf(RaftGroupId.valueOf(uuid()), peers);
    }
}

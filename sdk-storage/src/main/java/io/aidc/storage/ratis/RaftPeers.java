package io.aidc.storage.ratis;

import io.aidc.storage.metadata.Member;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.ratis.protocol.RaftPeer;

/** Members in the form that Ratis keeps in its log; the data port travels as the address of a data stream, which we do not use. */
final class RaftPeers {
    private RaftPeers() {}

    static RaftPeer of(Member member) {
        return RaftPeer.newBuilder()
                .setId(member.id())
                .setAddress(member.raftAddress())
                .setDataStreamAddress(member.dataAddress())
                .build();
    }

    static List<Member> members(Collection<RaftPeer> peers) {
        return peers.stream()
                .map(RaftPeers::member)
                .sorted(Comparator.comparing(Member::id))
                .toList();
    }

    private static Member member(RaftPeer peer) {
        String address = peer.getAddress();
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon).replaceAll("[\\[\\]]", "");
        String data = peer.getDataStreamAddress();
        return new Member(
                peer.getId().toString(),
                host,
                Integer.parseInt(address.substring(colon + 1)),
                Integer.parseInt(data.substring(data.lastIndexOf(':') + 1)));
    }
}

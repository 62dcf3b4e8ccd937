package io.aidc.storage.ratis;

import io.aidc.storage.metadata.Member;
import io.aidc.storage.metadata.Membership;
import io.aidc.storage.metadata.MetadataState;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes of a Ratis group's nodes. */
final class RatisMembership implements Membership {
    private static final Logger LOG = LoggerFactory.getLogger(RatisMetadataLog.class);
    private static final long PAUSE_MILLIS = 100;

    private final RatisGroup group;
    private final RaftServer server;
    private final RaftClient client;
    private final MetadataState state;

    RatisMembership(RatisGroup group, RaftServer server, RaftClient client, MetadataState state) {
        this.group = group;
        this.server = server;
        this.client = client;
        this.state = state;
    }

    @Override
    public List<Member> members() {
        try {
            List<Member> members = RaftPeers.members(peers());
            return members.isEmpty() ? group.members() : members; // none until this node was added
        } catch (IOException e) {
            return group.members();
        }
    }

    private Collection<RaftPeer> peers() throws IOException {
        return server.getDivision(group.id()).getRaftConf().getAllPeers();
    }

    @Override
    public void add(Member member) throws IOException {
        for (Member known : members()) {
            if (!known.equals(member) && sharesIdOrAddress(known, member)) {
                throw new IllegalArgumentException("%s has the id or an address of %s".formatted(member, known));
            }
        }
        client.getClientRpc().addRaftPeers(List.of(RaftPeers.of(member)));
        change("add " + member.id(), () -> {}, peers -> {
            List<RaftPeer> more = new ArrayList<>(peers);
            more.removeIf(peer -> peer.getId().toString().equals(member.id()));
            more.add(RaftPeers.of(member));
            return more;
        });
    }

    private static boolean sharesIdOrAddress(Member one, Member other) {
        return one.id().equals(other.id())
                || one.raftAddress().equals(other.raftAddress())
                || one.dataAddress().equals(other.dataAddress());
    }

    @Override
    public void remove(String id, Check check) throws IOException {
        List<Member> members = members();
        checkMember(id, members);
        if (members.size() == 1) {
            throw new IllegalArgumentException("%s is the only member".formatted(id));
        }
        change(
                "remove " + id,
                check,
                peers -> peers.stream()
                        .filter(peer -> !peer.getId().toString().equals(id))
                        .toList());
    }

    private static void checkMember(String id, List<Member> members) {
        if (members.stream().noneMatch(member -> member.id().equals(id))) {
            throw new IllegalArgumentException("there is no member '%s', only %s"
                    .formatted(id, members.stream().map(Member::id).toList()));
        }
    }

    @Override
    public void lead(String id) throws IOException {
        checkMember(id, members());
        attempt(
                "hand the lead to " + id,
                () -> client.admin()
                        .transferLeadership(
                                RaftPeerId.valueOf(id), group.timeout().toMillis()));
    }

    /** Compare-and-set, so that of two changes at once neither is lost; a repetition of one that was made succeeds. */
    private void change(String what, Check check, UnaryOperator<List<RaftPeer>> wanted) throws IOException {
        attempt(what, () -> {
            List<RaftPeer> current = List.copyOf(peers());
            check.run();
            return client.admin()
                    .setConfiguration(SetConfigurationRequest.Arguments.newBuilder()
                            .setServersInCurrentConf(current)
                            .setServersInNewConf(wanted.apply(current))
                            .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                            .build());
        });
    }

    private interface Request {
        RaftClientReply send() throws IOException;
    }

    private void attempt(String what, Request request) throws IOException {
        long deadline = System.nanoTime() + group.timeout().toNanos();
        IOException last = null;
        do {
            try {
                RaftClientReply reply = request.send();
                if (reply.isSuccess()) {
                    return;
                }
                last = reply.getException();
            } catch (IOException e) {
                last = e;
            }
            pause();
        } while (System.nanoTime() - deadline < 0);
        throw new IOException("could not %s within %s".formatted(what, group.timeout()), last);
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the other nodes");
        }
    }

    @Override
    public Map<String, Long> divergent() {
        Map<String, Long> divergent = new TreeMap<>();
        for (Member member : members()) {
            if (!member.equals(group.self())) {
                firstDifference(member.id()).ifPresent(revision -> divergent.put(member.id(), revision));
            }
        }
        return divergent;
    }

    private java.util.OptionalLong firstDifference(String id) {
        try {
            RaftClientReply reply = client.io().sendStaleRead(PeerQuery.digests(), 0, RaftPeerId.valueOf(id));
            if (!reply.isSuccess()) {
                throw new IOException("no digests", reply.getException());
            }
            NavigableMap<Long, String> theirs = PeerQuery.readDigests(reply.getMessage());
            NavigableMap<Long, String> ours = state.digests();
            return theirs.entrySet().stream()
                    .filter(entry -> ours.containsKey(entry.getKey())
                            && !entry.getValue().equals(ours.get(entry.getKey())))
                    .mapToLong(Map.Entry::getKey)
                    .findFirst();
        } catch (IOException e) {
            LOG.debug("A node was not compared node={}", id, e);
            return java.util.OptionalLong.empty();
        }
    }
}

package io.aidc.storage.ratis;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.server.RaftServer;

/** Hands a write to this node's own Raft server, without the way through a socket. */
final class LocalLeader {
    private static final long ATTEMPT_MILLIS = 2_000;

    private final RatisGroup group;
    private final RaftServer server;
    private final ClientId client = ClientId.randomId();
    private final AtomicLong call = new AtomicLong();

    LocalLeader(RatisGroup group, RaftServer server) {
        this.group = group;
        this.server = server;
    }

    boolean isLeading() {
        try {
            return server.getDivision(group.id()).getInfo().isLeader();
        } catch (IOException e) {
            return false;
        }
    }

    RaftClientReply send(Message entry, long deadline) throws IOException {
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(group.selfId())
                .setGroupId(group.id())
                .setCallId(call.incrementAndGet())
                .setMessage(entry)
                .setType(RaftClientRequest.writeRequestType())
                .build();
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        try {
            return server.submitClientRequestAsync(request)
                    .get(Math.max(1, Math.min(left, ATTEMPT_MILLIS)), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException("write on node " + group.self().id(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no majority answered node " + group.self().id(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while writing");
        }
    }
}

package io.aidc.storage.ratis;

import io.aidc.storage.internal.replica.Threads;
import io.aidc.storage.metadata.Batch;
import io.aidc.storage.metadata.Command;
import io.aidc.storage.metadata.CommandArchive;
import io.aidc.storage.metadata.DamagedLogException;
import io.aidc.storage.metadata.Entry;
import io.aidc.storage.metadata.GroupCommit;
import io.aidc.storage.metadata.Membership;
import io.aidc.storage.metadata.MetadataLog;
import io.aidc.storage.metadata.MetadataState;
import io.aidc.storage.metadata.NoMajorityException;
import io.aidc.storage.metadata.Outcome;
import io.aidc.storage.metadata.Range;
import io.aidc.storage.metadata.Standing;
import io.aidc.storage.metadata.Watch;
import io.aidc.storage.metadata.WatchEvent;
import io.aidc.storage.metadata.Watches;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.io.CorruptedFileException;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.ChecksumException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.RaftRetryFailureException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.apache.ratis.util.ExitUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of a cluster: an Apache Ratis group over gRPC, one entry for many commands.
 *
 * <p>A read waits until this node has applied a barrier that a majority agreed on after the read began; there is no lease, and
 * no clock is trusted. Each attempt of a
 * write is sent with the same request ids, so repeating it after a lost answer changes nothing. The log of Ratis is flushed
 * before it is acknowledged, but Ratis does not flush directories: the caller sets the dirsync attribute on the directory.
 *
 * <p>Thread-safe: one thread named {@code aidc-storage-commit} writes; reads block their caller.
 */
public final class RatisMetadataLog implements MetadataLog {
    private static final Logger LOG = LoggerFactory.getLogger(RatisMetadataLog.class);
    private static final long PAUSE_MILLIS = 50;
    private static final String RATIS = "org.apache.ratis.";
    private static final String LOG_READER = RATIS + "server.raftlog.segmented.";

    /** The reader, and the checks that it calls. */
    private static final int FRAMES = 4;

    private final RatisGroup group;
    private final RatisStateMachine machine;
    private final RaftServer server;
    private final ThreadGroup threads;
    private final RaftClient client;
    private final LocalLeader localLeader;
    private final RatisMembership membership;
    private final ExecutorService puller;
    private final GroupCommit commits;
    private final Watches watches;
    /** When the latest read that a majority confirmed began, by this node's monotonic clock; null before the first. */
    private final AtomicReference<@Nullable Long> confirmed = new AtomicReference<>();

    private volatile boolean closed;

    private RatisMetadataLog(
            RatisGroup group,
            RatisStateMachine machine,
            RaftServer server,
            RaftClient client,
            ThreadGroup threads,
            ExecutorService puller) {
        this.group = group;
        this.machine = machine;
        this.server = server;
        this.client = client;
        this.threads = threads;
        this.puller = puller;
        localLeader = new LocalLeader(group, server);
        membership = new RatisMembership(group, server, client, machine.state());
        commits = new GroupCommit("aidc-storage-commit", group.timeout(), this::write);
        watches = new Watches(machine.state());
    }

    /**
     * Starts this node's part of the group. Returns as soon as its port is open, with or without a leader.
     *
     * @param group this node, the others, the directory
     * @param events is told of changes
     * @return the log
     * @throws DamagedLogException if the directory's log or snapshot is damaged
     * @throws IOException if the port is taken, or the directory's log cannot be read or is another group's
     */
    public static RatisMetadataLog open(RatisGroup group, RatisEvents events) throws IOException {
        return open(group, events, RatisSettings.of(group));
    }

    static RatisMetadataLog open(RatisGroup group, RatisEvents events, RaftProperties properties) throws IOException {
        Embedding.prepare();
        VoteFile.check(current(group));
        LogTail.check(current(group));
        Parameters parameters = parameters(group);
        RaftClient client = client(group, properties, parameters);
        ExecutorService puller = Threads.pool("snapshot", 1);
        var machine = new RatisStateMachine(group, events, client, puller);
        ThreadGroup threads = Embedding.threads(group.self().id());
        RaftServer server = RaftServer.newBuilder()
                .setThreadGroup(threads)
                .setServerId(group.selfId())
                .setGroup(group.start())
                .setStateMachine(machine)
                .setProperties(properties)
                .setParameters(parameters)
                .setOption(isFormatted(group) ? StartupOption.RECOVER : StartupOption.FORMAT)
                .build();
        try {
            server.start();
            var log = new RatisMetadataLog(group, machine, server, client, threads, puller);
            events.membersChanged(log.membership().members());
            return log;
        } catch (ExitUtils.ExitException e) {
            closeAfterFailure(server, client);
            throw new IOException("Raft could not start: " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            closeAfterFailure(server, client);
            throw startFailure(group, e);
        }
    }

    private static Parameters parameters(RatisGroup group) {
        var parameters = new Parameters();
        NodeTls tls = group.tls();
        if (tls != null) {
            GrpcConfigKeys.TLS.setConf(parameters, tls.grpc());
        }
        return parameters;
    }

    private static void closeAfterFailure(RaftServer server, RaftClient client) throws IOException {
        server.close();
        client.close();
    }

    /** Ratis reads its log on threads of its own, so that what it finds arrives wrapped several times. */
    private static IOException startFailure(RatisGroup group, Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DamagedLogException
                    || cause instanceof ChecksumException
                    || cause instanceof CorruptedFileException
                    || isFromTheLogReader(cause)) {
                endThreads(group);
                return new DamagedLogException(group.directory(), cause.toString(), failure);
            }
        }
        return failure instanceof IOException io ? io : new IOException("Raft could not start: " + failure, failure);
    }

    /** For some damage Ratis has no exception of its own. What the file system throws is not damage. */
    private static boolean isFromTheLogReader(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return trace.length > 0
                && trace[0].getClassName().startsWith(RATIS)
                && Arrays.stream(trace)
                        .limit(FRAMES)
                        .anyMatch(frame -> frame.getClassName().startsWith(LOG_READER));
    }

    /** Ratis closes all of a server but a thread of the log it could not read. */
    private static void endThreads(RatisGroup group) {
        String prefix = group.self().id() + "@" + group.id() + "-";
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .forEach(Thread::interrupt);
    }

    private static RaftClient client(RatisGroup group, RaftProperties properties, Parameters parameters) {
        return RaftClient.newBuilder()
                .setProperties(properties)
                .setParameters(parameters)
                .setRaftGroup(group.known())
                .setLeaderId(group.selfId())
                .setRetryPolicy(RetryPolicies.noRetry())
                .build();
    }

    private static Path current(RatisGroup group) {
        return group.directory().resolve(group.uuid().toString()).resolve("current");
    }

    private static boolean isFormatted(RatisGroup group) throws IOException {
        Path current = current(group);
        if (!Files.isDirectory(current)) {
            return false;
        }
        try (Stream<Path> files = Files.list(current)) {
            return files.findAny().isPresent();
        }
    }

    @Override
    public CompletableFuture<Outcome> submit(Command command) {
        return commits.submit(command);
    }

    @Override
    public List<Entry> read(List<String> keys, Duration maxAge) throws IOException {
        catchUp(maxAge);
        return machine.state().get(keys);
    }

    @Override
    public List<Entry> scan(Range range, Duration maxAge) throws IOException {
        catchUp(maxAge);
        return machine.state().scan(range);
    }

    @Override
    public Watch watch(String prefix, long after, Consumer<WatchEvent> listener) {
        return watches.add(prefix, after, listener);
    }

    @Override
    public MetadataState state() {
        return machine.state();
    }

    /**
     * Returns who takes part.
     *
     * @return for this log, until it is closed
     */
    public Membership membership() {
        return membership;
    }

    @Override
    public @Nullable CommandArchive archive() {
        return group.archive();
    }

    @Override
    public long revisionSeen() {
        return machine.state().revision();
    }

    @Override
    public Standing standing() {
        try {
            RaftServer.Division division = server.getDivision(group.id());
            DivisionInfo info = division.getInfo();
            RaftPeerId leader = info.getLeaderId();
            return new Standing(
                    role(info),
                    leader == null ? null : leader.toString(),
                    info.getCurrentTerm(),
                    division.getRaftLog().getLastCommittedIndex());
        } catch (IOException e) {
            return new Standing(Standing.Role.NONE, null, 0, -1);
        }
    }

    private static Standing.Role role(DivisionInfo info) {
        if (!info.isAlive()) {
            return Standing.Role.NONE;
        }
        return switch (info.getCurrentRole()) {
            case LEADER -> Standing.Role.LEADER;
            case FOLLOWER, LISTENER -> Standing.Role.FOLLOWER;
            case CANDIDATE -> Standing.Role.CANDIDATE;
            default -> Standing.Role.NONE;
        };
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        close("client", client);
        commits.close();
        watches.close();
        close("server", server);
        Threads.finish(puller);
        closeArchive();
        threads.interrupt(); // a message that arrives during close() can leave a follower's timer running
    }

    private void close(String part, java.io.Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException | RuntimeException e) {
            LOG.warn("Closing Raft failed node={} part={}", group.self().id(), part, e);
        }
    }

    private void closeArchive() {
        if (group.archive() != null) {
            close("archive", group.archive()::cut);
        }
    }

    private List<Outcome> write(List<Command> batch, long deadline) throws IOException {
        Message entry = new SentBatch(group.self().id(), Batch.encode(batch)).encode();
        try {
            RaftClientReply reply = untilAnswered(() -> send(entry, deadline), deadline);
            return Batch.decodeOutcomes(reply.getMessage().getContent().toByteArray());
        } catch (NoMajorityException e) {
            LOG.debug("No answer to a write commands={}", batch.size(), e);
            return Collections.nCopies(batch.size(), new Outcome.Unanswered());
        }
    }

    /** The way through this node's own port costs a third of a write's time, and is spared where this node leads. */
    private RaftClientReply send(Message entry, long deadline) throws IOException {
        return localLeader.isLeading()
                ? localLeader.send(entry, deadline)
                : client.io().send(entry);
    }

    /**
     * Waits until this node has applied everything that was agreed before the call, unless that was so lately enough.
     *
     * <p>A barrier in the log, not Ratis' own linearizable read: version 3.3.0 asks a majority once per commit index and answers
     * later reads at the same index alone, so that a leader cut off since then, or paused, returns old values; and a group of
     * one answers before it has replayed its log. Reads that arrive together share one barrier's log entry.
     */
    private void catchUp(Duration maxAge) throws IOException {
        if (closed) {
            throw new IllegalStateException("the metadata log is closed");
        }
        long start = System.nanoTime();
        Long last = confirmed.get();
        if (!maxAge.isZero() && last != null && start - last <= maxAge.toNanos()) {
            return;
        }
        long deadline = start + group.timeout().toNanos();
        try {
            Outcome outcome = commits.submit(new Command.Barrier()).get();
            boolean current = outcome instanceof Outcome.Applied applied
                    && machine.state().awaitRevision(applied.revision(), deadline);
            if (!current) {
                throw noMajority("read", null);
            }
            confirmed.accumulateAndGet(start, (known, mine) -> known == null || mine - known > 0 ? mine : known);
        } catch (ExecutionException e) {
            throw new IOException("read of node %s: %s".formatted(group.self().id(), e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading");
        }
    }

    private interface Attempt {
        RaftClientReply send() throws IOException;
    }

    /** What the leader refused is not sent again, unless an earlier attempt may have reached it. */
    private RaftClientReply untilAnswered(Attempt attempt, long deadline) throws IOException {
        IOException last = null;
        boolean uncertain = false;
        do {
            try {
                RaftClientReply reply = attempt.send();
                if (reply.isSuccess()) {
                    return reply;
                }
                last = reply.getException();
            } catch (IOException e) {
                last = e;
            }
            if (last instanceof StateMachineException refused && !uncertain) {
                throw new IOException(refused.getMessage(), refused);
            }
            uncertain |= !isFromNoLeader(last);
        } while (!closed && pause() && System.nanoTime() - deadline < 0);
        throw noMajority("write", last);
    }

    /** The client keeps it to itself when a server answers that it does not lead, and fails without a cause. */
    private static boolean isFromNoLeader(@Nullable IOException failure) {
        return failure instanceof NotLeaderException
                || failure instanceof ServerNotReadyException
                || (failure instanceof RaftRetryFailureException && failure.getCause() == null);
    }

    private NoMajorityException noMajority(String what, @Nullable IOException last) {
        return new NoMajorityException(
                "no majority of %d nodes answered a %s of node %s within %s"
                        .formatted(
                                membership.members().size(), what, group.self().id(), group.timeout()),
                last);
    }

    private static boolean pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

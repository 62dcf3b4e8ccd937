package io.aidc.training.federated.http;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.aidc.training.federated.Population;
import io.aidc.training.federated.RoundTask;
import io.aidc.training.federated.Update;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Lets clients in other processes take part in federated rounds over HTTP/1.1.
 *
 * {@snippet class="io.aidc.training.federated.http.HttpSnippetsTest" region="server"}
 *
 * <p>Clients call in and wait for work, so they need no port of their own. Who waits, or did within the last poll times, is
 * available to a round. A client is asked again until it answers or nobody waits for it; an answer counts once, and repeated
 * and late ones are acknowledged and dropped. What it sends is bounded by the size of the model. A server that is started again
 * finds its clients again, which keep trying.
 *
 * <p>A waiting client holds a connection and no thread. A client that sends or reads slowly is cut off after {@link
 * Builder#transferTimeout}; only before it has sent its headers can it hold a thread for longer, against which the JDK's
 * system property {@code sun.net.httpserver.maxReqTime} (seconds) or a proxy helps.
 *
 * <p>Thread-safe.
 */
public final class FederatedHttpServer implements Population, AutoCloseable {
    /** How long a request for work waits, unless {@link Builder#pollTime} is set. */
    public static final int DEFAULT_POLL_SECONDS = 20;

    /** How long one body may take, unless {@link Builder#transferTimeout} is set. */
    public static final int DEFAULT_TRANSFER_SECONDS = 60;

    private static final int THREADS = 32;
    private static final int CLOSE_SECONDS = 5;
    private static final int FAREWELL_SECONDS = 5;

    private final Desk desk;
    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor timer;

    private FederatedHttpServer(Builder options, BiPredicate<String, String> tokens) throws IOException {
        desk = new Desk(options.pollTime.multipliedBy(2), System::nanoTime);
        server = listening(options);
        threads = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named("aidc-training-http-"));
        threads.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1, named("aidc-training-http-timer-"));
        timer.setRemoveOnCancelPolicy(true);
        var requests = new Requests(desk, tokens, options.pollTime, options.transferTime, threads, timer);
        server.createContext(Requests.TASK_PATH, requests::task);
        server.createContext(Requests.ANSWER_PATH, requests::answer);
        server.setExecutor(threads);
        server.start();
    }

    private static HttpServer listening(Builder options) throws IOException {
        HttpServer server;
        if (options.tls == null) {
            server = HttpServer.create();
        } else {
            HttpsServer https = HttpsServer.create();
            https.setHttpsConfigurator(new HttpsConfigurator(options.tls));
            server = https;
        }
        boolean bound = false;
        try {
            server.bind(options.address, 0);
            bound = true;
            return server;
        } finally {
            if (!bound) {
                server.stop(0);
            }
        }
    }

    private static ThreadFactory named(String prefix) {
        var count = new AtomicInteger();
        return runnable -> {
            var thread = new Thread(runnable, prefix + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Starts the description of a server.
     *
     * @param address where it listens; port 0 for any that is free
     * @return a builder that lacks {@link Builder#tokens}
     */
    public static Builder listen(InetSocketAddress address) {
        return new Builder(Objects.requireNonNull(address, "address"));
    }

    /**
     * Gives the port.
     *
     * @return where the server listens
     */
    public int port() {
        return server.getAddress().getPort();
    }

    /**
     * Waits until so many clients have called in and are free.
     *
     * @param clients how many
     * @param time how long at most
     * @return whether they have
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException after {@link #close}
     */
    public boolean awaitClients(int clients, Duration time) throws InterruptedException {
        return desk.await(clients, time);
    }

    /**
     * Names the clients that wait for work, or did a moment ago.
     *
     * @return their names
     * @throws IllegalStateException after {@link #close}
     */
    @Override
    public List<String> available() {
        return desk.idle();
    }

    @Override
    public CompletableFuture<Update> train(String client, RoundTask task) {
        var assignment = new Assignment(new Frame.Task(task, false, 0, new byte[0]));
        return given(client, assignment, assignment.update());
    }

    @Override
    public CompletableFuture<byte[]> relay(String client, RoundTask task, int step, byte[] message) {
        var assignment = new Assignment(new Frame.Task(task, true, step, message.clone()));
        return given(client, assignment, assignment.message());
    }

    private <T> CompletableFuture<T> given(String client, Assignment assignment, CompletableFuture<T> answer) {
        var unused = answer.whenComplete((value, failure) -> desk.takeBack(client, assignment));
        desk.assign(client, assignment);
        return answer;
    }

    /**
     * Sends clients home: those that ask for work from now on are told that the run is over, and end. Without this, clients
     * take a closed server for one that will be started again. A {@link #close} that follows waits up to 5 s for those that
     * were there a moment ago to come by and hear it.
     */
    public void finish() {
        desk.finish();
    }

    /**
     * Closes the port, lets waiting clients go and ends the threads. A client that is still asked counts as failed. Calling it
     * again does nothing.
     */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            desk.awaitFarewell(Duration.ofSeconds(FAREWELL_SECONDS));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        desk.close();
        threads.shutdown(); // replies that are being written are finished
        try {
            threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        server.stop(0);
        threads.shutdownNow();
        timer.shutdownNow();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Collects the options of a server. Not thread-safe. */
    public static final class Builder {
        private final InetSocketAddress address;
        private @Nullable BiPredicate<String, String> tokens;
        private @Nullable SSLContext tls;
        private boolean trusted;
        private Duration pollTime = Duration.ofSeconds(DEFAULT_POLL_SECONDS);
        private Duration transferTime = Duration.ofSeconds(DEFAULT_TRANSFER_SECONDS);

        private Builder(InetSocketAddress address) {
            this.address = address;
        }

        /**
         * Sets who may take part. Required.
         *
         * @param verifier tells whether a token admits the client of a name; called for every request, several at a time. It
         *     should compare as {@link java.security.MessageDigest#isEqual} does, in a time that does not depend on the token
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder tokens(BiPredicate<String, String> verifier) {
            once("tokens", tokens);
            tokens = Objects.requireNonNull(verifier, "verifier");
            return this;
        }

        /**
         * Speaks TLS.
         *
         * @param context with the server's certificate
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder tls(SSLContext context) {
            once("tls", tls);
            tls = Objects.requireNonNull(context, "context");
            return this;
        }

        /**
         * States that everybody on the network may read updates, tokens and parameters, so that another address than the
         * loopback one may be used without TLS.
         *
         * @return this
         */
        public Builder trustedNetwork() {
            trusted = true;
            return this;
        }

        /**
         * Sets how long a request for work waits before the client has to ask again; {@value #DEFAULT_POLL_SECONDS} s if not
         * set. A client that has vanished counts as available for up to twice that time.
         *
         * @param time from 100 ms to 2 minutes
         * @return this
         * @throws IllegalArgumentException if it is outside that range
         */
        public Builder pollTime(Duration time) {
            pollTime = within("pollTime", time, Duration.ofMinutes(2));
            return this;
        }

        /**
         * Sets how long sending or receiving one body may take; {@value #DEFAULT_TRANSFER_SECONDS} s if not set.
         *
         * @param time from 100 ms to 1 hour
         * @return this
         * @throws IllegalArgumentException if it is outside that range
         */
        public Builder transferTimeout(Duration time) {
            transferTime = within("transferTimeout", time, Duration.ofHours(1));
            return this;
        }

        /**
         * Opens the port.
         *
         * @return the running server, to be closed by the caller
         * @throws IllegalStateException if tokens are missing, or the address is not a loopback one and neither {@link #tls}
         *     nor {@link #trustedNetwork} was called
         * @throws UncheckedIOException if the port cannot be opened
         */
        public FederatedHttpServer open() {
            if (tokens == null) {
                throw new IllegalStateException("tokens(...) is missing");
            }
            if (address.isUnresolved()) {
                throw new IllegalStateException("the address cannot be resolved: " + address);
            }
            if (tls == null && !trusted && !address.getAddress().isLoopbackAddress()) {
                throw new IllegalStateException(
                        ("%s is reachable from other machines, which could read updates and tokens:"
                                        + " give tls(...), or state trustedNetwork()")
                                .formatted(address));
            }
            try {
                return new FederatedHttpServer(this, tokens);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot listen on " + address, e);
            }
        }

        private static void once(String option, @Nullable Object value) {
            if (value != null) {
                throw new IllegalStateException(option + " is already set");
            }
        }

        private static Duration within(String name, Duration time, Duration most) {
            if (time.compareTo(Duration.ofMillis(100)) < 0 || time.compareTo(most) > 0) {
                throw new IllegalArgumentException("%s must be from PT0.1S to %s, got %s".formatted(name, most, time));
            }
            return time;
        }
    }
}

package io.aidc.training.federated.http;

import io.aidc.training.federated.FederatedClient;
import io.aidc.training.federated.MaskedClient;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Takes part in the rounds of a {@link FederatedHttpServer} from the process in which a client's data is.
 *
 * {@snippet class="io.aidc.training.federated.http.HttpSnippetsTest" region="client"}
 *
 * <p>Serving means asking for work, training, and sending the answer, again and again until the server says that the run is
 * over. While the server is not reachable, the client keeps trying for {@link #patience}; an answer is sent again until the
 * server has acknowledged it, which takes repeated ones for one.
 *
 * <p>Each option may be set once. Confined: one thread at a time.
 */
public final class FederatedHttpClient {
    /** How long an unreachable server is waited for, unless {@link #patience} is set. */
    public static final int DEFAULT_PATIENCE_MINUTES = 10;

    /** The most parameters a task may have, unless {@link #largestModel} is set. */
    public static final int DEFAULT_LARGEST_MODEL = 1 << 27;

    private final URI server;
    private @Nullable String name;
    private @Nullable String token;
    private @Nullable SSLContext tls;
    private @Nullable Duration patience;
    private @Nullable UpdateEncoding encoding;
    private @Nullable Integer largest;
    private boolean trusted;

    /**
     * Says how a client's service ended.
     *
     * @param tasks how many answers the server took
     * @param late how many answers nobody waited for any more
     * @param failed how many times training failed, or the server could not use the answer
     * @param finished whether the server said that the run is over; otherwise the thread was interrupted
     */
    public record Served(int tasks, int late, int failed, boolean finished) {}

    private FederatedHttpClient(URI server) {
        this.server = server;
    }

    /**
     * Starts the description of a client.
     *
     * @param server where the server is, such as {@code https://host:port}
     * @return a client that lacks name and token
     * @throws IllegalArgumentException if the scheme is neither http nor https or there is no host
     */
    public static FederatedHttpClient connect(URI server) {
        String scheme = String.valueOf(server.getScheme()).toLowerCase(Locale.ROOT);
        if (!Set.of("http", "https").contains(scheme) || server.getHost() == null) {
            throw new IllegalArgumentException("the server must be http:// or https:// and have a host, got " + server);
        }
        return new FederatedHttpClient(server);
    }

    /**
     * Sets the client's name. Required.
     *
     * @param value 1 to 64 of the letters A-Z and a-z, digits, and {@code . _ -}
     * @return this
     * @throws IllegalArgumentException if it is something else
     * @throws IllegalStateException if it was set before
     */
    public FederatedHttpClient name(String value) {
        once("name", name);
        if (!Requests.NAME.matcher(value).matches()) {
            throw new IllegalArgumentException("name must match %s, got %s".formatted(Requests.NAME, value));
        }
        name = value;
        return this;
    }

    /**
     * Sets what the client identifies itself with. Required.
     *
     * @param secret visible ASCII characters
     * @return this
     * @throws IllegalArgumentException if it is empty or has other characters
     * @throws IllegalStateException if it was set before
     */
    public FederatedHttpClient token(String secret) {
        once("token", token);
        if (secret.isEmpty() || !secret.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("token must have visible ASCII characters only");
        }
        token = secret;
        return this;
    }

    /**
     * Sets whom an https connection trusts; the JDK's default if not set.
     *
     * @param context trusts the server's certificate
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public FederatedHttpClient tls(SSLContext context) {
        once("tls", tls);
        tls = Objects.requireNonNull(context, "context");
        return this;
    }

    /**
     * States that everybody on the network may read updates, tokens and parameters, so that a server elsewhere may be reached
     * without TLS.
     *
     * @return this
     */
    public FederatedHttpClient trustedNetwork() {
        trusted = true;
        return this;
    }

    /**
     * Sets how updates travel; {@link UpdateEncoding#FLOAT32} if not set. Masked messages travel as they are.
     *
     * @param value exact, or in half the bytes
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public FederatedHttpClient encoding(UpdateEncoding value) {
        once("encoding", encoding);
        encoding = Objects.requireNonNull(value, "encoding");
        return this;
    }

    /**
     * Sets how long a server that is not reachable is waited for; {@value #DEFAULT_PATIENCE_MINUTES} min if not set.
     *
     * @param time ≥ 0
     * @return this
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if it was set before
     */
    public FederatedHttpClient patience(Duration time) {
        once("patience", patience);
        if (time.isNegative()) {
            throw new IllegalArgumentException("patience must be >= 0, got " + time);
        }
        patience = time;
        return this;
    }

    /**
     * Sets the most parameters a task may have; {@value #DEFAULT_LARGEST_MODEL} if not set. A longer task is not read.
     *
     * @param parameters how many, &gt; 0
     * @return this
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if it was set before
     */
    public FederatedHttpClient largestModel(int parameters) {
        once("largestModel", largest);
        if (parameters <= 0) {
            throw new IllegalArgumentException("largestModel must be > 0, got " + parameters);
        }
        largest = parameters;
        return this;
    }

    /**
     * Serves until the run is over; an interrupt ends it too. Trains on the calling thread.
     *
     * @param client trains; if it throws, the server is told the kind of the exception, not its message
     * @return what was done
     * @throws IllegalStateException if name or token is missing, or the server is elsewhere and neither https nor {@link
     *     #trustedNetwork} was chosen
     * @throws FederatedHttpException if the server refuses the client or stays away
     */
    public Served serve(FederatedClient client) {
        Objects.requireNonNull(client, "client");
        UpdateEncoding chosen = encoding == null ? UpdateEncoding.FLOAT32 : encoding;
        return service(task -> {
            if (task.masked()) {
                throw new IllegalStateException("this client does not mask its updates");
            }
            return Frame.update(client.train(task.task()), chosen);
        });
    }

    /**
     * Serves a run with secure aggregation, until it is over; an interrupt ends it too. Trains on the calling thread. A server
     * that asks for an update that is not masked does not get it.
     *
     * @param client trains and masks; left and reusable at the end
     * @return what was done
     * @throws IllegalStateException if name or token is missing, or the server is elsewhere and neither https nor {@link
     *     #trustedNetwork} was chosen
     * @throws FederatedHttpException if the server refuses the client or stays away
     */
    public Served serve(MaskedClient client) {
        try (MaskedClient ended = client) {
            return service(task -> {
                if (!task.masked()) {
                    throw new IllegalStateException("this client sends masked updates only");
                }
                return Frame.message(ended.answer(task.task(), task.step(), task.message()));
            });
        }
    }

    private Served service(Service.Work work) {
        if (name == null || token == null) {
            throw new IllegalStateException((name == null ? "name(...)" : "token(...)") + " is missing");
        }
        boolean plain = server.getScheme().equalsIgnoreCase("http");
        if (plain && !trusted && !loopback()) {
            throw new IllegalStateException(
                    ("%s would be reached without TLS, and anybody between could read updates and"
                                    + " the token: use https, or state trustedNetwork()")
                            .formatted(server));
        }
        Duration time = patience == null ? Duration.ofMinutes(DEFAULT_PATIENCE_MINUTES) : patience;
        int parameters = largest == null ? DEFAULT_LARGEST_MODEL : largest;
        try (var service = new Service(new Service.Peer(server, name, token, tls), time, parameters)) {
            return service.run(work);
        }
    }

    private boolean loopback() {
        try {
            return InetAddress.getByName(server.getHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static void once(String option, @Nullable Object value) {
        if (value != null) {
            throw new IllegalStateException(option + " is already set");
        }
    }
}

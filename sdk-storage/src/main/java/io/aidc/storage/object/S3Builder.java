package io.aidc.storage.object;

import io.aidc.storage.chunk.RelativeName;
import io.aidc.storage.object.Retries.Sleeper;
import io.aidc.storage.object.S3Objects.Puts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Describes a bucket. Required: {@code endpoint}, {@code region}, {@code bucket} and {@code credentials}.
 *
 * <p>Each option may be set once. Confined: one thread at a time; the store it opens is thread-safe.
 */
public final class S3Builder {
    /** How long nothing may move in a request unless {@link #idleTimeout} says otherwise. */
    public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(30);

    /** How often a request is tried unless {@link #attempts} says otherwise. */
    public static final int DEFAULT_ATTEMPTS = 6;

    private static final int MAX_ATTEMPTS = 20;
    private static final Duration MAX_RETENTION = Duration.ofDays(36_500);
    private static final Duration MAX_IDLE = Duration.ofHours(1);
    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,63}");
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");

    private final Set<String> set = new HashSet<>();
    private @Nullable URI endpoint;
    private @Nullable String region;
    private @Nullable String bucket;
    private @Nullable Supplier<S3Credentials> credentials;
    private String prefix = "";
    private boolean virtualHost;
    private boolean trustedNetwork;
    private boolean conditionalPuts = true;
    private Duration retention = Duration.ZERO;
    private Duration idle = DEFAULT_IDLE_TIMEOUT;
    private int attempts = DEFAULT_ATTEMPTS;
    private Clock clock = Clock.systemUTC();
    private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();
    private @Nullable Sleeper sleeper;

    S3Builder() {}

    /**
     * Says where the server is.
     *
     * @param endpoint such as {@code https://s3.eu-central-1.amazonaws.com}: https, or http within {@link
     *     #trustedNetwork}; nothing after the port
     * @return this
     * @throws IllegalArgumentException if it has another form
     * @throws IllegalStateException if set before
     */
    public S3Builder endpoint(URI endpoint) {
        once("endpoint");
        Objects.requireNonNull(endpoint, "endpoint");
        boolean web = "https".equalsIgnoreCase(endpoint.getScheme()) || "http".equalsIgnoreCase(endpoint.getScheme());
        boolean bare = endpoint.getRawUserInfo() == null
                && endpoint.getRawQuery() == null
                && endpoint.getRawFragment() == null
                && ("".equals(endpoint.getRawPath()) || "/".equals(endpoint.getRawPath()));
        if (!web || !bare || endpoint.getHost() == null) {
            throw new IllegalArgumentException("endpoint must be https://host or https://host:port, got "
                    + endpoint.getScheme() + "://" + endpoint.getHost() + " (the rest is not shown)");
        }
        this.endpoint = endpoint;
        return this;
    }

    /**
     * Names the region, which is part of the signature.
     *
     * @param region such as {@code eu-central-1}; servers without regions mostly want {@code us-east-1}
     * @return this
     * @throws IllegalArgumentException if it has another form
     * @throws IllegalStateException if set before
     */
    public S3Builder region(String region) {
        once("region");
        this.region = matching("region", region, REGION);
        return this;
    }

    /**
     * Names the bucket, which must exist.
     *
     * @param bucket 1 to 255 letters, digits, dots, dashes and underscores
     * @return this
     * @throws IllegalArgumentException if it has another form
     * @throws IllegalStateException if set before
     */
    public S3Builder bucket(String bucket) {
        once("bucket");
        this.bucket = matching("bucket", bucket, BUCKET);
        return this;
    }

    /**
     * Puts all objects below a prefix, so that several stores can share a bucket. Default: none.
     *
     * @param prefix a relative name without a slash at its end, at most 511 bytes
     * @return this
     * @throws IllegalArgumentException if it has another form
     * @throws IllegalStateException if set before
     */
    public S3Builder prefix(String prefix) {
        once("prefix");
        RelativeName.check("prefix", Objects.requireNonNull(prefix, "prefix"));
        // S3 allows 1,024 bytes for prefix, slash and key
        if (prefix.getBytes(StandardCharsets.UTF_8).length == RelativeName.MAX_BYTES) {
            throw new IllegalArgumentException("prefix must have at most 511 bytes of UTF-8, got 512");
        }
        this.prefix = prefix + "/";
        return this;
    }

    /**
     * Says with what requests are signed.
     *
     * @param credentials asked for each try, on the calling thread, so that temporary keys can be renewed; should be
     *     quick
     * @return this
     * @throws IllegalStateException if set before
     */
    public S3Builder credentials(Supplier<S3Credentials> credentials) {
        once("credentials");
        this.credentials = Objects.requireNonNull(credentials, "credentials");
        return this;
    }

    /**
     * Names the bucket in the host ({@code bucket.host}) instead of the path ({@code host/bucket}, the default, which
     * Amazon's directory buckets and some servers do not have). With https a bucket's name should have no dot, because
     * certificates do not cover it.
     *
     * @return this
     * @throws IllegalStateException if called before
     */
    public S3Builder virtualHost() {
        once("virtualHost");
        virtualHost = true;
        return this;
    }

    /**
     * Allows plain http to a host that is not this machine: whoever is on the way can read and change objects, and
     * session tokens are sent in the clear.
     *
     * @return this
     * @throws IllegalStateException if called before
     */
    public S3Builder trustedNetwork() {
        once("trustedNetwork");
        trustedNetwork = true;
        return this;
    }

    /**
     * Looks whether a key is free and then puts, for servers without conditional puts. Of two writers of one key at
     * once both may be told that they won, and the later one's content stays. Opening then writes no probe, so a key
     * that can only read is enough to read.
     *
     * @return this
     * @throws IllegalStateException if called before
     */
    public S3Builder tolerateRacingPuts() {
        once("tolerateRacingPuts");
        conditionalPuts = false;
        return this;
    }

    /**
     * Locks each object that is put against deletion and change, in governance mode: only who has the right to bypass
     * it can delete earlier. The bucket must have been made with object lock. Default: no lock, or what the bucket
     * says.
     *
     * @param retention from the put on, by this machine's clock; 1 day to 36,500 days
     * @return this
     * @throws IllegalArgumentException if out of range
     * @throws IllegalStateException if set before
     */
    public S3Builder retainFor(Duration retention) {
        once("retainFor");
        this.retention = within("retainFor", retention, Duration.ofDays(1), MAX_RETENTION);
        return this;
    }

    /**
     * Bounds how long nothing may move in a request, sending and receiving alike, before that try is given up.
     *
     * @param idle 10 ms to 1 hour; default: {@link #DEFAULT_IDLE_TIMEOUT}. Connecting takes at most 10 s of it
     * @return this
     * @throws IllegalArgumentException if out of range
     * @throws IllegalStateException if set before
     */
    public S3Builder idleTimeout(Duration idle) {
        once("idleTimeout");
        this.idle = within("idleTimeout", idle, Duration.ofMillis(10), MAX_IDLE);
        return this;
    }

    /**
     * Bounds how often a request is tried.
     *
     * @param attempts 1 to 20; default: {@link #DEFAULT_ATTEMPTS}
     * @return this
     * @throws IllegalArgumentException if out of range
     * @throws IllegalStateException if set before
     */
    public S3Builder attempts(int attempts) {
        once("attempts");
        if (attempts < 1 || attempts > MAX_ATTEMPTS) {
            throw new IllegalArgumentException("attempts must be 1 to %d, got %d".formatted(MAX_ATTEMPTS, attempts));
        }
        this.attempts = attempts;
        return this;
    }

    S3Builder clock(Clock source) {
        clock = source;
        return this;
    }

    S3Builder waiting(DoubleSupplier jitter, @Nullable Sleeper waiter) {
        random = jitter;
        sleeper = waiter;
        return this;
    }

    /**
     * Opens the bucket: lists it, and checks by two puts of {@code .aidc/probe} (one, once the object is there) that
     * the server honours conditional puts.
     *
     * @return the store
     * @throws IllegalStateException if something required is missing; if the endpoint is http to another machine
     *     without {@link #trustedNetwork}; or if the bucket's name cannot be part of a host and {@link #virtualHost}
     *     was called
     * @throws S3Exception if the server refuses: no such bucket, no right, a clock that is off
     * @throws IOException if it cannot be reached, or ignores the condition of puts
     */
    public S3Objects open() throws IOException {
        URI server = required("endpoint", endpoint);
        String zone = required("region", region);
        String name = required("bucket", bucket);
        Supplier<S3Credentials> keys = required("credentials", credentials);
        if (S3Address.scheme(server).equals("http") && !trustedNetwork && !S3Address.isLoopback(server)) {
            throw new IllegalStateException("endpoint must be https, or trustedNetwork() be called, got " + server);
        }
        S3Address address =
                virtualHost ? S3Address.virtualHost(server, name, prefix) : S3Address.pathStyle(server, name, prefix);
        var closing = new CompletableFuture<Void>();
        var client = new S3Client(address, zone, keys, clock, idle, closing);
        Sleeper waiter = sleeper == null ? wait -> sleep(wait, closing) : sleeper;
        var objects = new S3Objects(
                address, client, new Retries(attempts, random, waiter), new Puts(conditionalPuts, retention, clock));
        boolean usable = false;
        try {
            objects.probe();
            usable = true;
            return objects;
        } finally {
            if (!usable) {
                objects.close();
            }
        }
    }

    private static void sleep(Duration wait, CompletableFuture<Void> closing) throws IOException {
        try {
            closing.get(wait.toNanos(), TimeUnit.NANOSECONDS);
            throw new IOException("the store is being closed");
        } catch (TimeoutException e) {
            // waited long enough
        } catch (ExecutionException e) {
            throw new IllegalStateException("closing never fails", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to try again");
        }
    }

    private void once(String option) {
        if (!set.add(option)) {
            throw new IllegalStateException(option + " was set before");
        }
    }

    private static <T> T required(String option, @Nullable T value) {
        if (value == null) {
            throw new IllegalStateException(option + " is required");
        }
        return value;
    }

    private static String matching(String option, String value, Pattern allowed) {
        if (!allowed.matcher(Objects.requireNonNull(value, option)).matches()) {
            throw new IllegalArgumentException("%s must match %s, got '%s'".formatted(option, allowed, value));
        }
        return value;
    }

    private static Duration within(String option, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException("%s must be %s to %s, got %s".formatted(option, least, most, value));
        }
        return value;
    }
}

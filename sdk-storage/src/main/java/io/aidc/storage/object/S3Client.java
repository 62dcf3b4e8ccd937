package io.aidc.storage.object;

import io.aidc.storage.object.SigV4.Pair;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Signs and sends single requests, and makes exceptions of all answers but good ones. */
final class S3Client implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final int THREADS = 4;
    private static final long IDLE_SECONDS = 10;
    private static final int MAX_MESSAGE_CHARS = 300;

    private final S3Address address;
    private final String region;
    private final Supplier<S3Credentials> credentials;
    private final Clock clock;
    private final CompletableFuture<Void> closing;
    private final ExecutorService threads = threads();
    private final HttpClient http;
    private final Exchange exchange;

    S3Client(
            S3Address address,
            String region,
            Supplier<S3Credentials> credentials,
            Clock clock,
            Duration idle,
            CompletableFuture<Void> closing) {
        this.address = address;
        this.region = region;
        this.credentials = credentials;
        this.clock = clock;
        this.closing = closing;
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(idle.compareTo(CONNECT_TIMEOUT) < 0 ? idle : CONNECT_TIMEOUT)
                .executor(threads)
                .build();
        exchange = new Exchange(http, idle, closing);
    }

    /** Sends a request whose answer is not looked at further than its status and body. */
    byte[] send(S3Request request) throws IOException {
        return send(request, new Reception(request.limit()));
    }

    /** Sends a request; the reception also has the head of the answer. */
    byte[] send(S3Request request, Reception reception) throws IOException {
        byte[] body = request.body().array();
        HttpRequest.Builder signed =
                HttpRequest.newBuilder(address.uri(request.path(), SigV4.encodedQuery(request.query())));
        for (Pair header : signedHeaders(request, SigV4.sha256(body))) {
            if (!header.name().equals("Host")) { // the client sends it itself
                signed.header(header.name(), header.value());
            }
        }
        BodyPublisher publisher = Exchange.watched(body, reception);
        byte[] answer;
        try {
            answer = exchange.send(signed.method(request.method(), publisher).build(), reception);
        } catch (TransientException e) {
            throw new TransientException(describe(request) + ": " + e.getMessage(), e);
        }
        if (reception.status() >= 300) {
            throw failure(request, reception, answer);
        }
        return answer;
    }

    private List<Pair> signedHeaders(S3Request request, String payloadHash) {
        List<Pair> headers = new ArrayList<>();
        headers.add(new Pair("Host", address.authority()));
        headers.add(new Pair("X-Amz-Content-Sha256", payloadHash));
        headers.addAll(request.headers());
        return signer().signedHeaders(
                        new SigV4.Request(request.method(), request.path(), request.query(), headers, payloadHash));
    }

    /** Returns an address that anybody can get the object from for a time. */
    URI presigned(String path, Duration valid) {
        var request = new SigV4.Request(
                "GET", path, List.of(), List.of(new Pair("Host", address.authority())), "UNSIGNED-PAYLOAD");
        return address.uri(path, signer().signedQuery(request, valid));
    }

    void refuseWhenClosed() {
        if (closing.isDone()) {
            throw new IllegalStateException("the store of " + address + " is closed");
        }
    }

    private SigV4 signer() {
        refuseWhenClosed();
        S3Credentials current = Objects.requireNonNull(credentials.get(), "credentials");
        return new SigV4(current, clock.instant(), region, "s3");
    }

    private S3Exception failure(S3Request request, Reception reception, byte[] answer) {
        Map<String, String> error = S3Xml.error(answer);
        String code = printable(error.getOrDefault("Code", ""));
        String hint = "";
        if (code.equals("RequestTimeTooSkewed")) {
            hint = "; the clock of this machine says %s, the server's %s"
                    .formatted(clock.instant(), printable(reception.header("Date")));
        } else if (reception.status() < 400) {
            hint = "; redirects are not followed: name the bucket's endpoint and region (given: %s, told: %s)"
                    .formatted(region, printable(reception.header("x-amz-bucket-region")));
        }
        return new S3Exception(
                reception.status(),
                code,
                "%s: answered %d %s %s%s (request %s)"
                        .formatted(
                                describe(request),
                                reception.status(),
                                code,
                                printable(error.getOrDefault("Message", "")),
                                hint,
                                printable(reception.header("x-amz-request-id"))));
    }

    private String describe(S3Request request) {
        return "%s %s://%s%s".formatted(request.method(), address.scheme(), address.authority(), request.path());
    }

    private static String printable(String text) {
        return text.codePoints()
                .limit(MAX_MESSAGE_CHARS)
                .map(c -> Character.isISOControl(c) ? '\uFFFD' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static ExecutorService threads() {
        var number = new AtomicInteger();
        var pool = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    var thread = new Thread(task, "aidc-storage-s3-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /**
     * Breaks off what is running. From Java 21 on a client can be closed; before, its one thread ends when it is
     * garbage collected.
     */
    @Override
    public void close() {
        closing.complete(null);
        if (http instanceof AutoCloseable) {
            try {
                HttpClient.class.getMethod("shutdownNow").invoke(http);
            } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("closing the HTTP client", e);
            }
        }
        threads.shutdown();
    }
}

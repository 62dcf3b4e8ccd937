package io.aidc.training.federated.http;

import io.aidc.training.federated.http.FederatedHttpClient.Served;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for work, does it and answers, until the run is over. Confined: one thread. */
final class Service implements AutoCloseable {
    /** Where the server is and who asks. */
    record Peer(
            URI server, String name, String token, @Nullable SSLContext tls) {
        @Override
        public String toString() {
            return "Peer[server=%s, name=%s]".formatted(server, name);
        }
    }

    /** Turns a task into the bytes of its answer. */
    interface Work {
        byte[] answer(Frame.Task task);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    private static final Duration CONNECT_TIME = Duration.ofSeconds(10);
    /** Longer than the longest poll of a server. */
    private static final Duration WAIT_TIME = Duration.ofMinutes(3);
    /** Longer than a server lets any body take. */
    private static final Duration TRANSFER_TIME = Duration.ofMinutes(65);

    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final Peer peer;
    private final Duration patience;
    private final long longestTask;
    private final ExecutorService threads;
    private final HttpClient http;
    private int taken;
    private int late;
    private int failed;

    Service(Peer peer, Duration patience, int largestModel) {
        this.peer = peer;
        this.patience = patience;
        longestTask = Frame.longestTask(largestModel);
        threads = Executors.newCachedThreadPool(runnable -> {
            var thread = new Thread(runnable, "aidc-training-http-client");
            thread.setDaemon(true);
            return thread;
        });
        var builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIME)
                .executor(threads);
        if (peer.tls() != null) {
            builder.sslContext(peer.tls());
        }
        http = builder.build();
    }

    Served run(Work work) {
        try {
            while (!Thread.interrupted()) {
                HttpResponse<byte[]> response =
                        patiently(request(Requests.TASK_PATH).GET().build());
                if (response.statusCode() == 410) {
                    return new Served(taken, late, failed, true);
                } else if (response.statusCode() == 200) {
                    answer(response, work);
                } else if (response.statusCode() != 204) {
                    throw refused(response);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("serving was interrupted name={}", peer.name());
        }
        Thread.currentThread().interrupt();
        return new Served(taken, late, failed, false);
    }

    private void answer(HttpResponse<byte[]> response, Work work) throws InterruptedException {
        String id = response.headers().firstValue(Requests.TASK_HEADER).orElse("");
        if (!Requests.NAME.matcher(id).matches()) {
            throw new FederatedHttpException(200, "the server sent a task without a name", null);
        }
        String path = Requests.ANSWER_PATH + id;
        byte[] answer;
        try {
            answer = work.answer(Frame.readTask(response.body()));
        } catch (RuntimeException e) {
            LOG.debug("a task failed name={}", peer.name(), e);
            tellFailure(path, e);
            return;
        } catch (Error e) {
            tellFailure(path, e);
            throw e;
        }
        count(patiently(request(path)
                .POST(HttpRequest.BodyPublishers.ofByteArray(answer))
                .build()));
    }

    private void tellFailure(String path, Throwable e) throws InterruptedException {
        failed++;
        byte[] text = e.getClass().getSimpleName().getBytes(StandardCharsets.UTF_8);
        var request = request(path + Requests.FAILURE_SUFFIX)
                .POST(HttpRequest.BodyPublishers.ofByteArray(text))
                .build();
        HttpResponse<byte[]> response = patiently(request);
        if (response.statusCode() != 200 && response.statusCode() != 410) {
            throw refused(response);
        }
    }

    private void count(HttpResponse<byte[]> response) {
        switch (response.statusCode()) {
            case 200 -> taken++;
            case 410 -> late++;
            case 400, 413 -> {
                // the server asks again a few times, in case bytes were lost on the way
                failed++;
                LOG.debug("an answer was refused name={} reason={}", peer.name(), text(response));
            }
            default -> throw refused(response);
        }
    }

    private static FederatedHttpException refused(HttpResponse<byte[]> response) {
        return new FederatedHttpException(
                response.statusCode(),
                "The server answered %d: %s".formatted(response.statusCode(), text(response)),
                null);
    }

    private static String text(HttpResponse<byte[]> response) {
        byte[] body = response.body();
        String text = new String(body, 0, Math.min(body.length, 300), StandardCharsets.UTF_8);
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(peer.server().resolve(path))
                .timeout(path.equals(Requests.TASK_PATH) ? WAIT_TIME : TRANSFER_TIME)
                .header("Authorization", "Bearer " + peer.token())
                .header(Requests.CLIENT_HEADER, peer.name());
    }

    /** Sends a request again while the server is not there or has an error of its own, as long as patience lasts. */
    private HttpResponse<byte[]> patiently(HttpRequest request) throws InterruptedException {
        long since = System.nanoTime();
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            IOException lost;
            try {
                HttpResponse<byte[]> response = send(request);
                if (response.statusCode() < 500) {
                    return response;
                }
                lost = new IOException("the server answered " + response.statusCode());
            } catch (IOException e) {
                lost = e;
            }
            if (System.nanoTime() - since > TimeUnit.NANOSECONDS.convert(patience)) {
                throw new FederatedHttpException(
                        0, "The server at %s was not there for %s".formatted(peer.server(), patience), lost);
            }
            TimeUnit.MILLISECONDS.sleep(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> response = http.sendAsync(request, this::bounded);
        try {
            return response.get(TRANSFER_TIME.toMinutes(), TimeUnit.MINUTES);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FederatedHttpException refused) {
                throw refused;
            }
            throw e.getCause() instanceof IOException lost ? lost : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + TRANSFER_TIME, e);
        } finally {
            response.cancel(true);
        }
    }

    /** Reads a body only if its length is stated and bounded. */
    private HttpResponse.BodySubscriber<byte[]> bounded(HttpResponse.ResponseInfo info) {
        if (info.statusCode() == 204) {
            return BodySubscribers.replacing(new byte[0]);
        }
        long length = info.headers().firstValueAsLong("Content-Length").orElse(Long.MAX_VALUE);
        if (length > longestTask) {
            throw new FederatedHttpException(
                    info.statusCode(),
                    "A task may have %d bytes and must state its length, got %d".formatted(longestTask, length),
                    null);
        }
        return BodySubscribers.ofByteArray();
    }

    /** Ends the threads; before Java 21 that of the selector ends when the garbage collector finds it. */
    @Override
    public void close() {
        Object closing = http;
        if (closing instanceof AutoCloseable) {
            closeNow(closing);
        }
        threads.shutdownNow();
    }

    private static void closeNow(Object client) {
        try {
            // shutdownNow of Java 21: close would wait for a request that was interrupted
            HttpClient.class.getMethod("shutdownNow").invoke(client);
        } catch (ReflectiveOperationException e) {
            LOG.debug("the HTTP client could not be closed", e);
        }
    }
}

package io.aidc.training.federated.http;

import com.sun.net.httpserver.HttpExchange;
import io.aidc.training.federated.http.Desk.Receipt;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what clients ask over HTTP.
 *
 * <p>Every request names its client in {@code Aidc-Client} and carries {@code Authorization: Bearer <token>}. {@code GET
 * /v1/task} waits for an assignment: 200 with a task frame and its name in {@code Aidc-Task}, 204 if there is none yet, 410
 * once the run is over. {@code POST /v1/tasks/<name>} answers it: 200, also for a repeated answer; 410 if nobody waits for it
 * any more; 400 if it cannot be read; 413 if it is longer than any answer to this task; 411 without {@code Content-Length}.
 * {@code POST /v1/tasks/<name>/failure} with a short text says that there will be no answer. 401 without a valid token.
 *
 * <p>A request that waits holds a connection but no thread. An exchange that is not over in time is closed. Thread-safe.
 */
final class Requests {
    static final String CLIENT_HEADER = "Aidc-Client";
    static final String TASK_HEADER = "Aidc-Task";
    static final String TASK_PATH = "/v1/task";
    static final String ANSWER_PATH = "/v1/tasks/";
    static final String FAILURE_SUFFIX = "/failure";
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String BEARER = "Bearer ";
    private static final int LONGEST_TOKEN = 4096;
    private static final int LONGEST_FAILURE = 1024;
    private static final int NO_BODY = -1;
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    private final Desk desk;
    private final BiPredicate<String, String> tokens;
    private final Duration pollTime;
    private final Duration transferTime;
    private final Executor threads;
    private final ScheduledExecutorService timer;

    Requests(
            Desk desk,
            BiPredicate<String, String> tokens,
            Duration pollTime,
            Duration transferTime,
            Executor threads,
            ScheduledExecutorService timer) {
        this.desk = desk;
        this.tokens = tokens;
        this.pollTime = pollTime;
        this.transferTime = transferTime;
        this.threads = threads;
        this.timer = timer;
    }

    private record Reply(int status, String text) {}

    private interface Handler {
        Reply handle(String client, HttpExchange exchange) throws IOException;
    }

    /** Handles {@link #TASK_PATH}. */
    void task(HttpExchange exchange) throws IOException {
        var poll = new Poll(exchange);
        poll.limit = schedule(exchange::close, transferTime);
        String client = "";
        Reply refusal;
        try {
            refusal = refusal(exchange, "GET");
            if (refusal == null && !exchange.getRequestURI().getPath().equals(TASK_PATH)) {
                refusal = new Reply(404, "there is nothing here");
            }
            client = String.valueOf(exchange.getRequestHeaders().getFirst(CLIENT_HEADER));
        } catch (RuntimeException e) {
            refusal = failed(exchange, e);
        }
        if (refusal != null) {
            poll.send(refusal.status(), refusal.text().getBytes(StandardCharsets.UTF_8));
            return;
        }
        poll.limit.cancel(false);
        String name = client;
        poll.limit = schedule(() -> desk.giveUp(name, poll), pollTime);
        desk.ask(name, poll);
    }

    /** Handles everything below {@link #ANSWER_PATH}. */
    void answer(HttpExchange exchange) throws IOException {
        Future<?> limit = schedule(exchange::close, transferTime);
        try (exchange) {
            String path = exchange.getRequestURI().getPath().substring(ANSWER_PATH.length());
            Handler handler = path.endsWith(FAILURE_SUFFIX)
                    ? (client, any) -> failure(client, path.substring(0, path.length() - FAILURE_SUFFIX.length()), any)
                    : (client, any) -> answer(client, path, any);
            Reply reply = reply(exchange, handler);
            send(exchange, reply.status(), reply.text().getBytes(StandardCharsets.UTF_8));
        } finally {
            limit.cancel(false);
        }
    }

    private Reply reply(HttpExchange exchange, Handler handler) {
        try {
            Reply refusal = refusal(exchange, "POST");
            if (refusal != null) {
                return refusal;
            }
            Reply reply = handler.handle(exchange.getRequestHeaders().getFirst(CLIENT_HEADER), exchange);
            // a connection that is closed on unread bytes is reset, and the client would not see the reply
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            return reply;
        } catch (IOException | RuntimeException e) {
            return failed(exchange, e);
        }
    }

    private static Reply failed(HttpExchange exchange, Exception e) {
        LOG.debug("a request failed request={}", exchange.getRequestURI(), e);
        return new Reply(500, "the request failed");
    }

    private @Nullable Reply refusal(HttpExchange exchange, String method) {
        String client = exchange.getRequestHeaders().getFirst(CLIENT_HEADER);
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (client == null || !NAME.matcher(client).matches()) {
            return new Reply(400, CLIENT_HEADER + " must match " + NAME);
        }
        if (authorization == null
                || !authorization.startsWith(BEARER)
                || authorization.length() > LONGEST_TOKEN
                || !tokens.test(client, authorization.substring(BEARER.length()))) {
            return new Reply(401, "the token does not admit this client");
        }
        return exchange.getRequestMethod().equals(method) ? null : new Reply(405, "use " + method);
    }

    private Reply answer(String client, String id, HttpExchange exchange) throws IOException {
        Assignment assignment = desk.open(client, id);
        if (assignment == null) {
            return receipt(desk.past(client, id));
        }
        long longest = Frame.longestAnswer(
                assignment.task().task().length(), assignment.task().masked());
        long length = contentLength(exchange);
        if (length < 0) {
            return new Reply(411, "Content-Length is missing");
        } else if (length > longest) {
            return damaged(
                    client,
                    assignment,
                    413,
                    "the answer must have at most %d bytes, got %d".formatted(longest, length));
        }
        byte[] body = exchange.getRequestBody().readNBytes((int) length);
        Frame.Answer answer;
        try {
            answer = Frame.readAnswer(body);
        } catch (IllegalArgumentException e) {
            return damaged(client, assignment, 400, String.valueOf(e.getMessage()));
        }
        String wrong = assignment.wrong(answer);
        if (wrong != null) {
            return damaged(client, assignment, 400, wrong);
        }
        Receipt receipt = desk.answered(client, assignment);
        if (receipt == Receipt.TAKEN) {
            assignment.complete(answer);
        }
        return receipt(receipt);
    }

    /** Lets a client try again a few times: bytes may have been lost on the way. */
    private Reply damaged(String client, Assignment assignment, int status, String reason) {
        if (desk.damaged(assignment) && desk.answered(client, assignment) == Receipt.TAKEN) {
            assignment.malformed(reason);
        }
        return new Reply(status, reason);
    }

    private Reply failure(String client, String id, HttpExchange exchange) throws IOException {
        Assignment assignment = desk.open(client, id);
        if (assignment == null) {
            return receipt(desk.past(client, id));
        }
        String text = new String(exchange.getRequestBody().readNBytes(LONGEST_FAILURE), StandardCharsets.UTF_8);
        Receipt receipt = desk.answered(client, assignment);
        if (receipt == Receipt.TAKEN) {
            assignment.fail(new IllegalStateException(text.replaceAll("\\p{Cntrl}", " ")));
        }
        return receipt(receipt);
    }

    private static Reply receipt(Receipt receipt) {
        if (receipt == Receipt.OVER) {
            return new Reply(410, "nobody waits for this answer any more");
        }
        return new Reply(200, receipt == Receipt.TAKEN ? "taken" : "repeated");
    }

    private static long contentLength(HttpExchange exchange) {
        String text = exchange.getRequestHeaders().getFirst("Content-Length");
        try {
            return text == null ? -1 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private Future<?> schedule(Runnable call, Duration time) {
        return timer.schedule(call, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        if (body.length == 0 || status == 204) {
            exchange.sendResponseHeaders(status, NO_BODY);
        } else {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** A request that waits for an assignment. It is answered once, by whoever is first. */
    private final class Poll implements Desk.Waiter {
        private final HttpExchange exchange;
        private final AtomicBoolean answered = new AtomicBoolean();
        private volatile Future<?> limit;

        Poll(HttpExchange exchange) {
            this.exchange = exchange;
            limit = CompletableFuture.completedFuture(null);
        }

        @Override
        public void assign(Assignment assignment) {
            onAThread(() -> {
                exchange.getResponseHeaders().set(TASK_HEADER, assignment.id());
                send(200, Frame.task(assignment.task()));
            });
        }

        @Override
        public void nothing() {
            onAThread(() -> send(204, new byte[0]));
        }

        @Override
        public void finished() {
            onAThread(() -> send(410, "the run is over".getBytes(StandardCharsets.UTF_8)));
        }

        private void onAThread(Runnable reply) {
            try {
                threads.execute(reply);
            } catch (RejectedExecutionException e) {
                exchange.close(); // the server is being closed
            }
        }

        private void send(int status, byte[] body) {
            if (!answered.compareAndSet(false, true)) {
                return;
            }
            limit.cancel(false);
            Future<?> transfer = schedule(exchange::close, transferTime);
            try (exchange) {
                Requests.send(exchange, status, body);
            } catch (IOException e) {
                LOG.debug("a client went away before it was answered", e);
            } finally {
                transfer.cancel(false);
            }
        }
    }
}

package io.aidc.storage.object;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that answers as a test tells it, one answer a request, in order. */
final class FaultyS3 implements AutoCloseable {
    /** The requests that came, oldest first. */
    final List<Seen> seen = new CopyOnWriteArrayList<>();

    private final Queue<Answer> script = new ArrayDeque<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    FaultyS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** What a request was. */
    record Seen(String method, URI target, Headers headers, int bodyBytes) {
        String header(String name) {
            String value = headers.getFirst(name);
            return value == null ? "" : value;
        }

        @Override
        public String toString() {
            return method + " " + target;
        }
    }

    interface Answer {
        void write(HttpExchange exchange) throws IOException;
    }

    FaultyS3 then(Answer answer) {
        script.add(answer);
        return this;
    }

    /** Answers a status and a body, with headers given as name, value, name, value… */
    FaultyS3 then(int status, byte[] body, String... headers) {
        return then(exchange -> {
            head(exchange, headers);
            boolean empty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(status, empty ? -1 : body.length);
            if (!empty) {
                exchange.getResponseBody().write(body);
            }
        });
    }

    FaultyS3 then(int status) {
        return then(status, new byte[0]);
    }

    FaultyS3 thenError(int status, String code) {
        return then(
                status,
                "<Error><Code>%s</Code><Message>told &lt;so&gt;</Message></Error>"
                        .formatted(code)
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Announces a length, sends less, and closes the connection. */
    FaultyS3 thenCut(int announced, byte[] sent, String... headers) {
        return then(exchange -> {
            head(exchange, headers);
            exchange.sendResponseHeaders(200, announced);
            exchange.getResponseBody().write(sent);
            exchange.getResponseBody().flush();
            throw new IOException("cut on purpose");
        });
    }

    /** Announces a length, sends less, and then nothing more until the server is closed. */
    FaultyS3 thenStall(int announced, byte[] sent, String... headers) {
        return then(exchange -> {
            head(exchange, headers);
            exchange.sendResponseHeaders(200, announced);
            exchange.getResponseBody().write(sent);
            exchange.getResponseBody().flush();
            awaitClosing();
        });
    }

    /** Never answers. */
    FaultyS3 thenSilence() {
        return then(exchange -> awaitClosing());
    }

    /** Takes the request and closes the connection without an answer. */
    FaultyS3 thenHangUp() {
        return then(exchange -> {
            throw new IOException("hung up on purpose");
        });
    }

    private static void head(HttpExchange exchange, String... headers) {
        for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
        }
    }

    private void awaitClosing() {
        try {
            closing.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        int bytes = exchange.getRequestBody().readAllBytes().length;
        Answer answer;
        synchronized (script) {
            seen.add(new Seen(
                    exchange.getRequestMethod(), exchange.getRequestURI(), exchange.getRequestHeaders(), bytes));
            answer = script.poll();
        }
        try (exchange) {
            if (answer == null) {
                exchange.sendResponseHeaders(418, -1); // the script is over
            } else {
                answer.write(exchange);
            }
        }
    }

    int answersLeft() {
        return script.size();
    }

    URI endpoint() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}

package io.aidc.training.federated.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import io.aidc.training.federated.ClientOutcome;
import io.aidc.training.federated.FederatedClient;
import io.aidc.training.federated.FederatedReport.StopReason;
import io.aidc.training.federated.FederatedResult;
import io.aidc.training.federated.FederatedRun;
import io.aidc.training.federated.MaskedClient;
import io.aidc.training.federated.Masking;
import io.aidc.training.federated.RoundTask;
import io.aidc.training.federated.Update;
import io.aidc.training.federated.http.FederatedHttpClient.Served;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FederatedHttpTest {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final RoundTask TASK = RoundTask.of(1, 1, 0, new float[] {1, 2});

    private final List<Thread> started = new ArrayList<>();
    private final HttpClient raw = HttpClient.newHttpClient();

    private static FederatedHttpServer server(int port) {
        return FederatedHttpServer.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .tokens((client, token) -> token.equals("secret-of-" + client))
                .open();
    }

    private static FederatedHttpClient client(FederatedHttpServer server, String name) {
        return FederatedHttpClient.connect(uri(server))
                .name(name)
                .token("secret-of-" + name)
                .patience(LONG);
    }

    private static URI uri(FederatedHttpServer server) {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    private CompletableFuture<Served> serving(FederatedHttpClient client, FederatedClient training) {
        var served = new CompletableFuture<Served>();
        var thread = new Thread(() -> {
            try {
                served.complete(client.serve(training));
            } catch (RuntimeException e) {
                served.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        started.add(thread);
        thread.start();
        return served;
    }

    @AfterEach
    void endClients() throws InterruptedException {
        for (Thread thread : started) {
            thread.interrupt();
            thread.join(10_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    private HttpResponse<String> post(FederatedHttpServer server, String client, String path, byte[] body)
            throws IOException, InterruptedException {
        return send(server, client, "secret-of-" + client, path, HttpRequest.BodyPublishers.ofByteArray(body));
    }

    private HttpResponse<String> send(
            FederatedHttpServer server,
            String client,
            String token,
            String path,
            HttpRequest.@Nullable BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(server).resolve(path))
                .header("Authorization", "Bearer " + token)
                .header(Requests.CLIENT_HEADER, client);
        return raw.send(
                (body == null ? request.GET() : request.POST(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private String taskId(FederatedHttpServer server, String client) throws IOException, InterruptedException {
        HttpResponse<String> response = send(server, client, "secret-of-" + client, Requests.TASK_PATH, null);
        assertThat(response.statusCode()).isEqualTo(200);
        return response.headers().firstValue(Requests.TASK_HEADER).orElseThrow();
    }

    @Test
    void run_overHttp_equalsTheMeanAndSendsClientsHome() throws Exception {
        try (FederatedHttpServer server = server(0)) {
            CompletableFuture<Served> first =
                    serving(client(server, "a"), task -> Update.of(new float[] {1, task.round()}, 30));
            CompletableFuture<Served> second = serving(
                    client(server, "b").encoding(UpdateEncoding.BFLOAT16),
                    task -> Update.of(new float[] {5, 0}, 10).metric("loss", 2));
            assertThat(server.awaitClients(2, LONG)).isTrue();
            FederatedResult result = FederatedRun.of(new float[] {0, 0})
                    .clients(server)
                    .minimumSurvivors(2)
                    .retries(100)
                    .rounds(3)
                    .roundTimeout(LONG)
                    .run();
            server.finish();
            assertThat(result.report().stopReason()).isEqualTo(StopReason.FINISHED);
            assertThat(result.parameters()[0]).isEqualTo(6);
            assertThat(result.parameters()[1]).isEqualTo(0.75f * 6);
            assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(new Served(3, 0, 0, true));
            assertThat(second.get(30, TimeUnit.SECONDS).finished()).isTrue();
        }
    }

    @Test
    void requests_withoutAValidToken_areRefused() throws Exception {
        try (FederatedHttpServer server = server(0)) {
            assertThat(send(server, "a", "wrong", Requests.TASK_PATH, null).statusCode())
                    .isEqualTo(401);
            assertThat(send(server, "a", "secret-of-b", "/v1/tasks/x", HttpRequest.BodyPublishers.noBody())
                            .statusCode())
                    .isEqualTo(401);
            assertThat(send(server, "a/b", "secret-of-a/b", Requests.TASK_PATH, null)
                            .statusCode())
                    .isEqualTo(400);
            assertThat(send(server, "a", "secret-of-a", Requests.TASK_PATH, HttpRequest.BodyPublishers.noBody())
                            .statusCode())
                    .isEqualTo(405);
            assertThat(server.available()).isEmpty();
            assertThatThrownBy(() -> FederatedHttpClient.connect(uri(server))
                            .name("a")
                            .token("wrong")
                            .serve((FederatedClient) task -> Update.of(new float[0], 1)))
                    .isInstanceOf(FederatedHttpException.class)
                    .hasMessage("The server answered 401: the token does not admit this client");
        }
    }

    @Test
    void answers_malformedThreeTimes_makeTheClientMalformed() throws Exception {
        try (FederatedHttpServer server = server(0)) {
            CompletableFuture<Update> update = server.train("a", TASK);
            String path = Requests.ANSWER_PATH + taskId(server, "a");
            byte[] good = Frame.update(Update.of(new float[2], 1), UpdateEncoding.FLOAT32);
            byte[] damaged = good.clone();
            damaged[10] ^= 1;
            assertThat(post(server, "a", path, damaged).statusCode()).isEqualTo(400);
            assertThat(post(server, "a", path, new byte[1 << 20]).statusCode()).isEqualTo(413);
            assertThat(update).isNotDone();
            assertThat(post(server, "a", path, Frame.message(new byte[3])).body())
                    .isEqualTo("asked for an update");
            assertThatThrownBy(() -> update.get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("MalformedUpdateException: asked for an update");
            assertThat(post(server, "a", path, good).statusCode()).isEqualTo(200); // repeated, and dropped
        }
    }

    @Test
    void answers_repeatedLateAndOfOthers_areAcknowledgedAndDropped() throws Exception {
        try (FederatedHttpServer server = server(0)) {
            byte[] good = Frame.update(Update.of(new float[] {7, 7}, 1), UpdateEncoding.FLOAT32);
            CompletableFuture<Update> update = server.train("a", TASK);
            String path = Requests.ANSWER_PATH + taskId(server, "a");
            assertThat(post(server, "b", path, good).statusCode()).isEqualTo(410);
            assertThat(update).isNotDone();
            assertThat(post(server, "a", path, good).body()).isEqualTo("taken");
            assertThat(post(server, "a", path, good).body()).isEqualTo("repeated");
            assertThat(update.get(30, TimeUnit.SECONDS).delta()).containsExactly(7, 7);

            CompletableFuture<Update> second = server.train("a", TASK);
            String late = Requests.ANSWER_PATH + taskId(server, "a");
            second.cancel(true);
            assertThat(post(server, "a", late, good).statusCode()).isEqualTo(410);
            assertThat(post(server, "a", late, new byte[4 << 20]).statusCode()).isEqualTo(410); // read to its end
            assertThat(post(server, "a", late + "/failure", new byte[0]).statusCode())
                    .isEqualTo(410);
            assertThat(post(server, "a", "/v1/tasks/../x", good).statusCode()).isIn(404, 410);
        }
    }

    @Test
    void answer_withoutALength_isRefused() throws Exception {
        try (FederatedHttpServer server = server(0)) {
            var unused2 = server.train("a", TASK);
            String path = Requests.ANSWER_PATH + taskId(server, "a");
            var chunked = HttpRequest.BodyPublishers.ofInputStream(() -> InputStream.nullInputStream());
            assertThat(send(server, "a", "secret-of-a", path, chunked).statusCode())
                    .isEqualTo(411);
        }
    }

    @Test
    void client_killedWhileItTrains_isLateAndTheOthersCount() throws Exception {
        try (FederatedHttpServer server = server(0)) {
            var unused3 = serving(client(server, "good"), task -> Update.of(new float[] {1, 1}, 1));
            try (Socket doomed = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                doomed.getOutputStream()
                        .write(String.join(
                                        "\r\n",
                                        "GET /v1/task HTTP/1.1",
                                        "Host: x",
                                        "Aidc-Client: doomed",
                                        "Authorization: Bearer secret-of-doomed",
                                        "",
                                        "")
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(server.awaitClients(2, LONG)).isTrue();
            } // gone, and the server does not know yet
            FederatedResult result = FederatedRun.of(new float[2])
                    .clients(server)
                    .rounds(1)
                    .roundTimeout(Duration.ofMillis(1500))
                    .run();
            assertThat(result.parameters()).containsExactly(1, 1);
            assertThat(result.report().attempts().get(0).clients())
                    .extracting(ClientOutcome::toString)
                    .containsExactly("doomed late", "good answered");
        }
    }

    @Test
    void client_thatLostItsTask_getsItAgain() throws Exception {
        try (FederatedHttpServer server = server(0)) {
            CompletableFuture<Update> update = server.train("a", TASK);
            String first = taskId(server, "a");
            assertThat(taskId(server, "a")).isEqualTo(first);
            var unused4 = serving(client(server, "a"), task -> Update.of(task.parameters(), 4));
            assertThat(update.get(30, TimeUnit.SECONDS).examples()).isEqualTo(4);
        }
    }

    @Test
    void sender_thatStopsInTheMiddle_isCutOff() throws Exception {
        try (FederatedHttpServer server = FederatedHttpServer.listen(ANY)
                .tokens((client, token) -> true)
                .transferTimeout(Duration.ofMillis(300))
                .open()) {
            var unused5 = server.train("a", TASK);
            String id = taskId(server, "a");
            try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                slow.setSoTimeout(30_000);
                slow.getOutputStream()
                        .write(("POST /v1/tasks/" + id + " HTTP/1.1\r\nHost: x\r\nAidc-Client: a\r\n"
                                        + "Authorization: Bearer t\r\nContent-Length: 36\r\n\r\nAFA1")
                                .getBytes(StandardCharsets.US_ASCII));
                byte[] rest = slow.getInputStream().readAllBytes(); // ends when the server closes
                assertThat(new String(rest, StandardCharsets.US_ASCII)).doesNotContain("200");
            }
        }
    }

    @Test
    void server_startedAgain_isFoundAgain() throws Exception {
        var trained = new AtomicInteger();
        CompletableFuture<Served> served;
        int port;
        try (FederatedHttpServer server = server(0)) {
            port = server.port();
            served = serving(client(server, "a"), task -> {
                trained.incrementAndGet();
                return Update.of(task.parameters(), 1);
            });
            assertThat(server.train("a", TASK).get(30, TimeUnit.SECONDS).length())
                    .isEqualTo(2);
        }
        try (FederatedHttpServer again = server(port)) {
            assertThat(again.train("a", TASK).get(60, TimeUnit.SECONDS).length())
                    .isEqualTo(2);
            again.finish();
            assertThat(served.get(30, TimeUnit.SECONDS).finished()).isTrue();
        }
        assertThat(trained).hasValue(2);
    }

    @Test
    void server_thatStaysAway_endsTheClientsPatience() {
        int port;
        try (FederatedHttpServer server = server(0)) {
            port = server.port();
        }
        assertThatThrownBy(() -> FederatedHttpClient.connect(URI.create("http://127.0.0.1:" + port))
                        .name("a")
                        .token("t")
                        .patience(Duration.ofMillis(200))
                        .serve((FederatedClient) task -> Update.of(new float[0], 1)))
                .isInstanceOf(FederatedHttpException.class)
                .hasMessageContaining("was not there for PT0.2S")
                .extracting(e -> ((FederatedHttpException) e).status())
                .isEqualTo(0);
    }

    @Test
    void patience_withoutEnd_isPossible() throws IOException {
        var requests = new AtomicInteger();
        HttpServer failing = HttpServer.create(ANY, 0);
        failing.createContext("/", exchange -> {
            exchange.sendResponseHeaders(requests.getAndIncrement() == 0 ? 503 : 410, -1);
            exchange.close();
        });
        failing.start();
        try {
            Served served = FederatedHttpClient.connect(URI.create(
                            "http://127.0.0.1:" + failing.getAddress().getPort()))
                    .name("a")
                    .token("t")
                    .patience(Duration.ofSeconds(Long.MAX_VALUE))
                    .serve((FederatedClient) task -> Update.of(new float[0], 1));
            assertThat(served.finished()).isTrue();
        } finally {
            failing.stop(0);
        }
    }

    @Test
    void close_withClientsWaitingAndWorking_leavesNoThread() throws Exception {
        var working = new CountDownLatch(1);
        CompletableFuture<Update> update;
        try (FederatedHttpServer server = server(0)) {
            var unused6 = serving(client(server, "waits"), task -> Update.of(task.parameters(), 1));
            var unused7 = serving(client(server, "works"), task -> {
                working.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return Update.of(task.parameters(), 1);
            });
            assertThat(server.awaitClients(2, LONG)).isTrue();
            update = server.train("works", TASK);
            assertThat(working.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(update).isCompletedExceptionally();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("aidc-training-http-")
                    && !thread.getName().contains("client")) {
                thread.join(10_000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    @Test
    void calls_afterClose_areRefused() {
        FederatedHttpServer server = server(0);
        server.close();
        server.close();
        assertThatIllegalStateException().isThrownBy(server::available);
        assertThatIllegalStateException().isThrownBy(() -> server.train("a", TASK));
    }

    @Test
    void addresses_thatOthersCanReach_needTlsOrTrust() throws Exception {
        var everywhere = new InetSocketAddress("0.0.0.0", 0);
        assertThatIllegalStateException()
                .isThrownBy(() -> FederatedHttpServer.listen(everywhere)
                        .tokens((client, token) -> true)
                        .open())
                .withMessageContaining("give tls(...), or state trustedNetwork()");
        assertThatIllegalStateException()
                .isThrownBy(() -> FederatedHttpServer.listen(ANY).open())
                .withMessage("tokens(...) is missing");
        assertThatIllegalStateException()
                .isThrownBy(() -> FederatedHttpClient.connect(URI.create("http://192.0.2.1:1"))
                        .name("a")
                        .token("t")
                        .serve((FederatedClient) task -> Update.of(new float[0], 1)))
                .withMessageContaining("use https, or state trustedNetwork()");
    }

    @Test
    void options_outOfRange_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> FederatedHttpClient.connect(URI.create("ftp://x")));
        FederatedHttpClient client = FederatedHttpClient.connect(URI.create("http://localhost:1"));
        assertThatIllegalArgumentException().isThrownBy(() -> client.name("a b"));
        assertThatIllegalArgumentException().isThrownBy(() -> client.token("a\nb"));
        assertThatIllegalArgumentException().isThrownBy(() -> client.largestModel(0));
        assertThatIllegalArgumentException().isThrownBy(() -> client.patience(Duration.ofSeconds(-1)));
        assertThatIllegalStateException()
                .isThrownBy(() -> client.serve((FederatedClient) task -> Update.of(new float[0], 1)))
                .withMessage("name(...) is missing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FederatedHttpServer.listen(ANY).pollTime(Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FederatedHttpServer.listen(ANY).transferTimeout(Duration.ofDays(1)));
    }

    @Test
    void task_longerThanTheClientAllows_isNotRead() throws Exception {
        try (FederatedHttpServer server = server(0)) {
            var unused8 = server.train("a", RoundTask.of(1, 1, 0, new float[400_000]));
            assertThatThrownBy(() -> client(server, "a").largestModel(1).serve((FederatedClient)
                            task -> Update.of(task.parameters(), 1)))
                    .isInstanceOf(FederatedHttpException.class)
                    .hasMessageContaining("A task may have");
        }
    }

    @Test
    void masks_overHttp_openTheSum() throws Exception {
        // the exchange itself is tested with clients of this JVM; here, that its messages arrive as they were sent
        try (FederatedHttpServer server = server(0)) {
            var served = new CompletableFuture<Served>();
            var masked = MaskedClient.of(task -> Update.of(new float[] {3, 4}, 1), hello -> new Masking.Party() {
                @Override
                public byte[] answer(int step, byte[] message, float[] vector) {
                    assertThat((double) vector[0]).isCloseTo(0.6, within(1e-5)); // clipped here
                    return new byte[] {(byte) step, hello[0], message[0]};
                }

                @Override
                public void close() {}
            });
            var thread = new Thread(() -> served.complete(client(server, "a").serve(masked)));
            started.add(thread);
            thread.start();
            RoundTask task = TASK.withClipNorm(1);
            assertThat(server.relay("a", task, 0, new byte[] {42}).get(30, TimeUnit.SECONDS))
                    .containsExactly(0, 42, 42);
            assertThat(server.relay("a", task, 1, new byte[] {43}).get(30, TimeUnit.SECONDS))
                    .containsExactly(1, 42, 43);
            CompletableFuture<Update> plain = server.train("a", TASK);
            assertThatThrownBy(() -> plain.get(30, TimeUnit.SECONDS)).hasMessageContaining("IllegalStateException");
            server.finish();
            assertThat(served.get(30, TimeUnit.SECONDS)).isEqualTo(new Served(2, 0, 1, true));
        }
    }
}

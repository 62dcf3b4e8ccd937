package io.aidc.training.federated.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.federated.FederatedClient;
import io.aidc.training.federated.FederatedResult;
import io.aidc.training.federated.FederatedRun;
import io.aidc.training.federated.Update;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The samples of the documentation, executed. */
@Timeout(120)
class HttpSnippetsTest {
    private static boolean equal(String first, String second) {
        return MessageDigest.isEqual(first.getBytes(StandardCharsets.UTF_8), second.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void serverAndClient() throws Exception {
        float[] initial = {0, 0};
        Map<String, String> tokens = Map.of("clinic-a", "6fd1");
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var ports = new CompletableFuture<Integer>();
        var served = new CompletableFuture<FederatedHttpClient.Served>();
        var process = new Thread(() -> {
            URI uri = URI.create("http://127.0.0.1:" + ports.join());
            String token = "6fd1";
            FederatedClient training = task -> Update.of(new float[] {1, 2}, 10);
            // @start region="client"
            FederatedHttpClient.Served done = FederatedHttpClient.connect(uri)
                    .name("clinic-a")
                    .token(token)
                    .serve(training); // until the run is over
            // @end
            served.complete(done);
        });
        process.start();
        FederatedResult trained;
        // @start region="server"
        try (FederatedHttpServer server = FederatedHttpServer.listen(address)
                .tokens((client, token) -> equal(token, tokens.getOrDefault(client, "")))
                .open()) {
            ports.complete(server.port()); // @replace regex=".*" replacement=""
            if (server.awaitClients(1, Duration.ofMinutes(1))) {
                trained = FederatedRun.of(initial)
                        .clients(server)
                        .rounds(3)
                        .roundTimeout(Duration.ofMinutes(5))
                        .run();
                server.finish();
            } else {
                throw new IllegalStateException("nobody came");
            }
        }
        // @end
        process.join();
        assertThat(served.join().finished()).isTrue();
        assertThat(trained.parameters()).containsExactly(3, 6);
    }
}

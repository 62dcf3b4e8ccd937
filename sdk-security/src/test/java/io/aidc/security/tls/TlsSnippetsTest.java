package io.aidc.security.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsSnippetsTest {
    @TempDir
    private Path directory;

    private Material material;

    @BeforeEach
    void writeFiles() {
        material = new Material(directory);
    }

    @Test
    void httpsServer_mutual_answersItsClient() throws Exception {
        Path chain = material.path("server.pem");
        Path key = material.path("server.key");
        Path authorities = material.path("ca.pem");
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        // @start region="mutual"
        TlsContext tls = TlsContext.builder() // closed with the server
                .certificate(chain)
                .privateKey(key)
                .trusting(authorities)
                .requireClientCertificate()
                .reloadEvery(Duration.ofMinutes(1))
                .open();
        server.setHttpsConfigurator(new HttpsConfigurator(tls.sslContext()));
        // @end
        answer(server);
        try (tls;
                TlsContext client = material.mutualClient().open();
                TlsContext anonymous = material.client().open()) {
            assertThat(call(client, server)).isEqualTo(204);
            assertThatThrownBy(() -> call(anonymous, server)).isInstanceOf(IOException.class);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void httpsServer_configuratorThatForgetsClients_failsInsteadOfLettingThemIn() throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (TlsContext tls = material.mutualServer().open();
                TlsContext client = material.client().open()) {
            server.setHttpsConfigurator(new HttpsConfigurator(tls.sslContext()) {
                @Override
                public void configure(HttpsParameters parameters) {
                    // forgets
                }
            });
            answer(server);
            assertThatThrownBy(() -> call(client, server)).isInstanceOf(IOException.class);
        } finally {
            server.stop(0);
        }
    }

    private static void answer(HttpsServer server) {
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
    }

    private static int call(TlsContext client, HttpsServer server) throws IOException, InterruptedException {
        URI address = URI.create("https://localhost:" + server.getAddress().getPort() + "/");
        return HttpClient.newBuilder()
                .sslContext(client.sslContext())
                .build()
                .send(
                        HttpRequest.newBuilder(address)
                                .timeout(Duration.ofSeconds(10))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}

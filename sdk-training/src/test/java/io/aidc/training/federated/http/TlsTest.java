package io.aidc.training.federated.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.federated.FederatedClient;
import io.aidc.training.federated.RoundTask;
import io.aidc.training.federated.Update;
import io.aidc.training.federated.http.FederatedHttpClient.Served;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /** A context whose certificate, made by the JDK's keytool, is the only one it trusts. */
    private static SSLContext context(Path directory) throws Exception {
        Path store = directory.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit")
                .redirectErrorStream(true)
                .start();
        keytool.getInputStream().readAllBytes();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", keys.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    @Test
    void training_overTls_worksForThoseThatTrustTheServerOnly(@TempDir Path directory) throws Exception {
        SSLContext tls = context(directory);
        try (FederatedHttpServer server = FederatedHttpServer.listen(new InetSocketAddress("0.0.0.0", 0))
                .tokens((client, token) -> true)
                .tls(tls)
                .open()) {
            URI uri = URI.create("https://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.port());
            FederatedClient training = task -> Update.of(task.parameters(), 1);
            var served = new CompletableFuture<Served>();
            var thread = new Thread(() -> served.complete(FederatedHttpClient.connect(uri)
                    .name("a")
                    .token("t")
                    .tls(tls)
                    .serve(training)));
            thread.start();
            Update update =
                    server.train("a", RoundTask.of(1, 1, 0, new float[] {4})).get(60, TimeUnit.SECONDS);
            assertThat(update.delta()).containsExactly(4);
            server.finish();
            assertThat(served.get(30, TimeUnit.SECONDS).finished()).isTrue();
            thread.join();
            assertThatThrownBy(() -> FederatedHttpClient.connect(uri)
                            .name("b")
                            .token("t")
                            .patience(Duration.ZERO)
                            .serve(training))
                    .isInstanceOf(FederatedHttpException.class);
        }
    }
}

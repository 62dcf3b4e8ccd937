package io.aidc.storage.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.ratis.NodeTls;
import io.aidc.storage.ratis.TestIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerTlsTest {
    private static final byte[] CONTENT = {1, 2, 3};
    private static final ChunkId ID = ChunkId.of(CONTENT);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final MemoryChunks chunks = new MemoryChunks();
    private TestIdentity ours;
    private PeerServer server;
    private int port;

    @BeforeEach
    void openServer() throws IOException {
        ours = TestIdentity.create(directory, "ours");
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        server = new PeerServer(
                new PeerPort("b", "test", address, PATIENCE, ours.tls().sslContext()),
                new CondemnedChunks(chunks, Runnable::run),
                new RecordedEvents());
    }

    @AfterEach
    void closeServer() {
        server.close();
    }

    private PeerChunks client(SSLContext tls, String scheme) {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(tls)
                .build();
        URI base = URI.create(scheme + "://127.0.0.1:" + port + "/");
        return new PeerChunks(client, "b", base, "test", PATIENCE, new CompletableFuture<>());
    }

    @Test
    void put_nodesThatTrustEachOther_isStored() throws IOException {
        PeerChunks peer = client(ours.tls().sslContext(), "https");

        peer.put(ID, CONTENT);

        assertThat(peer.missing(List.of(ID))).isEmpty();
        assertThat(chunks.content).containsOnlyKeys(ID);
        assertThat(peer.isReachable(PATIENCE).join()).isTrue();
    }

    @Test
    void put_clientWithoutCertificate_isRefused() throws GeneralSecurityException {
        SSLContext anonymous = SSLContext.getInstance("TLS");
        anonymous.init(null, new TrustManager[] {ours.tls().trust()}, null);

        assertRefused(client(anonymous, "https"));
    }

    @Test
    void put_clientWithStrangeCertificate_isRefused() throws IOException {
        NodeTls stranger = TestIdentity.create(directory, "stranger").trusting(ours);

        assertRefused(client(stranger.sslContext(), "https"));
    }

    @Test
    void put_serverTheClientDoesNotTrust_isNotSent() throws IOException {
        NodeTls wary = ours.trusting(TestIdentity.create(directory, "other"));

        assertRefused(client(wary.sslContext(), "https"));
    }

    @Test
    void put_withoutTls_isRefused() {
        assertRefused(client(ours.tls().sslContext(), "http"));
    }

    private void assertRefused(PeerChunks peer) {
        assertThatThrownBy(() -> peer.put(ID, CONTENT)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> peer.missing(List.of(ID))).isInstanceOf(IOException.class);
        assertThat(peer.isReachable(PATIENCE).join()).isFalse();
        assertThat(chunks.content).isEmpty();
    }
}

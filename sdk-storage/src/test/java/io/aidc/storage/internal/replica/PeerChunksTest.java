package io.aidc.storage.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.pack.ChunkStore;
import io.aidc.storage.internal.pack.ChunkStoreContract;
import io.aidc.storage.internal.pack.MismatchException;
import io.aidc.storage.internal.pack.PackBytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerChunksTest extends ChunkStoreContract {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RecordedEvents events = new RecordedEvents();
    private final CompletableFuture<Void> closing = new CompletableFuture<>();
    private int port;
    private PeerServer server;
    private PeerChunks peer;

    @BeforeEach
    void openServer() throws IOException {
        port = freePort();
        server = server(port, PATIENCE);
        peer = peer("test", port, Duration.ofSeconds(20));
    }

    private PeerServer server(int onPort, Duration timeout) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort);
        return new PeerServer(
                new PeerPort("b", "test", address, timeout, null), new CondemnedChunks(local(), Runnable::run), events);
    }

    @AfterEach
    void closeServer() {
        server.close();
    }

    @Override
    protected ChunkStore store() {
        return peer;
    }

    private PeerChunks peer(String cluster, int toPort, Duration timeout) {
        return new PeerChunks(CLIENT, "b", uri(toPort), cluster, timeout, closing);
    }

    @Test
    void missing_moreIdsThanOneRequestHolds_answersAll() throws IOException {
        List<ChunkId> ids = new ArrayList<>();
        for (int i = 0; i < PeerWire.MAX_IDS + 2; i++) {
            ids.add(ChunkId.of(new byte[] {(byte) i, (byte) (i >> 8), 7}));
        }
        peer.put(ID, CONTENT);
        ids.add(ID);

        assertThat(peer.missing(ids)).hasSize(PeerWire.MAX_IDS + 2).doesNotContain(ID);
    }

    @Test
    void get_corruptOnThePeer_isReportedThere() throws IOException {
        peer.put(ID, CONTENT);
        PackBytes.flipOneBitOf(CONTENT, directory);

        assertThat(peer.get(ID)).isInstanceOf(ChunkStore.Lookup.Corrupt.class);
        assertThat(events.all).containsExactly("corrupt b");
    }

    @Test
    void anotherCluster_isRefused() {
        PeerChunks stranger = peer("other", port, Duration.ofSeconds(20));

        assertThatThrownBy(() -> stranger.put(ID, CONTENT)).hasMessageContaining("403");
        assertThatThrownBy(() -> stranger.get(ID)).hasMessageContaining("403");
        assertThatThrownBy(() -> stranger.missing(List.of(ID))).hasMessageContaining("403");
        assertThat(stranger.isReachable(Duration.ofSeconds(20)).join()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /chunks/none, 400",
        "GET, /chunks/..%2F..%2Fetc%2Fpasswd, 400",
        "DELETE, /chunks/sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, 405",
        "GET, /have, 405",
        "POST, /node, 405",
        "POST, /have, 400",
        "POST, /chunks, 400",
        "PUT, /chunks, 405",
        "POST, /get, 400",
        "POST, /ids?limit=1, 405",
        "GET, /ids, 400",
        "GET, /ids?limit=0, 400",
        "GET, /ids?limit=8193, 400",
        "GET, /ids?limit=1&after=x, 400",
        "GET, /ids?x, 400",
        "POST, /condemn?epoch=0, 400",
        "POST, /condemn, 400",
        "POST, /sweep?epoch=1, 400",
        "DELETE, /chunks, 405",
        "GET, /, 404"
    })
    void request_thatIsNotOurs_isRefused(String method, String path, int status) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header(PeerServer.CLUSTER_HEADER, "test")
                .header(PeerServer.NODE_HEADER, "b")
                .method(method, BodyPublishers.ofString("x"))
                .build();

        assertThat(CLIENT.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(status);
    }

    @Test
    void put_bodyAboveTheLimit_isRefused() {
        byte[] tooLarge = new byte[ChunkStore.MAX_BYTES + 1];

        assertThatThrownBy(() -> peer.put(ChunkId.of(tooLarge), tooLarge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16777217");
    }

    @Test
    void isReachable_otherNodeOrNobody_isFalse() {
        var wrongName = new PeerChunks(CLIENT, "c", uri(port), "test", Duration.ofSeconds(1), closing);

        assertThat(peer.isReachable(Duration.ofSeconds(20)).join()).isTrue();
        assertThat(wrongName.isReachable(Duration.ofSeconds(20)).join()).isFalse();
        assertThat(peer("test", freePort(), Duration.ofSeconds(1))
                        .isReachable(Duration.ofSeconds(20))
                        .join())
                .isFalse();
    }

    @Test
    void get_peerThatLies_isCorrupt() throws IOException {
        HttpServer liar = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        liar.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 1);
            exchange.getResponseBody().write(9);
            exchange.close();
        });
        liar.start();
        try {
            assertThat(peer("test", liar.getAddress().getPort(), Duration.ofSeconds(20))
                            .get(ID))
                    .isInstanceOf(ChunkStore.Lookup.Corrupt.class);
        } finally {
            liar.stop(0);
        }
    }

    @Test
    void get_peerThatAnnouncesTooMuch_fails() throws IOException {
        HttpServer huge = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        huge.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 1L << 40);
            exchange.getResponseBody().write(9);
            exchange.getResponseBody().flush();
        });
        huge.start();
        try {
            PeerChunks client = peer("test", huge.getAddress().getPort(), Duration.ofSeconds(20));
            assertThatThrownBy(() -> client.get(ID))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("at most");
        } finally {
            huge.stop(0);
        }
    }

    @Test
    void get_stalledBody_endsWithTheTimeout() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var stall = new Thread(() -> {
                try (Socket client = socket.accept()) {
                    client.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx".getBytes(StandardCharsets.US_ASCII));
                    client.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                } catch (IOException e) {
                    // the client hung up, as it should
                }
            });
            stall.start();
            PeerChunks client = peer("test", socket.getLocalPort(), Duration.ofMillis(200));

            assertThatThrownBy(() -> client.get(ID))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("did not answer within");
            stall.join();
        }
    }

    @Test
    void put_whileStoppedPeersHoldEveryThread_goesOnOnceTheirTimeIsOver() throws IOException {
        server.close();
        server = server(port, Duration.ofSeconds(2));
        List<Socket> stopped = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.getOutputStream()
                        .write("POST /chunks HTTP/1.1\r\nHost: b\r\n%s: test\r\n%s: b\r\nContent-Length: 9\r\n\r\nx"
                                .formatted(PeerServer.CLUSTER_HEADER, PeerServer.NODE_HEADER)
                                .getBytes(StandardCharsets.US_ASCII));
                stopped.add(socket);
            }

            peer.put(ID, CONTENT);

            for (Socket socket : stopped) {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        } finally {
            for (Socket socket : stopped) {
                socket.close();
            }
        }
    }

    @Test
    void putAll_moreThanOneRequestHolds_storesAll() throws IOException {
        Map<ChunkId, byte[]> blobs = new LinkedHashMap<>();
        for (int i = 0; i < 5; i++) {
            byte[] content = new byte[7 << 20];
            content[0] = (byte) i;
            blobs.put(ChunkId.of(content), content);
        }

        peer.putAll(blobs);

        assertThat(peer.missing(blobs.keySet())).isEmpty();
        assertThat(peer.ids(null, 100)).containsExactlyInAnyOrderElementsOf(blobs.keySet());
    }

    @Test
    void putAll_mismatchInALaterRequest_storesNothing() throws IOException {
        Map<ChunkId, byte[]> blobs = new LinkedHashMap<>();
        byte[] large = new byte[ChunkStore.MAX_BYTES];
        blobs.put(ChunkId.of(large), large);
        blobs.put(ID, new byte[] {9});

        assertThatThrownBy(() -> peer.putAll(blobs))
                .isInstanceOf(MismatchException.class)
                .hasMessageContaining(ID.toString());
        assertThat(peer.missing(List.of(ChunkId.of(large)))).hasSize(1);
    }

    @Test
    void getAll_foundMissingAndCorrupt_answersEach() throws IOException {
        byte[] damaged = "damaged later".getBytes(StandardCharsets.UTF_8);
        ChunkId absent = ChunkId.of(new byte[] {5});
        peer.putAll(Map.of(ID, CONTENT, ChunkId.of(damaged), damaged));
        PackBytes.flipOneBitOf(damaged, directory);

        Map<ChunkId, ChunkStore.Lookup> answers = peer.getAll(List.of(absent, ID, ChunkId.of(damaged)));

        assertThat(answers.keySet()).containsExactly(absent, ID, ChunkId.of(damaged));
        assertThat(answers.get(absent)).isInstanceOf(ChunkStore.Lookup.Missing.class);
        assertThat(content(java.util.Objects.requireNonNull(answers.get(ID)))).isEqualTo(CONTENT);
        assertThat(answers.get(ChunkId.of(damaged))).isInstanceOf(ChunkStore.Lookup.Corrupt.class);
        assertThat(events.all).containsExactly("corrupt b");
        assertThat(peer.getAll(List.of())).isEmpty();
    }

    @Test
    void getAll_moreThanOneAnswerHolds_answersTheFirst() throws IOException {
        List<ChunkId> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            byte[] content = new byte[ChunkStore.MAX_BYTES];
            content[0] = (byte) i;
            ids.add(ChunkId.of(content));
            peer.put(ids.get(i), content);
        }

        assertThat(peer.getAll(ids).keySet()).containsExactly(ids.get(0));
    }

    @Test
    void ids_pageByPage_areSortedAndComplete() throws IOException {
        List<ChunkId> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            byte[] content = {(byte) i, 8};
            ids.add(ChunkId.of(content));
            peer.put(ids.get(i), content);
        }
        ids.sort(null);

        assertThat(peer.ids(null, 3)).isEqualTo(ids.subList(0, 3));
        assertThat(peer.ids(ids.get(2), 3)).isEqualTo(ids.subList(3, 6));
        assertThat(peer.ids(ids.get(5), Integer.MAX_VALUE)).isEqualTo(ids.subList(6, 7));
        assertThat(peer.ids(ids.get(6), 3)).isEmpty();
    }

    @Test
    void ids_peerThatTurnsInCircles_fails() throws IOException {
        HttpServer liar = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        liar.createContext("/", exchange -> {
            byte[] same = PeerWire.ids(List.of(ID));
            exchange.sendResponseHeaders(200, same.length);
            exchange.getResponseBody().write(same);
            exchange.close();
        });
        liar.start();
        try {
            PeerChunks circling = peer("test", liar.getAddress().getPort(), PATIENCE);
            assertThat(circling.ids(null, 1)).containsExactly(ID);
            assertThatThrownBy(() -> circling.ids(ID, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("listed");
            assertThatThrownBy(() -> circling.getAll(List.of(ID)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("bad answer");
            assertThatThrownBy(() -> circling.sweep(1, List.of(ID)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("for a number");
        } finally {
            liar.stop(0);
        }
    }

    @Test
    void sweep_condemnedOnThePeer_isDeletedThere_whatWasPutAgainIsNot() throws IOException {
        byte[] other = {4};
        peer.putAll(Map.of(ID, CONTENT, ChunkId.of(other), other));

        peer.condemn(3, List.of(ID, ChunkId.of(other)));
        assertThat(peer.missing(List.of(ID))).containsExactly(ID);
        peer.put(ID, CONTENT);

        assertThat(peer.sweep(2, List.of(ID, ChunkId.of(other)))).isZero();
        assertThat(peer.sweep(3, List.of(ID, ChunkId.of(other)))).isOne();
        assertThat(peer.ids(null, 9)).containsExactly(ID);
        assertThatThrownBy(() -> peer.condemn(2, List.of(ID)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("epoch");
        assertThatThrownBy(() -> peer.delete(List.of(ID))).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void anotherNode_isRefused() {
        var elsewhere = new PeerChunks(CLIENT, "c", uri(port), "test", PATIENCE, closing);

        assertThatThrownBy(() -> elsewhere.put(ID, CONTENT)).hasMessageContaining("this is node b");
        assertThatThrownBy(() -> elsewhere.get(ID)).hasMessageContaining("this is node b");
        assertThatThrownBy(() -> elsewhere.missing(List.of(ID))).hasMessageContaining("this is node b");
    }

    @Test
    void isReachable_peerThatNeverAnswers_givesTheConnectionUp() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(peer("test", silent.getLocalPort(), PATIENCE)
                            .isReachable(Duration.ofMillis(50))
                            .join())
                    .isFalse();

            try (Socket abandoned = silent.accept()) {
                abandoned.setSoTimeout((int) PATIENCE.toMillis());
                abandoned.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            }
        }
    }

    @Test
    void get_storeBeingClosed_ends() {
        closing.complete(null);

        assertThatThrownBy(() -> peer.get(ID)).isInstanceOf(IOException.class);
    }

    private static URI uri(int port) {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

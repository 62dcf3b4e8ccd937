package io.aidc.security.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.security.tls.TestCertificates.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsSocketTest {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    private Path directory;

    private Material material;

    @BeforeEach
    void writeFiles() {
        material = new Material(directory);
    }

    @Test
    void accept_mutual_talksAndShowsBothCertificates() throws Exception {
        try (TlsContext server = material.mutualServer().open();
                TlsContext client = material.mutualClient().open();
                SSLServerSocket listening = listen(server)) {
            CompletableFuture<String> peer = answerOne(listening);
            assertThat(call(client, listening)).isEqualTo("TLSv1.3 CN=server");
            assertThat(peer.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("CN=client");
        }
    }

    @Test
    void accept_afterReload_showsTheOtherCertificate() throws Exception {
        Issued next = TestCertificates.certificate("next").issuedBy(Material.AUTHORITY);
        try (TlsContext server = material.mutualServer().open();
                TlsContext client = material.mutualClient().open();
                SSLServerSocket listening = listen(server)) {
            CompletableFuture<String> first = answerOne(listening);
            assertThat(call(client, listening)).isEqualTo("TLSv1.3 CN=server");
            first.join();
            material.write("server", next);
            server.reload();
            CompletableFuture<String> second = answerOne(listening);
            assertThat(call(client, listening)).isEqualTo("TLSv1.3 CN=next");
            second.join();
        }
    }

    @Test
    void accept_clientWithoutCertificate_isRefused() throws Exception {
        try (TlsContext server = material.mutualServer().open();
                TlsContext client = material.client().open();
                SSLServerSocket listening = listen(server)) {
            CompletableFuture<String> peer = answerOne(listening);
            assertThatThrownBy(() -> call(client, listening)).isInstanceOf(IOException.class);
            assertThatThrownBy(peer::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(SSLException.class);
        }
    }

    @Test
    void accept_toldNotToDemandCertificates_failsAllTheSame() throws Exception {
        try (TlsContext server = material.mutualServer().open();
                TlsContext client = material.client().open();
                SSLServerSocket listening = listen(server)) {
            listening.setNeedClientAuth(false);
            CompletableFuture<String> peer = answerOne(listening);
            assertThatThrownBy(() -> call(client, listening)).isInstanceOf(IOException.class);
            assertThatThrownBy(peer::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(SSLException.class);
        }
    }

    @Test
    void accept_clientOfTls12_isRefused() throws Exception {
        SSLContext foreign = Material.foreign(Material.CLIENT, Material.AUTHORITY);
        try (TlsContext server = material.server().open();
                SSLServerSocket listening = listen(server)) {
            CompletableFuture<String> peer = answerOne(listening);
            try (SSLSocket old =
                    (SSLSocket) foreign.getSocketFactory().createSocket(LOOPBACK, listening.getLocalPort())) {
                old.setSoTimeout(TIMEOUT_MILLIS);
                old.setEnabledProtocols(new String[] {"TLSv1.2"});
                assertThatThrownBy(old::startHandshake).isInstanceOf(SSLException.class);
            }
            assertThatThrownBy(peer::join).isInstanceOf(CompletionException.class);
        }
    }

    @Test
    void connect_serverOfOtherName_isRefusedByTheClient() throws Exception {
        material.write(
                "server",
                TestCertificates.certificate("server").names("elsewhere").issuedBy(Material.AUTHORITY));
        try (TlsContext server = material.server().open();
                TlsContext client = material.client().open();
                SSLServerSocket listening = listen(server)) {
            CompletableFuture<String> peer = answerOne(listening);
            assertThatThrownBy(() -> call(client, listening)).isInstanceOf(SSLException.class);
            assertThatThrownBy(peer::join).isInstanceOf(CompletionException.class);
        }
    }

    @Test
    void createSocket_eachWay_speaksTls13Only() throws Exception {
        try (TlsContext client = material.client().open();
                ServerSocket listening = new ServerSocket(0, 10, LOOPBACK)) {
            var factory = client.sslContext().getSocketFactory();
            int port = listening.getLocalPort();
            Socket below = new Socket(LOOPBACK, port);
            try (Socket unconnected = factory.createSocket();
                    Socket named = factory.createSocket("localhost", port);
                    Socket namedFrom = factory.createSocket("localhost", port, LOOPBACK, 0);
                    Socket addressed = factory.createSocket(LOOPBACK, port);
                    Socket addressedFrom = factory.createSocket(LOOPBACK, port, LOOPBACK, 0);
                    Socket layered = factory.createSocket(below, "localhost", port, true);
                    Socket accepted = factory.createSocket(new Socket(LOOPBACK, port), null, true)) {
                for (Socket socket :
                        new Socket[] {unconnected, named, namedFrom, addressed, addressedFrom, layered, accepted}) {
                    assertThat(((SSLSocket) socket).getEnabledProtocols()).containsExactly("TLSv1.3");
                }
            }
            assertThat(factory.getDefaultCipherSuites()).noneMatch(suite -> suite.contains("_WITH_"));
            assertThat(factory.getSupportedCipherSuites()).noneMatch(suite -> suite.contains("_WITH_"));
        }
    }

    @Test
    void createServerSocket_eachWay_speaksTls13Only() throws Exception {
        try (TlsContext server = material.mutualServer().open()) {
            var factory = server.sslContext().getServerSocketFactory();
            try (ServerSocket unbound = factory.createServerSocket();
                    ServerSocket bound = factory.createServerSocket(0);
                    ServerSocket short_ = factory.createServerSocket(0, 1);
                    ServerSocket local = factory.createServerSocket(0, 1, LOOPBACK)) {
                assertThat(unbound.isBound()).isFalse();
                for (ServerSocket socket : new ServerSocket[] {unbound, bound, short_, local}) {
                    SSLServerSocket tls = (SSLServerSocket) socket;
                    assertThat(tls.getEnabledProtocols()).containsExactly("TLSv1.3");
                    assertThat(tls.getSupportedProtocols()).containsExactly("TLSv1.3");
                    assertThat(tls.getNeedClientAuth()).isTrue();
                    assertThat(tls.getUseClientMode()).isFalse();
                }
            }
            assertThat(factory.getDefaultCipherSuites()).contains("TLS_AES_128_GCM_SHA256");
            assertThat(factory.getSupportedCipherSuites()).contains("TLS_AES_128_GCM_SHA256");
        }
    }

    @Test
    void serverSocket_settings_arePassedOn() throws Exception {
        try (TlsContext server = material.server().open();
                TlsContext client = material.client().open();
                SSLServerSocket listening = listen(server)) {
            listening.setEnabledCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256"});
            listening.setWantClientAuth(true);
            listening.setEnabledProtocols(new String[] {"TLSv1.3"});
            SSLParameters parameters = listening.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"word"});
            listening.setSSLParameters(parameters);
            CompletableFuture<SSLSocket> accepted = CompletableFuture.supplyAsync(() -> accept(listening));
            try (Socket calling =
                            client.sslContext().getSocketFactory().createSocket(LOOPBACK, listening.getLocalPort());
                    SSLSocket socket = accepted.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
                assertThat(calling.isConnected()).isTrue();
                assertThat(socket.getEnabledCipherSuites()).containsExactly("TLS_AES_128_GCM_SHA256");
                assertThat(socket.getWantClientAuth()).isTrue();
                assertThat(socket.getSSLParameters().getApplicationProtocols()).containsExactly("word");
            }
            assertThat(listening.getEnabledCipherSuites()).containsExactly("TLS_AES_128_GCM_SHA256");
            assertThat(listening.getWantClientAuth()).isTrue();
        }
    }

    @Test
    void serverSocket_clientMode_isRefused() throws Exception {
        try (TlsContext server = material.server().open();
                SSLServerSocket listening = listen(server)) {
            listening.setUseClientMode(false);
            assertThatThrownBy(() -> listening.setUseClientMode(true)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void accept_nobodyCalls_timesOut() throws Exception {
        try (TlsContext server = material.server().open();
                SSLServerSocket listening = listen(server)) {
            listening.setSoTimeout(1);
            assertThatThrownBy(listening::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void createServerSocket_portInUse_leavesNoSocket() throws Exception {
        try (TlsContext server = material.server().open();
                SSLServerSocket listening = listen(server)) {
            assertThatThrownBy(() -> server.sslContext()
                            .getServerSocketFactory()
                            .createServerSocket(listening.getLocalPort(), 1, LOOPBACK))
                    .isInstanceOf(IOException.class);
        }
    }

    private static SSLServerSocket listen(TlsContext server) throws IOException {
        SSLServerSocket socket =
                (SSLServerSocket) server.sslContext().getServerSocketFactory().createServerSocket();
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.bind(new InetSocketAddress(LOOPBACK, 0));
        return socket;
    }

    private static SSLSocket accept(SSLServerSocket listening) {
        try {
            return (SSLSocket) listening.accept();
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** Accepts one connection, sends back what it hears, and says who called. */
    private static CompletableFuture<String> answerOne(SSLServerSocket listening) {
        return CompletableFuture.supplyAsync(() -> {
            try (SSLSocket socket = accept(listening)) {
                socket.setSoTimeout(TIMEOUT_MILLIS);
                socket.getOutputStream().write(socket.getInputStream().read());
                return socket.getNeedClientAuth()
                        ? socket.getSession().getPeerPrincipal().getName()
                        : "anonymous";
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
    }

    private static String call(TlsContext client, SSLServerSocket listening) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) client.sslContext().getSocketFactory().createSocket(LOOPBACK, listening.getLocalPort())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(7);
            if (socket.getInputStream().read() != 7) {
                throw new IOException("no echo");
            }
            return socket.getSession().getProtocol() + " "
                    + socket.getSession().getPeerPrincipal().getName();
        }
    }
}

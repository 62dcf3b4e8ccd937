package io.aidc.security.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.security.tls.TestCertificates.Issued;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TlsHandshakeTest {
    private static final String[] TLS_12 = {"TLSv1.2"};

    @TempDir
    private Path directory;

    private Material material;

    @BeforeEach
    void writeFiles() {
        material = new Material(directory);
    }

    @Test
    void connect_serverWithCertificate_speaksTls13() throws Exception {
        try (TlsContext server = material.server().open();
                TlsContext client = material.client().open()) {
            EnginePair pair = connect(client, server);
            assertThat(pair.client().getSession().getProtocol()).isEqualTo("TLSv1.3");
            assertThat(pair.client().getSession().getPeerPrincipal().getName()).isEqualTo("CN=server");
        }
    }

    @Test
    void connect_mutual_showsBothCertificates() throws Exception {
        try (TlsContext server = material.mutualServer().open();
                TlsContext client = material.mutualClient().open()) {
            EnginePair pair = connect(client, server);
            assertThat(pair.server().getSession().getPeerPrincipal().getName()).isEqualTo("CN=client");
        }
    }

    @Test
    void connect_chainWithIntermediate_isTrusted() throws Exception {
        Issued intermediate =
                TestCertificates.certificate("intermediate").authority().issuedBy(Material.AUTHORITY);
        Issued leaf = TestCertificates.certificate("leaf").issuedBy(intermediate);
        material.write("server", leaf);
        material.write("server.pem", leaf.certificatePem() + intermediate.certificatePem());
        try (TlsContext server = material.server().open();
                TlsContext client = material.client().open()) {
            X509Certificate[] chain = (X509Certificate[])
                    connect(client, server).client().getSession().getPeerCertificates();
            assertThat(chain).hasSize(2);
        }
    }

    static Stream<Issued> kinds() {
        return Stream.of(
                        TestCertificates.keys("RSA", 2048),
                        TestCertificates.keys("RSASSA-PSS", 2048),
                        TestCertificates.keys("secp384r1", 0),
                        TestCertificates.keys("secp521r1", 0),
                        TestCertificates.keys("Ed25519", 0))
                .map(keys -> TestCertificates.certificate("kind").keys(keys).issuedBy(Material.AUTHORITY));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void connect_eachKindOfKey_isShownOnBothSides(Issued shown) throws Exception {
        material.write("server", shown);
        material.write("client", shown);
        try (TlsContext server = material.mutualServer().open();
                TlsContext client = material.mutualClient().open()) {
            EnginePair pair = connect(client, server);
            assertThat(pair.client().getSession().getPeerPrincipal().getName()).isEqualTo("CN=kind");
            assertThat(pair.server().getSession().getPeerPrincipal().getName()).isEqualTo("CN=kind");
        }
    }

    @Test
    void connect_otherAuthority_isRefusedByTheClient() {
        material.write("ca.pem", Material.STRANGE_AUTHORITY.certificatePem());
        try (TlsContext server = material.server().open();
                TlsContext client = material.client().open()) {
            assertThatThrownBy(() -> connect(client, server))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("certification path");
        }
    }

    @Test
    void connect_clientWithoutCertificate_isRefusedByTheServer() {
        try (TlsContext server = material.mutualServer().open();
                TlsContext client = material.client().open()) {
            assertThatThrownBy(() -> connect(client, server)).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void connect_clientOfOtherAuthority_isRefusedByTheServer() {
        Issued stranger = TestCertificates.certificate("stranger").issuedBy(Material.STRANGE_AUTHORITY);
        material.write("client", stranger);
        try (TlsContext server = material.mutualServer().open();
                TlsContext client = material.mutualClient().open()) {
            assertThatThrownBy(() -> connect(client, server))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("certification path");
        }
    }

    @Test
    void connect_serverOfOtherName_isRefusedByTheClient() {
        material.write(
                "server",
                TestCertificates.certificate("server").names("elsewhere").issuedBy(Material.AUTHORITY));
        try (TlsContext server = material.server().open();
                TlsContext client = material.client().open()) {
            assertThatThrownBy(() -> connect(client, server))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("localhost");
        }
    }

    @Test
    void connect_engineWithoutHost_isRefusedByTheClient() {
        try (TlsContext server = material.server().open();
                TlsContext client = material.client().open()) {
            SSLEngine nameless = client.sslContext().createSSLEngine();
            assertThatThrownBy(
                            () -> new EnginePair(nameless, server.sslContext().createSSLEngine()).connect())
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void connect_acceptingAnyName_takesOtherNames() throws Exception {
        material.write(
                "server",
                TestCertificates.certificate("server").names("elsewhere").issuedBy(Material.AUTHORITY));
        try (TlsContext server = material.server().open();
                TlsContext client = material.client().acceptingAnyName().open()) {
            assertThat(connect(client, server).client().getSession().isValid()).isTrue();
        }
    }

    @Test
    void connect_acceptingAnyName_stillChecksWhereTheEngineSaysSo() {
        material.write(
                "server",
                TestCertificates.certificate("server").names("elsewhere").issuedBy(Material.AUTHORITY));
        try (TlsContext server = material.server().open();
                TlsContext client = material.client().acceptingAnyName().open()) {
            SSLEngine engine = Material.clientEngine(client.sslContext());
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
            assertThatThrownBy(() -> new EnginePair(engine, server.sslContext().createSSLEngine()).connect())
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void connect_toServerOfTls12_fails() {
        SSLEngine old = Material.foreign(Material.SERVER, Material.AUTHORITY).createSSLEngine();
        old.setEnabledProtocols(TLS_12);
        try (TlsContext client = material.client().open()) {
            assertThatThrownBy(() -> new EnginePair(Material.clientEngine(client.sslContext()), old).connect())
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void connect_fromClientOfTls12_fails() {
        SSLEngine old = Material.clientEngine(Material.foreign(Material.CLIENT, Material.AUTHORITY));
        old.setEnabledProtocols(TLS_12);
        try (TlsContext server = material.server().open()) {
            assertThatThrownBy(() -> new EnginePair(old, server.sslContext().createSSLEngine()).connect())
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void connect_toForeignServerOfTls13_works() throws Exception {
        SSLContext foreign = Material.foreign(Material.SERVER, Material.AUTHORITY);
        try (TlsContext client = material.client().open()) {
            EnginePair pair = new EnginePair(Material.clientEngine(client.sslContext()), foreign.createSSLEngine());
            assertThat(pair.connect().client().getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void connect_clientToldToSpeakTls12_failsAllTheSame() {
        SSLContext foreign = Material.foreign(Material.SERVER, Material.AUTHORITY);
        SSLEngine old = foreign.createSSLEngine();
        old.setEnabledProtocols(TLS_12);
        try (TlsContext client = material.client().open()) {
            SSLEngine weakened = Material.clientEngine(client.sslContext());
            weakened.setEnabledProtocols(TLS_12);
            weakened.setEnabledCipherSuites(old.getEnabledCipherSuites());
            assertThatThrownBy(() -> new EnginePair(weakened, old).connect())
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("TLS 1.3");
        }
    }

    @Test
    void connect_serverToldToSpeakTls12_failsAllTheSame() {
        SSLEngine old = Material.clientEngine(Material.foreign(Material.CLIENT, Material.AUTHORITY));
        old.setEnabledProtocols(TLS_12);
        try (TlsContext server = material.server().open()) {
            SSLEngine weakened = server.sslContext().createSSLEngine();
            weakened.setEnabledProtocols(TLS_12);
            weakened.setEnabledCipherSuites(old.getEnabledCipherSuites());
            assertThatThrownBy(() -> new EnginePair(old, weakened).connect()).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void connect_serverToldNotToDemandCertificates_failsAllTheSame() {
        try (TlsContext server = material.mutualServer().open();
                TlsContext client = material.client().open()) {
            SSLEngine weakened = server.sslContext().createSSLEngine();
            weakened.setNeedClientAuth(false);
            assertThatThrownBy(() -> new EnginePair(Material.clientEngine(client.sslContext()), weakened).connect())
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void connect_serverToldToWantCertificatesOnly_failsAllTheSame() {
        try (TlsContext server = material.mutualServer().open();
                TlsContext client = material.client().open()) {
            SSLEngine weakened = server.sslContext().createSSLEngine();
            weakened.setWantClientAuth(true);
            assertThatThrownBy(() -> new EnginePair(Material.clientEngine(client.sslContext()), weakened).connect())
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void connect_peerWithWeakKey_isRefused() {
        Issued weak = TestCertificates.certificate("weak")
                .keys(TestCertificates.keys("RSA", 1536))
                .issuedBy(Material.AUTHORITY);
        SSLContext foreign = Material.foreign(weak, Material.AUTHORITY);
        try (TlsContext client = material.client().open()) {
            assertThatThrownBy(
                            () -> new EnginePair(Material.clientEngine(client.sslContext()), foreign.createSSLEngine())
                                    .connect())
                    .isInstanceOf(SSLException.class)
                    .hasStackTraceContaining("RSA key must have >= 2048 bits, got 1536");
        }
    }

    @Test
    void connect_serverOnlyContextAsClient_trustsNobody() {
        try (TlsContext server = material.server().open()) {
            assertThatThrownBy(() -> connect(server, server))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("no authorities were given");
        }
    }

    @Test
    void connect_clientOnlyContextAsServer_hasNothingToShow() {
        try (TlsContext client = material.client().open()) {
            assertThatThrownBy(() -> connect(client, client)).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void sslContext_handsOutTls13Only() {
        try (TlsContext server = material.mutualServer().open()) {
            SSLContext context = server.sslContext();
            SSLEngine engine = context.createSSLEngine();
            assertThat(context.getProtocol()).isEqualTo("TLSv1.3");
            assertThat(engine.getEnabledProtocols()).containsExactly("TLSv1.3");
            assertThat(engine.getNeedClientAuth()).isTrue();
            assertThat(context.getDefaultSSLParameters().getProtocols()).containsExactly("TLSv1.3");
            assertThat(context.getDefaultSSLParameters().getNeedClientAuth()).isTrue();
            assertThat(context.getSupportedSSLParameters().getProtocols()).containsExactly("TLSv1.3");
            assertThat(context.getSupportedSSLParameters().getCipherSuites())
                    .contains("TLS_AES_256_GCM_SHA384")
                    .noneMatch(suite -> suite.contains("_WITH_"));
        }
    }

    @Test
    void sslContext_init_isRefused() {
        try (TlsContext server = material.server().open()) {
            assertThatThrownBy(() -> server.sslContext().init(null, null, null))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void parameters_changedByTheCaller_changeNothingElse() {
        try (TlsContext server = material.server().open()) {
            server.parameters().setProtocols(TLS_12);
            assertThat(server.parameters().getProtocols()).containsExactly("TLSv1.3");
            assertThat(server.parameters().getNeedClientAuth()).isFalse();
        }
    }

    private static EnginePair connect(TlsContext client, TlsContext server) throws SSLException {
        return new EnginePair(
                        Material.clientEngine(client.sslContext()),
                        server.sslContext().createSSLEngine())
                .connect();
    }
}

package io.aidc.security.tls;

import io.aidc.security.tls.TestCertificates.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;

/** An authority, what it issued, and the files of both, in a directory. */
final class Material {
    static final Issued AUTHORITY = TestCertificates.authority("authority");
    static final Issued STRANGE_AUTHORITY = TestCertificates.authority("strange authority");
    static final Issued SERVER = TestCertificates.certificate("server").issuedBy(AUTHORITY);
    static final Issued CLIENT = TestCertificates.certificate("client").names().issuedBy(AUTHORITY);

    private final Path directory;

    Material(Path directory) {
        this.directory = directory;
        write("ca.pem", AUTHORITY.certificatePem());
        write("server.pem", SERVER.certificatePem());
        write("server.key", SERVER.keyPem());
        write("client.pem", CLIENT.certificatePem());
        write("client.key", CLIENT.keyPem());
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(path(name), text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A certificate and its key as {@code name.pem} and {@code name.key}. */
    void write(String name, Issued issued) {
        write(name + ".pem", issued.certificatePem());
        write(name + ".key", issued.keyPem());
    }

    TlsContext.Builder server() {
        return shown("server");
    }

    TlsContext.Builder shown(String name) {
        return TlsContext.builder().certificate(path(name + ".pem")).privateKey(path(name + ".key"));
    }

    TlsContext.Builder mutualServer() {
        return server().trusting(path("ca.pem")).requireClientCertificate();
    }

    TlsContext.Builder client() {
        return TlsContext.builder().trusting(path("ca.pem"));
    }

    TlsContext.Builder mutualClient() {
        return shown("client").trusting(path("ca.pem"));
    }

    static SSLEngine clientEngine(SSLContext context) {
        return context.createSSLEngine("localhost", 443);
    }

    /** A context of the JDK with nothing of ours. */
    static SSLContext foreign(Issued shown, Issued trusted) {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null);
            keys.setKeyEntry("own", shown.keys().getPrivate(), new char[0], new Certificate[] {shown.certificate()});
            KeyManagerFactory ours = KeyManagerFactory.getInstance("PKIX");
            ours.init(keys, new char[0]);
            KeyStore anchors = KeyStore.getInstance("PKCS12");
            anchors.load(null);
            anchors.setCertificateEntry("authority", trusted.certificate());
            TrustManagerFactory theirs = TrustManagerFactory.getInstance("PKIX");
            theirs.init(anchors);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(ours.getKeyManagers(), theirs.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.aidc.storage;

import io.aidc.storage.ratis.NodeTls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Reads certificates and keys from PEM files (RFC 7468). */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "Ed25519");

    private Pem() {}

    static NodeTls nodeTls(Path certificateChain, Path privateKey, Path trusted) {
        return new NodeTls(
                keyManager(privateKey(privateKey), certificates("certificateChain", certificateChain)),
                trustManager(certificates("trusted", trusted)));
    }

    private static KeyManager keyManager(PrivateKey key, List<X509Certificate> chain) {
        char[] password = new char[0]; // the key store lives in memory alone
        try {
            KeyStore store = emptyStore();
            store.setKeyEntry("node", key, password, chain.toArray(new X509Certificate[0]));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password);
            return factory.getKeyManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key does not fit the certificate: " + e.getMessage(), e);
        }
    }

    private static TrustManager trustManager(List<X509Certificate> trusted) {
        try {
            KeyStore store = emptyStore();
            for (int i = 0; i < trusted.size(); i++) {
                store.setCertificateEntry("authority" + i, trusted.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the trusted certificates cannot be used: " + e.getMessage(), e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new UncheckedIOException("nothing was read", e);
        }
        return store;
    }

    static List<X509Certificate> certificates(String option, Path file) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (byte[] der : blocks(option, file, "CERTIFICATE")) {
            try {
                certificates.add((X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)));
            } catch (CertificateException e) {
                throw new IllegalArgumentException(
                        "%s: %s holds a block that is no certificate".formatted(option, file), e);
            }
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("%s: %s holds no certificate".formatted(option, file));
        }
        return certificates;
    }

    static PrivateKey privateKey(Path file) {
        List<byte[]> keys = blocks("privateKey", file, "PRIVATE KEY");
        if (keys.size() != 1) {
            throw new IllegalArgumentException("privateKey: %s must hold one unencrypted PKCS #8 'PRIVATE KEY', got %d"
                    .formatted(file, keys.size()));
        }
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(keys.get(0)));
            } catch (GeneralSecurityException e) {
                // it is a key of another algorithm: the next one is tried
            }
        }
        throw new IllegalArgumentException("privateKey: %s holds a key of none of %s".formatted(file, KEY_ALGORITHMS));
    }

    private static List<byte[]> blocks(String option, Path file, String type) {
        List<byte[]> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(read(option, file));
        while (matcher.find()) {
            if (matcher.group(1).equals(type)) {
                blocks.add(Base64.getMimeDecoder().decode(matcher.group(2)));
            }
        }
        return blocks;
    }

    private static String read(String option, Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new StorageIoException("%s: there is no file %s".formatted(option, file), e);
        } catch (IOException e) {
            throw new StorageIoException("%s: reading %s: %s".formatted(option, file, e.getMessage()), e);
        }
    }
}

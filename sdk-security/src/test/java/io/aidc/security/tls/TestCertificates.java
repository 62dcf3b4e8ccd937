package io.aidc.security.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.jspecify.annotations.Nullable;

/** Makes certificates for tests: valid from 2020 to 2099 for localhost on P-256, unless told otherwise. */
public final class TestCertificates {
    private static final AtomicLong SERIAL = new AtomicLong(1);

    private TestCertificates() {}

    /** A certificate and the keys it is for. */
    public record Issued(X509Certificate certificate, KeyPair keys) {
        public String certificatePem() {
            return pem("CERTIFICATE", encoded());
        }

        /** PKCS#8. */
        public String keyPem() {
            return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
        }

        private byte[] encoded() {
            try {
                return certificate.getEncoded();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** An authority that signed itself. */
    public static Issued authority(String name) {
        return certificate(name).authority().selfSigned();
    }

    /** Begins a certificate for {@code CN=name}. */
    public static Spec certificate(String name) {
        return new Spec(name);
    }

    /** Keys by the JDK's names: a curve, or RSA, RSASSA-PSS or DSA with a size, or Ed25519. */
    public static KeyPair keys(String algorithm, int bits) {
        try {
            boolean curve = algorithm.startsWith("sec");
            KeyPairGenerator generator = KeyPairGenerator.getInstance(curve ? "EC" : algorithm);
            if (curve) {
                generator.initialize(new ECGenParameterSpec(algorithm));
            } else if (bits > 0) {
                generator.initialize(bits);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, body, label);
    }

    /** What the certificate is to say. */
    public static final class Spec {
        private final X500Name subject;
        private final List<GeneralName> names = new ArrayList<>(List.of(
                new GeneralName(GeneralName.dNSName, "localhost"),
                new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
        private @Nullable KeyPair keys;
        private @Nullable SubjectPublicKeyInfo publicKey;
        private Instant from = Instant.parse("2020-01-01T00:00:00Z");
        private Instant until = Instant.parse("2099-01-01T00:00:00Z");
        private boolean authority;
        private @Nullable String signature;
        private @Nullable PSSParameterSpec pss;

        private Spec(String name) {
            this.subject = new X500Name("CN=" + name);
        }

        public Spec keys(KeyPair keys) {
            this.keys = keys;
            return this;
        }

        /** A public key that the JDK may not know. The certificate can then be encoded, but not parsed. */
        public Spec publicKey(SubjectPublicKeyInfo publicKey) {
            this.publicKey = publicKey;
            return this;
        }

        public Spec names(String... dnsNames) {
            names.clear();
            for (String name : dnsNames) {
                names.add(new GeneralName(GeneralName.dNSName, name));
            }
            return this;
        }

        public Spec valid(Instant from, Instant until) {
            this.from = from;
            this.until = until;
            return this;
        }

        public Spec authority() {
            authority = true;
            return this;
        }

        /** The JDK's name of the signature algorithm; by default that of the issuer's key with SHA-256. */
        public Spec signedWith(String algorithm) {
            signature = algorithm;
            return this;
        }

        public Spec signedWith(PSSParameterSpec parameters) {
            signature = "RSASSA-PSS";
            pss = parameters;
            return this;
        }

        public Issued selfSigned() {
            return issued(subject, ownKeys());
        }

        public Issued issuedBy(Issued issuer) {
            return issued(
                    X500Name.getInstance(
                            issuer.certificate().getSubjectX500Principal().getEncoded()),
                    issuer.keys());
        }

        /** The bytes alone. */
        public byte[] encodedBy(Issued issuer) {
            return encoded(
                    X500Name.getInstance(
                            issuer.certificate().getSubjectX500Principal().getEncoded()),
                    issuer.keys());
        }

        private KeyPair ownKeys() {
            if (keys == null) {
                keys = TestCertificates.keys("secp256r1", 0);
            }
            return keys;
        }

        private Issued issued(X500Name issuer, KeyPair issuerKeys) {
            try {
                return new Issued(
                        (X509Certificate) CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(encoded(issuer, issuerKeys))),
                        ownKeys());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private byte[] encoded(X500Name issuer, KeyPair issuerKeys) {
            try {
                Signature signer = Signature.getInstance(algorithm(issuerKeys));
                signer.initSign(issuerKeys.getPrivate());
                if (pss != null) {
                    signer.setParameter(pss);
                }
                AlgorithmIdentifier algorithm = identifier(signer);
                TBSCertificate content = content(issuer, algorithm);
                signer.update(content.getEncoded("DER"));
                return new DERSequence(new ASN1Encodable[] {content, algorithm, new DERBitString(signer.sign())})
                        .getEncoded("DER");
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private TBSCertificate content(X500Name issuer, AlgorithmIdentifier algorithm) throws IOException {
            V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
            generator.setSerialNumber(new ASN1Integer(SERIAL.getAndIncrement()));
            generator.setIssuer(issuer);
            generator.setSubject(subject);
            generator.setStartDate(new Time(Date.from(from)));
            generator.setEndDate(new Time(Date.from(until)));
            generator.setSignature(algorithm);
            generator.setSubjectPublicKeyInfo(
                    publicKey != null
                            ? publicKey
                            : SubjectPublicKeyInfo.getInstance(
                                    ownKeys().getPublic().getEncoded()));
            generator.setExtensions(extensions());
            return generator.generateTBSCertificate();
        }

        private @Nullable Extensions extensions() throws IOException {
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            if (authority) {
                extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            } else if (!names.isEmpty()) {
                extensions.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
            }
            return extensions.isEmpty() ? null : extensions.generate();
        }

        private String algorithm(KeyPair issuer) {
            if (signature != null) {
                return signature;
            }
            return switch (issuer.getPrivate().getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "DSA" -> "SHA256withDSA";
                case "EdDSA" -> "Ed25519";
                default -> "SHA256withECDSA";
            };
        }

        private static AlgorithmIdentifier identifier(Signature signer) throws IOException {
            ASN1ObjectIdentifier oid = new ASN1ObjectIdentifier(oid(signer.getAlgorithm()));
            if (signer.getAlgorithm().equals("RSASSA-PSS")) {
                return new AlgorithmIdentifier(
                        oid, ASN1Primitive.fromByteArray(signer.getParameters().getEncoded()));
            }
            return signer.getAlgorithm().endsWith("withRSA")
                    ? new AlgorithmIdentifier(oid, DERNull.INSTANCE)
                    : new AlgorithmIdentifier(oid);
        }

        private static String oid(String algorithm) {
            return switch (algorithm) {
                case "MD5withRSA" -> "1.2.840.113549.1.1.4";
                case "SHA1withRSA" -> "1.2.840.113549.1.1.5";
                case "SHA256withRSA" -> "1.2.840.113549.1.1.11";
                case "RSASSA-PSS" -> "1.2.840.113549.1.1.10";
                case "SHA1withECDSA" -> "1.2.840.10045.4.1";
                case "SHA256withECDSA" -> "1.2.840.10045.4.3.2";
                case "SHA384withECDSA" -> "1.2.840.10045.4.3.3";
                case "SHA256withDSA" -> "2.16.840.1.101.3.4.3.2";
                case "Ed25519" -> "1.3.101.112";
                default -> throw new IllegalArgumentException(algorithm);
            };
        }
    }
}

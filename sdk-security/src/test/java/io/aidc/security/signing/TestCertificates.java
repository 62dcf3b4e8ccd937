package io.aidc.security.signing;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Makes certificates on P-256 for tests. */
final class TestCertificates {
    static final Instant BEGIN = Instant.parse("2020-01-01T00:00:00Z");
    static final Instant END = Instant.parse("2021-01-01T00:00:00Z");

    private TestCertificates() {}

    static X509Certificate authority(String subject, PublicKey key, String issuer, PrivateKey issuerKey)
            throws Exception {
        return certificate(subject, key, issuer, issuerKey, new BasicConstraints(true), KeyUsage.keyCertSign);
    }

    static X509Certificate root(String subject, KeyPair keys) throws Exception {
        return authority(subject, keys.getPublic(), subject, keys.getPrivate());
    }

    /** Usage as in {@link KeyUsage}. */
    static X509Certificate leaf(PublicKey key, String issuer, PrivateKey issuerKey, int usage) throws Exception {
        return certificate("signer", key, issuer, issuerKey, new BasicConstraints(false), usage);
    }

    private static X509Certificate certificate(
            String subject, PublicKey key, String issuer, PrivateKey issuerKey, BasicConstraints basic, int usage)
            throws Exception {
        var algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.basicConstraints, true, basic);
        extensions.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(BigInteger.valueOf(subject.hashCode() & 0xffffL)));
        generator.setSignature(algorithm);
        generator.setIssuer(new X500Name("CN=" + issuer));
        generator.setSubject(new X500Name("CN=" + subject));
        generator.setStartDate(new Time(Date.from(BEGIN)));
        generator.setEndDate(new Time(Date.from(END)));
        generator.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(key.getEncoded()));
        generator.setExtensions(extensions.generate());
        var body = generator.generateTBSCertificate();
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(issuerKey);
        signature.update(body.getEncoded("DER"));
        ASN1EncodableVector parts = new ASN1EncodableVector();
        parts.add(body);
        parts.add(algorithm);
        parts.add(new DERBitString(signature.sign()));
        byte[] der = new DERSequence(parts).getEncoded("DER");
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }
}

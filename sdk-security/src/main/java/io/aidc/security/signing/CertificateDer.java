package io.aidc.security.signing;

import java.io.ByteArrayInputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/** Reads a certificate that anybody may have written. */
final class CertificateDer {
    private static final byte SEQUENCE = 0x30;
    private static final byte INDEFINITE_LENGTH = (byte) 0x80;

    private CertificateDer() {}

    /** DER alone. Lengths that are not told are no DER, and the JDK would go one call deeper for each. */
    static X509Certificate parse(byte[] der) throws CertificateException {
        if (der.length < 2 || der[0] != SEQUENCE || der[1] == INDEFINITE_LENGTH) {
            throw new CertificateException("not a sequence in DER");
        }
        Certificate certificate =
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        if (!Arrays.equals(certificate.getEncoded(), der)) {
            throw new CertificateException("not a certificate in DER alone");
        }
        return (X509Certificate) certificate;
    }
}

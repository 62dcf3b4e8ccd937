package io.aidc.privacy;

import io.aidc.privacy.accounting.Neighbours;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates as one line of JSON in one form only. Strings are plain, so that nothing is ever escaped. */
final class CertificateJson {
    private static final int LONGEST = 1 << 26;
    private static final String PLAIN = "[ !#-\\[\\]-~]*+";
    private static final String TEXT = "\"(" + PLAIN + ")\"";
    private static final String NUMBER = "([0-9.E-]{1,32})";
    private static final Pattern FORM = Pattern.compile("\\{\"accountant\":" + TEXT
            + ",\"approximateDelta\":" + NUMBER
            + ",\"charges\":([0-9]{1,19}),\"conversion\":" + TEXT
            + ",\"delta\":" + NUMBER
            + ",\"epsilonAtLeast\":" + NUMBER
            + ",\"epsilonAtMost\":" + NUMBER
            + ",\"events\":" + TEXT
            + ",\"format\":\"aidc-privacy-certificate 1\",\"ledgerHead\":" + TEXT
            + ",\"library\":" + TEXT
            + ",\"neighbours\":" + TEXT
            + ",\"noise\":" + TEXT
            + ",\"order\":" + NUMBER
            + ",\"scope\":" + TEXT
            + ",\"unit\":" + TEXT + "\\}");

    private CertificateJson() {}

    static void requirePlain(String text, String name) {
        if (!text.matches(PLAIN)) {
            throw new IllegalArgumentException(name + " must be printable ASCII without quotes and backslashes");
        }
    }

    static String write(PrivacyCertificate certificate) {
        return ("{\"accountant\":\"%s\",\"approximateDelta\":%s,\"charges\":%s,\"conversion\":\"%s\",\"delta\":%s,\"epsilonAtLeast\":%s,"
                        + "\"epsilonAtMost\":%s,\"events\":\"%s\",\"format\":\"aidc-privacy-certificate 1\","
                        + "\"ledgerHead\":\"%s\",\"library\":\"%s\",\"neighbours\":\"%s\",\"noise\":\"%s\","
                        + "\"order\":%s,\"scope\":\"%s\",\"unit\":\"%s\"}")
                .formatted(
                        certificate.accountant(),
                        ShortestDecimal.of(certificate.approximateDelta()),
                        certificate.charges(),
                        certificate.accountant().conversion(),
                        ShortestDecimal.of(certificate.delta()),
                        ShortestDecimal.of(certificate.epsilonAtLeast()),
                        ShortestDecimal.of(certificate.epsilonAtMost()),
                        certificate.events(),
                        certificate.ledgerHead(),
                        certificate.library(),
                        certificate.neighbours(),
                        certificate.noise(),
                        ShortestDecimal.of(certificate.order()),
                        certificate.scope(),
                        certificate.unit());
    }

    static PrivacyCertificate read(String json) {
        Matcher matcher = FORM.matcher(json);
        if (json.length() > LONGEST || !matcher.matches()) {
            throw new IllegalArgumentException("not a certificate of version 1");
        }
        // group 4, the conversion, goes with the accountant and is checked with the form as a whole
        var certificate = new PrivacyCertificate(
                matcher.group(15),
                Neighbours.valueOf(matcher.group(11)),
                matcher.group(8),
                Long.parseLong(matcher.group(3)),
                PrivacyCertificate.Accountant.valueOf(matcher.group(1)),
                Double.parseDouble(matcher.group(13)),
                Double.parseDouble(matcher.group(6)),
                Double.parseDouble(matcher.group(7)),
                Double.parseDouble(matcher.group(5)),
                Double.parseDouble(matcher.group(2)),
                matcher.group(12),
                matcher.group(10),
                matcher.group(14),
                matcher.group(9));
        if (!write(certificate).equals(json)) {
            throw new IllegalArgumentException("a certificate, but not in canonical form");
        }
        return certificate;
    }
}

package io.aidc.security.identity;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;

/** A security key in software, as its browser shows it: P-256, without attestation. */
final class SecurityKey {
    private static final int PRESENT_AND_VERIFIED = 0x05;
    private static final int WITH_CREDENTIAL = 0x40;

    private final KeyPair keys;
    private final byte[] id = new byte[16];
    private final String site;
    private int counter = 1;

    SecurityKey(String site, long seed) throws GeneralSecurityException {
        this.site = site;
        new Random(seed).nextBytes(id);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        keys = generator.generateKeyPair();
    }

    void counter(int next) {
        counter = next;
    }

    byte[] create(byte[] challenge) throws IOException {
        ByteArrayOutputStream credential = new ByteArrayOutputStream();
        credential.write(new byte[16]);
        credential.write(new byte[] {0, (byte) id.length});
        credential.write(id);
        credential.write(publicKey());
        byte[] data = authenticatorData(PRESENT_AND_VERIFIED | WITH_CREDENTIAL, credential.toByteArray());
        ByteArrayOutputStream attestation =
                new ByteArrayOutputStream(); // CBOR: {"fmt": "none", "attStmt": {}, "authData": …}
        attestation.write(HexFormat.of().parseHex("a363666d74646e6f6e656761747453746d74a068617574684461746158"));
        attestation.write(data.length);
        attestation.write(data);
        return json("\"attestationObject\":\"%s\",\"clientDataJSON\":\"%s\""
                .formatted(base64(attestation.toByteArray()), base64(clientData("webauthn.create", challenge))));
    }

    byte[] get(byte[] challenge) throws GeneralSecurityException {
        byte[] data = authenticatorData(PRESENT_AND_VERIFIED, new byte[0]);
        byte[] clientData = clientData("webauthn.get", challenge);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(data);
        signature.update(Records.sha256(clientData));
        counter++;
        return json("\"authenticatorData\":\"%s\",\"clientDataJSON\":\"%s\",\"signature\":\"%s\""
                .formatted(base64(data), base64(clientData), base64(signature.sign())));
    }

    private byte[] json(String response) {
        return "{\"id\":\"%s\",\"rawId\":\"%s\",\"type\":\"public-key\",\"clientExtensionResults\":{},\"response\":{%s}}"
                .formatted(base64(id), base64(id), response)
                .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] authenticatorData(int flags, byte[] credential) {
        return ByteBuffer.allocate(37 + credential.length)
                .put(Records.sha256(site.getBytes(StandardCharsets.UTF_8)))
                .put((byte) flags)
                .putInt(counter)
                .put(credential)
                .array();
    }

    private byte[] clientData(String type, byte[] challenge) {
        return "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"https://%s\",\"crossOrigin\":false}"
                .formatted(type, base64(challenge), site)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** COSE: {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
    private byte[] publicKey() {
        ECPublicKey key = (ECPublicKey) keys.getPublic();
        String x = hex(key.getW().getAffineX());
        String y = hex(key.getW().getAffineY());
        return HexFormat.of().parseHex("a5010203262001215820" + x + "225820" + y);
    }

    private static String hex(BigInteger coordinate) {
        return "%064x".formatted(coordinate);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

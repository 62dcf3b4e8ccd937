package io.aidc.security.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.aidc.security.UnsealException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.pqc.crypto.xwing.XWingKEMExtractor;
import org.bouncycastle.pqc.crypto.xwing.XWingKEMGenerator;
import org.bouncycastle.pqc.crypto.xwing.XWingPrivateKeyParameters;
import org.bouncycastle.pqc.crypto.xwing.XWingPublicKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class InsecureHpkeTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] INFO = "io.aidc test".getBytes(US_ASCII);
    private static final byte[] AAD = {1, 2, 3};
    private static final byte[] DATA_KEY = new byte[32];

    static {
        Arrays.fill(DATA_KEY, (byte) 9);
    }

    @ParameterizedTest
    @EnumSource
    void open_whatWasSealed_givesTheKey(HpkeSuite suite) {
        HpkeKeyPair pair = HpkeKeyPair.generate(suite);
        byte[] sealed = InsecureHpke.seal(pair.publicKey(), DATA_KEY, INFO, AAD);
        assertThat(sealed).hasSize(suite.encapsulationBytes() + 32 + 16);
        assertThat(InsecureHpke.open(pair, sealed, INFO, AAD)).isEqualTo(DATA_KEY);
        assertThat(InsecureHpke.seal(pair.publicKey(), DATA_KEY, INFO, AAD)).isNotEqualTo(sealed);
        HpkePublicKey parsed = HpkePublicKey.parse(pair.publicKey().text());
        byte[] empty = InsecureHpke.seal(parsed, new byte[0], new byte[0], new byte[0]);
        assertThat(InsecureHpke.open(pair, empty, new byte[0], new byte[0])).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void open_anythingElse_failsInOneWay(HpkeSuite suite) {
        HpkeKeyPair pair = HpkeKeyPair.generate(suite);
        byte[] sealed = InsecureHpke.seal(pair.publicKey(), DATA_KEY, INFO, AAD);
        refuses(HpkeKeyPair.generate(suite), sealed, INFO, AAD);
        refuses(pair, sealed, AAD, AAD);
        refuses(pair, sealed, INFO, INFO);
        refuses(pair, new byte[0], INFO, AAD);
        refuses(pair, new byte[suite.encapsulationBytes() + 15], INFO, AAD);
        refuses(pair, new byte[suite.encapsulationBytes() + 16], INFO, AAD);
        refuses(pair, Arrays.copyOf(sealed, sealed.length + 1), INFO, AAD);
        refuses(pair, Arrays.copyOf(sealed, sealed.length - 1), INFO, AAD);
        for (int at = 0; at < sealed.length; at += suite == HpkeSuite.X_WING ? 37 : 1) {
            byte[] bad = sealed.clone();
            bad[at] ^= 4;
            refuses(pair, bad, INFO, AAD);
        }
    }

    @ParameterizedTest
    @EnumSource
    void open_lowOrderPoint_isRefused(HpkeSuite suite) {
        HpkeKeyPair pair = HpkeKeyPair.generate(suite);
        byte[] sealed = InsecureHpke.seal(pair.publicKey(), DATA_KEY, INFO, AAD);
        for (String hex : HpkePublicKeyTest.LOW_ORDER) {
            byte[] bad = sealed.clone();
            System.arraycopy(HEX.parseHex(hex), 0, bad, suite.encapsulationBytes() - 32, 32);
            refuses(pair, bad, INFO, AAD);
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void open_garbage_isRefused(long seed) {
        Random random = new Random(seed);
        HpkeSuite suite = random.nextBoolean() ? HpkeSuite.X_WING : HpkeSuite.X25519;
        HpkeKeyPair pair = HpkeKeyPair.generate(suite);
        for (int i = 0; i < 5; i++) {
            byte[] garbage = new byte[random.nextInt(suite.encapsulationBytes() + 100)];
            random.nextBytes(garbage);
            refuses(pair, garbage, INFO, AAD);
        }
    }

    @Test
    void open_closedPair_isRefused() {
        HpkeKeyPair pair = HpkeKeyPair.generate(HpkeSuite.X25519);
        byte[] sealed = InsecureHpke.seal(pair.publicKey(), DATA_KEY, INFO, AAD);
        pair.close();
        pair.close();
        assertThatIllegalStateException().isThrownBy(() -> InsecureHpke.open(pair, sealed, INFO, AAD));
        assertThatIllegalStateException().isThrownBy(() -> InsecureHpkeSeeds.seed(pair));
        assertThat(pair.publicKey().suite()).isEqualTo(HpkeSuite.X25519);
        assertThat(pair.toString()).contains(pair.publicKey().id());
    }

    @Test
    void seed_takenAndGiven_isTheSamePair() {
        byte[] seed = InsecureHpkeSeeds.seed(HpkeKeyPair.generate(HpkeSuite.X_WING));
        byte[] given = seed.clone();
        HpkeKeyPair pair = InsecureHpkeSeeds.pair(HpkeSuite.X_WING, given);
        Arrays.fill(given, (byte) 0);
        assertThat(InsecureHpkeSeeds.seed(pair)).isEqualTo(seed);
        byte[] sealed = InsecureHpke.seal(pair.publicKey(), DATA_KEY, INFO, AAD);
        assertThat(InsecureHpke.open(InsecureHpkeSeeds.pair(HpkeSuite.X_WING, seed), sealed, INFO, AAD))
                .isEqualTo(DATA_KEY);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InsecureHpkeSeeds.pair(HpkeSuite.X_WING, new byte[31]))
                .withMessageContaining("31");
    }

    @Test
    @SuppressWarnings("NullAway") // what it forbids is what is tested
    void arguments_null_areRefused() {
        HpkeKeyPair pair = HpkeKeyPair.generate(HpkeSuite.X25519);
        assertThatNullPointerException().isThrownBy(() -> InsecureHpke.seal(pair.publicKey(), null, INFO, AAD));
        assertThatNullPointerException().isThrownBy(() -> InsecureHpke.seal(pair.publicKey(), DATA_KEY, null, AAD));
        assertThatNullPointerException().isThrownBy(() -> InsecureHpke.open(pair, new byte[0], INFO, null));
        assertThatNullPointerException().isThrownBy(() -> HpkeKeyPair.generate(null));
    }

    @Test
    void open_onFourThreads_agrees() throws Exception {
        HpkeKeyPair pair = HpkeKeyPair.generate(HpkeSuite.X25519);
        Callable<byte[]> turn =
                () -> InsecureHpke.open(pair, InsecureHpke.seal(pair.publicKey(), DATA_KEY, INFO, AAD), INFO, AAD);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (Future<byte[]> opened : threads.invokeAll(List.of(turn, turn, turn, turn, turn, turn, turn, turn))) {
                assertThat(opened.get()).isEqualTo(DATA_KEY);
            }
        } finally {
            threads.shutdown();
        }
    }

    /** The first message of the RFC 9180 vector with X25519, HKDF-SHA-256 and AES-256-GCM in base mode. */
    @Test
    void open_rfc9180Vector_givesItsPlaintext() {
        byte[] seed = HEX.parseHex("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d");
        HpkeKeyPair pair = InsecureHpkeSeeds.pair(HpkeSuite.X25519, seed);
        byte[] sealed = HEX.parseHex("6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256"
                + "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a");
        byte[] info = "Ode on a Grecian Urn".getBytes(US_ASCII);
        assertThat(HEX.formatHex(pair.publicKey().bytes()))
                .isEqualTo("430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c");
        assertThat(InsecureHpke.open(pair, sealed, info, "Count-0".getBytes(US_ASCII)))
                .isEqualTo("Beauty is truth, truth beauty".getBytes(US_ASCII));
    }

    /** The first vector of draft-connolly-cfrg-xwing-kem; long values by their SHA-256. */
    @Test
    void xWing_draftVector_givesItsKeyCiphertextAndSecret() throws Exception {
        byte[] seed = HEX.parseHex("7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26");
        byte[] publicKey =
                InsecureHpkeSeeds.pair(HpkeSuite.X_WING, seed).publicKey().bytes();
        assertThat(sha256(publicKey)).isEqualTo("2e816deebcd76c5c80d0cd2d174478871658e8e2ff42bc9d4a6e486372e856bb");
        byte[] randomness = HEX.parseHex("3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e2"
                + "35b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2");
        SecretWithEncapsulation encapsulated = new XWingKEMGenerator(new FixedRandom(randomness))
                .generateEncapsulated(new XWingPublicKeyParameters(publicKey));
        assertThat(sha256(encapsulated.getEncapsulation()))
                .isEqualTo("17cd532d657e44c897ca6583e548a5424fc70bf54f99515a4d2bcf99e3469f33");
        assertThat(HEX.formatHex(encapsulated.getSecret()))
                .isEqualTo("d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384");
        assertThat(new XWingKEMExtractor(new XWingPrivateKeyParameters(seed))
                        .extractSecret(encapsulated.getEncapsulation()))
                .isEqualTo(encapsulated.getSecret());
    }

    @Test
    void suites_matchTheRegistry() {
        assertThat(HpkeSuite.X_WING.kem()).isEqualTo(HPKE.kem_X_WING);
        assertThat(HpkeSuite.X25519.kem()).isEqualTo(HPKE.kem_X25519_SHA256);
        for (HpkeSuite suite : HpkeSuite.values()) {
            assertThat(HpkeKem.hpke(suite, HPKE.mode_psk).getEncSize()).isEqualTo(suite.encapsulationBytes());
        }
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static void refuses(HpkeKeyPair pair, byte[] sealed, byte[] info, byte[] aad) {
        assertThatExceptionOfType(UnsealException.class)
                .isThrownBy(() -> InsecureHpke.open(pair, sealed, info, aad))
                .withNoCause();
    }
}

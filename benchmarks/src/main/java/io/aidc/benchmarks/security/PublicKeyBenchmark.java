package io.aidc.benchmarks.security;

import io.aidc.security.keys.HpkeKeyPair;
import io.aidc.security.keys.HpkeSuite;
import io.aidc.security.keys.InsecureHpke;
import io.aidc.security.signing.MlDsaKeyPair;
import io.aidc.security.signing.MlDsaLevel;
import io.aidc.security.signing.ModelFiles;
import io.aidc.security.signing.ModelSigner;
import io.aidc.security.signing.ModelVerifier;
import io.aidc.security.signing.SignatureFiles;
import io.aidc.security.signing.SigningKeys;
import io.aidc.security.signing.VerifiedModel;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.generators.MLDSAKeyPairGenerator;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.params.MLDSAKeyGenerationParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What do our recipients and signatures cost over plain calls of Bouncy Castle?
 *
 * <p>Varies: the operation. {@code hpkeSeal} and {@code hpkeOpen} pass a data key of 32 bytes through HPKE with X-Wing; the
 * plain calls keep their keys parsed, ours parse the public key and expand the private seed each time. Our ML-DSA-65 signs
 * and checks models only, beside ECDSA: a model of one file of 4 KiB in memory, with ECDSA alone and with both, so that the
 * difference is to be held against {@code plainMlDsaSign} and {@code plainMlDsaVerify}, which sign a message of 1 KiB.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar PublicKey}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PublicKeyBenchmark {
    private static final byte[] INFO = {1, 2, 3};
    private static final byte[] AAD = new byte[64];
    private static final String MODEL = "benchmark";

    private byte[] dataKey;
    private HpkeKeyPair pair;
    private byte[] sealed;
    private HPKE plainHpke;
    private AsymmetricCipherKeyPair plainPair;
    private byte[][] plainSealed;

    private ModelFiles model;
    private MlDsaKeyPair mlDsa;
    private ModelSigner ecSigner;
    private ModelSigner hybridSigner;
    private ModelVerifier ecVerifier;
    private ModelVerifier hybridVerifier;
    private SignatureFiles ecSignature;
    private SignatureFiles hybridSignature;
    private AsymmetricCipherKeyPair plainMlDsa;
    private byte[] message;
    private byte[] plainSignature;

    @Setup
    public void prepareHpke() throws InvalidCipherTextException {
        dataKey = new byte[32];
        new Random(1).nextBytes(dataKey);
        pair = HpkeKeyPair.generate(HpkeSuite.X_WING);
        sealed = hpkeSeal();
        plainHpke = new HPKE(HPKE.mode_base, HPKE.kem_X_WING, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
        plainPair = plainHpke.generatePrivateKey();
        plainSealed = plainHpkeSeal();
        if (!Arrays.equals(hpkeOpen(), dataKey) || !Arrays.equals(plainHpkeOpen(), dataKey)) {
            throw new AssertionError("the data key did not come back");
        }
    }

    @Setup
    public void prepareSignatures() throws CryptoException {
        byte[] content = new byte[4096];
        new Random(2).nextBytes(content);
        model = ModelFiles.of(Map.of("weights.bin", ByteBuffer.wrap(content)));
        KeyPair ec = SigningKeys.generate();
        mlDsa = MlDsaKeyPair.generate(MlDsaLevel.ML_DSA_65);
        ecSigner = ModelSigner.key(ec);
        hybridSigner = ecSigner.alsoWith(mlDsa);
        ecVerifier = ModelVerifier.trusting(ec.getPublic());
        hybridVerifier = ecVerifier.andRequiring(mlDsa.publicKey());
        ecSignature = ecSign();
        hybridSignature = hybridSign();
        MLDSAKeyPairGenerator generator = new MLDSAKeyPairGenerator();
        generator.init(new MLDSAKeyGenerationParameters(new SecureRandom(), MLDSAParameters.ml_dsa_65));
        plainMlDsa = generator.generateKeyPair();
        message = new byte[1024];
        plainSignature = plainMlDsaSign();
        if (ecVerify() != 1 || hybridVerify() != 1 || !plainMlDsaVerify()) {
            throw new AssertionError("a signature is not valid");
        }
    }

    @TearDown
    public void cleanUp() {
        pair.close();
        mlDsa.close();
    }

    @Benchmark
    public byte[] hpkeSeal() {
        return InsecureHpke.seal(pair.publicKey(), dataKey, INFO, AAD);
    }

    @Benchmark
    public byte[] hpkeOpen() {
        return InsecureHpke.open(pair, sealed, INFO, AAD);
    }

    @Benchmark
    public byte[][] plainHpkeSeal() throws InvalidCipherTextException {
        return plainHpke.seal(plainPair.getPublic(), INFO, AAD, dataKey, null, null, null);
    }

    @Benchmark
    public byte[] plainHpkeOpen() throws InvalidCipherTextException {
        return plainHpke.open(plainSealed[1], plainPair, INFO, AAD, plainSealed[0], null, null, null);
    }

    @Benchmark
    public SignatureFiles ecSign() {
        return ecSigner.sign(model, MODEL);
    }

    @Benchmark
    public SignatureFiles hybridSign() {
        return hybridSigner.sign(model, MODEL);
    }

    @Benchmark
    public byte[] plainMlDsaSign() throws CryptoException {
        MLDSASigner signer = new MLDSASigner();
        signer.init(true, new ParametersWithRandom(plainMlDsa.getPrivate(), new SecureRandom()));
        signer.update(message, 0, message.length);
        return signer.generateSignature();
    }

    @Benchmark
    public int ecVerify() {
        return verified(ecVerifier, ecSignature);
    }

    @Benchmark
    public int hybridVerify() {
        return verified(hybridVerifier, hybridSignature);
    }

    @Benchmark
    public boolean plainMlDsaVerify() {
        MLDSASigner signer = new MLDSASigner();
        signer.init(false, plainMlDsa.getPublic());
        signer.update(message, 0, message.length);
        return signer.verifySignature(plainSignature);
    }

    private int verified(ModelVerifier verifier, SignatureFiles signature) {
        try (VerifiedModel verified = verifier.load(model, signature)) {
            return verified.names().size();
        }
    }
}

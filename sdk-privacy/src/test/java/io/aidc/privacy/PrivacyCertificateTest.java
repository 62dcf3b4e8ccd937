package io.aidc.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PldAccountant;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivacyCertificateTest {
    /** Written once; must stay readable. */
    private static final String STORED =
            "{\"accountant\":\"PURE_SUM\",\"approximateDelta\":0.0,\"charges\":4,\"conversion\":\"none\","
                    + "\"delta\":0.0,\"epsilonAtLeast\":0.0,\"epsilonAtMost\":0.55,\"events\":\"pure(0.25)+pure(0.1)*3\","
                    + "\"format\":\"aidc-privacy-certificate 1\",\"ledgerHead\":\"\",\"library\":\"0.1.0\","
                    + "\"neighbours\":\"ADD_OR_REMOVE\",\"noise\":\"exact\",\"order\":0.0,\"scope\":\"\",\"unit\":\"record\"}";

    static LongStream seeds() {
        return Seeds.all();
    }

    @Test
    void certificate_ofPureCharges_hasDeltaZeroAndTheExactSum() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1).delta(1e-6).build();
        budget.charge(new PureDp(0.25));
        budget.charge(new PureDp(0.1).times(3));
        PrivacyCertificate certificate = budget.certificate();
        assertThat(certificate.accountant()).isEqualTo(PrivacyCertificate.Accountant.PURE_SUM);
        assertThat(certificate.accountant().conversion()).isEqualTo("none");
        assertThat(certificate.epsilonAtMost()).isEqualTo(0.55);
        assertThat(certificate.delta()).isZero();
        assertThat(certificate.order()).isZero();
        assertThat(certificate.charges()).isEqualTo(4);
        assertThat(certificate.events()).isEqualTo("pure(0.25)+pure(0.1)*3");
        assertThat(certificate.library()).isEqualTo("development");
    }

    @Test
    void certificate_ofGaussianCharges_hasTheFiltersNumberAndRoundTrips() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(5).delta(1e-5).build();
        budget.charge(new PoissonSubsampledGaussian(0.01, 1.1).times(1000));
        budget.charge(new Gaussian(20));
        PrivacyCertificate certificate = budget.certificate();
        assertThat(certificate.accountant()).isEqualTo(PrivacyCertificate.Accountant.RENYI_FILTER);
        assertThat(certificate.accountant().conversion()).isEqualTo("IMPROVED_CKS_2020");
        assertThat(certificate.epsilonAtMost()).isCloseTo(budget.spent(), within(1e-15));
        assertThat(certificate.epsilonAtLeast())
                .isEqualTo(PldAccountant.of(budget.charged()).epsilon(1e-5).optimistic())
                .isBetween(0.5, certificate.epsilonAtMost());
        assertThat(certificate.delta()).isEqualTo(1e-5);
        assertThat(certificate.order()).isEqualTo(budget.order());
        assertThat(certificate.events()).isEqualTo("sampled-gaussian(0.01,1.1)*1000+gaussian(20.0)");
        assertThat(PrivacyCertificate.fromJson(certificate.json())).isEqualTo(certificate);
    }

    @Test
    void certificate_ofChargesWithADeltaOfTheirOwn_showsItsSum() {
        PrivacyBudget.Builder limits =
                PrivacyBudget.builder().epsilon(3).delta(1e-5).approximateDelta(1e-6);
        PrivacyBudget budget = limits.build();
        budget.charge(new PrivacyEvent.ApproximateDp(0.25, 1e-7).times(3));
        PrivacyCertificate pure = budget.certificate();
        assertThat(pure.accountant()).isEqualTo(PrivacyCertificate.Accountant.PURE_SUM);
        assertThat(pure.delta()).isEqualTo(3e-7).isEqualTo(pure.approximateDelta());
        assertThat(pure.epsilonAtMost()).isEqualTo(0.75);
        budget.charge(new Gaussian(20));
        PrivacyCertificate filtered = budget.certificate();
        assertThat(filtered.delta()).isEqualTo(1e-5);
        assertThat(filtered.approximateDelta()).isEqualTo(1e-6);
        assertThat(PrivacyCertificate.fromJson(pure.json())).isEqualTo(pure);
        assertThat(PrivacyCertificate.fromJson(filtered.json())).isEqualTo(filtered);
        String claim = pure.json().replace("elta\":3.0E-7", "elta\":2.0E-7");
        assertThatThrownBy(() -> PrivacyCertificate.fromJson(claim))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the events cost epsilon Infinity, more than is claimed");
    }

    @Test
    void certificate_ofALedger_namesItsUnitAndHead(@TempDir Path folder) {
        try (PrivacyLedger ledger = PrivacyLedger.builder(folder.resolve("ledger"))
                .scope("wards", PrivacyBudget.builder().epsilon(1))
                .unit("patient")
                .open()) {
            ledger.scope("wards").charge(new PureDp(0.5));
            PrivacyCertificate certificate = ledger.scope("wards").certificate();
            assertThat(certificate.unit()).isEqualTo("patient");
            assertThat(certificate.scope()).isEqualTo("wards");
            assertThat(certificate.ledgerHead()).isEqualTo(ledger.head()).hasSize(64);
            assertThat(certificate.inWords())
                    .contains("one patient")
                    .contains("Scope wards of the ledger at " + ledger.head());
            assertThat(PrivacyCertificate.fromJson(certificate.json())).isEqualTo(certificate);
        }
    }

    @Test
    void certificate_ofNothing_costsNothing() {
        PrivacyCertificate certificate =
                PrivacyBudget.builder().epsilon(1).delta(1e-6).build().certificate();
        assertThat(certificate.epsilonAtMost()).isZero();
        assertThat(certificate.charges()).isZero();
        assertThat(certificate.inWords()).contains("Charged: nothing").contains("Kept in memory only.");
        assertThat(PrivacyCertificate.fromJson(certificate.json())).isEqualTo(certificate);
    }

    @Test
    void inWords_underReplaceOne_saysSo() {
        PrivacyBudget budget = PrivacyBudget.builder()
                .epsilon(10)
                .delta(1e-6)
                .neighbours(Neighbours.REPLACE_ONE)
                .build();
        budget.charge(new Gaussian(2));
        assertThat(budget.certificate().inWords())
                .contains("if the data of one record is replaced by any other")
                .contains("but for a probability of 1.0E-6")
                .contains("RENYI_FILTER with conversion IMPROVED_CKS_2020");
    }

    @Test
    void json_stored_isReadAndWrittenTheSame() {
        PrivacyCertificate read = PrivacyCertificate.fromJson(STORED);
        assertThat(read.epsilonAtMost()).isEqualTo(0.55);
        assertThat(read.library()).isEqualTo("0.1.0");
        assertThat(read.json()).isEqualTo(STORED);
    }

    /** The central promise: for the events stated, nobody can edit the number down, not even with the right key. */
    @ParameterizedTest
    @ValueSource(strings = {"0.0", "0.5", "0.549999"})
    void fromJson_claimsLessThanTheEventsCost_isRefused(String claim) {
        assertThatThrownBy(() -> PrivacyCertificate.fromJson(
                        STORED.replace("\"epsilonAtMost\":0.55", "\"epsilonAtMost\":" + claim)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the events cost epsilon 0.55, more than is claimed: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "\"charges\":4|\"charges\":5|charges must be 4, got 5",
                "\"charges\":4|\"charges\":04|not in canonical form",
                "\"charges\":4|\"charges\":99999999999999999999|not a certificate",
                "0.55|0.550|not in canonical form",
                "\"none\"|\"IMPROVED_CKS_2020\"|not in canonical form",
                "\"delta\":0.0|\"delta\":0.5|do not go with PURE_SUM",
                "pure(0.25)|approximate(0.25,1.0E-6)|no delta set aside",
                "\"approximateDelta\":0.0|\"approximateDelta\":0.5|do not go with PURE_SUM",
                "\"order\":0.0|\"order\":2.0|do not go with PURE_SUM",
                "PURE_SUM|RENYI_FILTER|do not go with RENYI_FILTER",
                "PURE_SUM|MAGIC|MAGIC",
                "\"epsilonAtLeast\":0.0|\"epsilonAtLeast\":0.6|0 <= at least <= at most",
                "\"epsilonAtLeast\":0.0|\"epsilonAtLeast\":-1.0|0 <= at least <= at most",
                "0.55|1E400|must be finite",
                "pure(0.25)|gaussian(0.25)|pure epsilon only",
                "pure(0.25)|pure(0.25)*1|canonical form",
                "pure(0.25)+pure(0.1)*3|pure(0.1)*9223372036854775807+pure(0.1)|too often",
                "ADD_OR_REMOVE|NEITHER|NEITHER",
                "\"record\"|\"two words\"|a unit is",
                "\"exact\"|\"ex\\act\"|not a certificate",
                "\"ledgerHead\":\"\"|\"ledgerHead\":\"00\"|64 hexadecimal digits",
                "\"scope\":\"\"|\"scope\":\"wards\"|scope must be a scope of the ledger",
                "\"scope\":\"\"|\"scope\":\"a/b/c\"|scope must be a scope of the ledger",
                "certificate 1|certificate 2|not a certificate"
            })
    void fromJson_oneThingChanged_isRefused(String from, String to, String problem) {
        assertThat(STORED).contains(from);
        assertThatThrownBy(() -> PrivacyCertificate.fromJson(STORED.replace(from, to)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }

    @Test
    @SuppressWarnings("NullAway") // null on purpose
    void fromJson_notToTheLetter_isRefused() {
        for (String text : new String[] {"", "{}", " " + STORED, STORED + "\n", STORED.replace(":", ": ")}) {
            assertThatThrownBy(() -> PrivacyCertificate.fromJson(text)).isInstanceOf(IllegalArgumentException.class);
        }
        String huge = STORED.replace("exact", "x".repeat(1 << 26));
        assertThatThrownBy(() -> PrivacyCertificate.fromJson(huge)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PrivacyCertificate.fromJson(null)).isInstanceOf(NullPointerException.class);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void fromJson_mutatedText_isRefusedOrCanonicalAndNeverTooCheap(long seed) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            var text = new StringBuilder(STORED);
            for (int k = random.nextInt(1, 4); k > 0; k--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(128));
                    case 1 -> text.deleteCharAt(at);
                    default -> text.insert(at, text.charAt(random.nextInt(text.length())));
                }
            }
            try {
                PrivacyCertificate read = PrivacyCertificate.fromJson(text.toString());
                assertThat(read.json()).isEqualTo(text.toString());
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void signed_anythingChanged_doesNotVerify() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1).build();
        budget.charge(new PureDp(0.25));
        PrivacyCertificate before = budget.certificate();
        // a stand-in for a key: the signature is the message backwards
        PrivacyCertificate.Signed signed = before.signedBy(PrivacyCertificateTest::reversed);
        budget.charge(new PureDp(0.25));
        PrivacyCertificate.Signed moved = new PrivacyCertificate.Signed(budget.certificate(), signed.signature());
        assertThat(signed.verify((bytes, signature) -> Arrays.equals(reversed(bytes), signature)))
                .isTrue();
        assertThat(moved.verify((bytes, signature) -> Arrays.equals(reversed(bytes), signature)))
                .isFalse();
        assertThat(new String(reversed(signed.signature()), StandardCharsets.US_ASCII))
                .isEqualTo(before.json());
    }

    @Test
    void signed_equalityAndText_areByContent() {
        PrivacyCertificate certificate =
                PrivacyBudget.builder().epsilon(1).build().certificate();
        byte[] bytes = {1, 2, 3};
        var one = new PrivacyCertificate.Signed(certificate, bytes);
        bytes[0] = 9;
        one.signature()[1] = 9;
        assertThat(one)
                .isEqualTo(new PrivacyCertificate.Signed(certificate, new byte[] {1, 2, 3}))
                .hasSameHashCodeAs(new PrivacyCertificate.Signed(certificate, new byte[] {1, 2, 3}))
                .isNotEqualTo(new PrivacyCertificate.Signed(certificate, new byte[] {1, 2}))
                .asString()
                .contains("signature of 3 bytes");
    }

    @Test
    void epsilonAtLeast_manyKindsOfEvents_isZeroRatherThanSlow() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(100).delta(1e-6).build();
        for (int i = 0; i < 33; i++) {
            budget.charge(new PrivacyEvent.PoissonSubsampledGaussian(0.01, 2 + i));
        }
        assertThat(budget.certificate().epsilonAtLeast()).isZero();
    }

    /** A mebibyte and more of events. */
    @Test
    void json_veryManyKindsOfEvents_isReadBack() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1e6).build();
        List<PrivacyEvent> events = new ArrayList<>();
        for (int i = 0; i < 70_000; i++) {
            events.add(new PureDp(0.1 + i * 1e-6));
        }
        budget.charge(new PrivacyEvent.Composed(events));
        PrivacyCertificate certificate = budget.certificate();
        assertThat(certificate.json().length()).isGreaterThan(1 << 20);
        assertThat(PrivacyCertificate.fromJson(certificate.json())).isEqualTo(certificate);
    }

    @Test
    void inWords_hugeEpsilon_isAPower() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1000).delta(1e-6).build();
        budget.charge(new PrivacyEvent.PureDp(800));
        assertThat(budget.certificate().inWords()).contains("more than e^800 times as likely");
    }

    @Test
    void epsilonAtLeast_discreteNoiseOfTooManySteps_isZero() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(10).delta(1e-6).build();
        budget.charge(new PrivacyEvent.DiscreteGaussian(1e7, 1_000_000));
        assertThat(budget.certificate().epsilonAtLeast()).isZero();
        assertThat(budget.certificate().epsilonAtMost()).isBetween(3.0, 4.0);
    }

    @Test
    void charges_beyondLong_areCappedNotWrapped() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1).build();
        PrivacyEvent often = new PureDp(1e-300).times(Long.MAX_VALUE);
        budget.charge(often.and(new PureDp(2e-300).times(Long.MAX_VALUE)));
        PrivacyCertificate certificate = budget.certificate();
        assertThat(certificate.charges()).isEqualTo(Long.MAX_VALUE);
        assertThat(PrivacyCertificate.fromJson(certificate.json())).isEqualTo(certificate);
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] back = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            back[i] = bytes[bytes.length - 1 - i];
        }
        return back;
    }
}

package io.aidc.privacy.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import org.junit.jupiter.api.Test;

/** The samples of the documentation, executed. */
class AccountingSnippetsTest {
    @Test
    void pld_isAnInterval() {
        // @start region="pld"
        PrivacyEvent run =
                new PoissonSubsampledGaussian(0.004, 1.1).times(15_000).and(new Gaussian(20));
        EpsilonInterval answer = PldAccountant.of(run).epsilon(1e-5);
        String claim = "(%.3f, %s) by %s".formatted(answer.pessimistic(), answer.delta(), answer.conversion());
        // @end
        assertThat(claim).endsWith("1.0E-5) by PLD_CTD");
        assertThat(answer.pessimistic())
                .isLessThan(RdpAccountant.of(run).epsilon(1e-5).epsilon());
    }

    @Test
    void tradeOff_isInWords() {
        // @start region="tradeoff"
        TradeOff attack = TradeOff.of(new PoissonSubsampledGaussian(0.01, 1.0).times(1_000));
        double found =
                attack.truePositiveRate(0.01); // of 100 people whose data were used, when accusing 1 of 100 others
        double sure = attack.posterior(0.1, 0.01); // that an accused person's data were used, if 1 in 10 are
        String words = attack.inWords();
        // @end
        assertThat(found).isBetween(0.01, 0.2);
        assertThat(sure).isBetween(0.1, 0.7);
        assertThat(words).contains("of 100 cases");
    }

    @Test
    void zcdp_isOneNumber() {
        // @start region="zcdp"
        ZcdpAccountant accountant = ZcdpAccountant.of(new Gaussian(20).times(100));
        double rho = accountant.rho(); // 100 / (2 · 20²)
        double epsilon = accountant.epsilon(1e-6).epsilon();
        // @end
        assertThat(rho).isCloseTo(0.125, within(1e-15));
        assertThat(epsilon).isBetween(2.0, 2.6);
    }

    @Test
    void homogeneous_rulesDiffer() {
        // @start region="homogeneous"
        HomogeneousComposition hundred = HomogeneousComposition.of(0.1, 0, 100);
        double sum = hundred.basic().epsilon(); // 10
        double advanced = hundred.advanced(1e-6).epsilon(); // 6.31
        double optimal = hundred.optimal(1e-6).epsilon(); // 4.8
        // @end
        assertThat(sum).isEqualTo(10);
        assertThat(advanced).isBetween(6.30, 6.32);
        assertThat(optimal).isBetween(4.79, 4.81);
    }
}

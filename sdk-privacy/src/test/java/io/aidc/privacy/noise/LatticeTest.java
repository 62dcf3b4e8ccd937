package io.aidc.privacy.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatticeTest {
    @Test
    void forNoise_anyScale_holdsTwoToTheFortyStepsOrMore() {
        for (double scale : new double[] {1e-200, 0.3, 1, 1.999, 2, 1e200}) {
            assertThat(scale / Lattice.forNoise(scale).step()).isBetween(0x1p40, 0x1p41);
        }
    }

    @Test
    void round_ties_goToEven() {
        var lattice = new Lattice(-2);
        assertThat(lattice.round(0.125)).isZero();
        assertThat(lattice.round(0.375)).isEqualTo(2);
        assertThat(lattice.round(-0.3)).isEqualTo(-1);
    }

    @Test
    void toDouble_beyondDouble_isTheLargestFiniteValue() {
        var lattice = new Lattice(1000);
        assertThat(lattice.toDouble(BigInteger.ONE.shiftLeft(100))).isEqualTo(Double.MAX_VALUE);
        assertThat(lattice.toDouble(BigInteger.ONE.shiftLeft(100).negate())).isEqualTo(-Double.MAX_VALUE);
        assertThat(new Lattice(-3).toDouble(BigInteger.TEN)).isEqualTo(1.25);
    }

    @Test
    void plus_valueBeyondLongSteps_isExactStill() {
        var lattice = new Lattice(0);
        assertThat(lattice.plus(0x1p70, 5)).isEqualTo(0x1p70);
        assertThat(lattice.plus(0x1p70, 1L << 60)).isEqualTo(0x1p70 + 0x1p60);
        assertThat(lattice.plus(0.4, 1L << 62)).isEqualTo(0x1p62);
        assertThat(lattice.plus(Double.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(Double.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY, 0x1p62})
    void round_outOfReach_isRefused(double value) {
        assertThatThrownBy(() -> new Lattice(0).round(value)).hasMessage("value exceeds 2^62 steps of 2^0");
    }

    @Test
    void construction_outOfRange_isNamed() {
        assertThatThrownBy(() -> new Lattice(1001)).hasMessage("exponent must be in -1000 to 1000, got 1001");
        assertThatThrownBy(() -> Lattice.forNoise(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Lattice.forNoise(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }
}

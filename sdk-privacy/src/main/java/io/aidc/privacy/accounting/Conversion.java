package io.aidc.privacy.accounting;

/** How a statement (ε, δ) was found, where no Rényi order was tried; for those see {@link RdpConversion}. */
public enum Conversion {
    /**
     * Privacy-loss distributions on a grid, joined by chords.
     *
     * @see <a href="https://arxiv.org/abs/2207.04380">Doroshenko et al. 2022</a>
     */
    PLD_CTD,

    /**
     * ε = αρ + ln(1−1/α) − ln(δα)/(α−1), least over real α &gt; 1.
     *
     * @see <a href="https://arxiv.org/abs/2004.00010">Canonne, Kamath, Steinke 2020, Proposition 12</a>
     */
    ZCDP_CKS_2020,

    /** Sums of ε and of δ. */
    BASIC_COMPOSITION,

    /**
     * ε′ = √(2k·ln(1/δ′))·ε + k·ε·(e^ε−1), δ = kδ₀ + δ′.
     *
     * @see <a href="https://doi.org/10.1561/0400000042">Dwork, Roth 2014, Theorem 3.20</a>, after Dwork, Rothblum,
     *     Vadhan 2010
     */
    ADVANCED_DRV_2010,

    /**
     * The least ε that holds for every k-fold composition of (ε₀, δ₀).
     *
     * @see <a href="https://arxiv.org/abs/1311.0776">Kairouz, Oh, Viswanath 2015, Theorem 3.3</a>
     */
    OPTIMAL_KOV_2015
}

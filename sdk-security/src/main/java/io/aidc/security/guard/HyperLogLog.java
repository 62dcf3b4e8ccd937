package io.aidc.security.guard;

/**
 * Estimates how many distinct hashes were added, in 1 KiB, with a standard error of 3.25 %. <em>Confined: under its owner's
 * lock.</em>
 *
 * @see <a href="https://doi.org/10.46298/dmtcs.3545">Flajolet et al. 2007, figure 3; with 64-bit hashes its correction for
 *     large ranges is not needed</a>
 */
final class HyperLogLog {
    private static final int INDEX_BITS = 10;
    private static final int REGISTERS = 1 << INDEX_BITS;
    private static final double ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

    private final byte[] registers = new byte[REGISTERS];

    void add(long hash) {
        int index = (int) (hash >>> (Long.SIZE - INDEX_BITS));
        int rank = Long.numberOfLeadingZeros(hash << INDEX_BITS | 1L << (INDEX_BITS - 1)) + 1;
        if (rank > registers[index]) {
            registers[index] = (byte) rank;
        }
    }

    double estimate() {
        double sum = 0;
        int zeros = 0;
        for (byte register : registers) {
            sum += 1.0 / (1L << register);
            zeros += register == 0 ? 1 : 0;
        }
        double raw = ALPHA * REGISTERS * REGISTERS / sum;
        return raw <= 2.5 * REGISTERS && zeros > 0 ? REGISTERS * Math.log((double) REGISTERS / zeros) : raw;
    }
}

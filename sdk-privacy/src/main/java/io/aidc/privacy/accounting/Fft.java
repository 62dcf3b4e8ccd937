package io.aidc.privacy.accounting;

/**
 * The Fourier transform of real sequences whose length is a power of two, in split arrays.
 *
 * <p>Even and odd samples go into one complex transform of half the length. That one decimates in frequency forwards and
 * in time backwards, so spectra lie in bit-reversed order and nothing is ever reordered; it recurses until a block fits
 * the cache. Immutable after construction.
 */
final class Fft {
    private static final int BLOCK = 1 << 12;

    private final int half;
    /** e^{−πik/d} at d + k for every power of two d up to half, so that each stage reads in order. */
    private final double[] cos;

    private final double[] sin;

    /** For sequences of 2^bits samples, bits ≥ 2. */
    Fft(int bits) {
        half = 1 << (bits - 1);
        cos = new double[2 * half];
        sin = new double[2 * half];
        for (int k = 0; k <= half / 2; k++) {
            double value = Math.cos(Math.PI * k / half);
            cos[half + k] = value;
            sin[half + half / 2 - k] = -value;
            if (k > 0) {
                cos[2 * half - k] = -value;
            }
            if (k < half / 2) {
                sin[half + half / 2 + k] = -value;
            }
        }
        for (int k = half - 1; k > 0; k--) {
            cos[k] = cos[2 * k];
            sin[k] = sin[2 * k];
        }
    }

    int length() {
        return 2 * half;
    }

    /** Frequencies 0 and n/2, both real, share position 0. */
    Spectrum forward(double[] samples) {
        double[] re = new double[half];
        double[] im = new double[half];
        for (int i = 0; i < half; i++) {
            re[i] = samples[2 * i];
            im[i] = samples[2 * i + 1];
        }
        down(re, im, 0, half);
        split(re, im);
        return new Spectrum(re, im);
    }

    /** Undoes {@link #forward}; the spectrum is used up. */
    double[] inverse(Spectrum spectrum) {
        double[] re = spectrum.re;
        double[] im = spectrum.im;
        join(re, im);
        up(re, im, 0, half);
        double[] samples = new double[2 * half];
        for (int i = 0; i < half; i++) {
            samples[2 * i] = re[i] / half;
            samples[2 * i + 1] = im[i] / half;
        }
        return samples;
    }

    private void down(double[] re, double[] im, int start, int length) {
        if (length > BLOCK) {
            downStage(re, im, start, length);
            down(re, im, start, length / 2);
            down(re, im, start + length / 2, length / 2);
            return;
        }
        for (int span = length; span >= 2; span /= 2) {
            for (int s = start; s < start + length; s += span) {
                downStage(re, im, s, span);
            }
        }
    }

    private void downStage(double[] re, double[] im, int start, int span) {
        int distance = span / 2;
        for (int i = start, k = distance; i < start + distance; i++, k++) {
            int j = i + distance;
            double x = re[i] - re[j];
            double y = im[i] - im[j];
            re[i] += re[j];
            im[i] += im[j];
            re[j] = x * cos[k] - y * sin[k];
            im[j] = x * sin[k] + y * cos[k];
        }
    }

    private void up(double[] re, double[] im, int start, int length) {
        if (length > BLOCK) {
            up(re, im, start, length / 2);
            up(re, im, start + length / 2, length / 2);
            upStage(re, im, start, length);
            return;
        }
        for (int span = 2; span <= length; span *= 2) {
            for (int s = start; s < start + length; s += span) {
                upStage(re, im, s, span);
            }
        }
    }

    private void upStage(double[] re, double[] im, int start, int span) {
        int distance = span / 2;
        for (int i = start, k = distance; i < start + distance; i++, k++) {
            int j = i + distance;
            double x = re[j] * cos[k] + im[j] * sin[k];
            double y = im[j] * cos[k] - re[j] * sin[k];
            re[j] = re[i] - x;
            im[j] = im[i] - y;
            re[i] += x;
            im[i] += y;
        }
    }

    /** From the transform of even + i·odd to that of the whole: X(k) = E(k) + w^k·O(k), pair by pair. */
    private void split(double[] re, double[] im) {
        double zero = re[0];
        re[0] = zero + im[0];
        im[0] = zero - im[0];
        for (int block = 1; block < half; block *= 2) {
            for (int p = block, q = 2 * block - 1; p <= q; p++, q--) {
                int k = half + frequency(p);
                double evenRe = (re[p] + re[q]) / 2;
                double evenIm = (im[p] - im[q]) / 2;
                double oddRe = (im[p] + im[q]) / 2;
                double oddIm = (re[q] - re[p]) / 2;
                double x = oddRe * cos[k] - oddIm * sin[k];
                double y = oddRe * sin[k] + oddIm * cos[k];
                re[p] = evenRe + x;
                im[p] = evenIm + y;
                re[q] = evenRe - x;
                im[q] = y - evenIm;
            }
        }
    }

    private void join(double[] re, double[] im) {
        double zero = re[0];
        re[0] = (zero + im[0]) / 2;
        im[0] = (zero - im[0]) / 2;
        for (int block = 1; block < half; block *= 2) {
            for (int p = block, q = 2 * block - 1; p <= q; p++, q--) {
                int k = half + frequency(p);
                double evenRe = (re[p] + re[q]) / 2;
                double evenIm = (im[p] - im[q]) / 2;
                double x = (re[p] - re[q]) / 2;
                double y = (im[p] + im[q]) / 2;
                double oddRe = x * cos[k] + y * sin[k];
                double oddIm = y * cos[k] - x * sin[k];
                re[p] = evenRe - oddIm;
                im[p] = evenIm + oddRe;
                re[q] = evenRe + oddIm;
                im[q] = oddRe - evenIm;
            }
        }
    }

    /** The frequency at a position; that of the mirrored frequency is the block's other end. */
    private int frequency(int position) {
        return Integer.reverse(position) >>> (Integer.numberOfLeadingZeros(half) + 1);
    }

    /** A transformed sequence; confined to one thread. */
    static final class Spectrum {
        private static final double NOTHING = 1e-40;

        private final double[] re;
        private final double[] im;

        private Spectrum(double[] re, double[] im) {
            this.re = re;
            this.im = im;
        }

        /** Raises every frequency to a power ≥ 1. What falls below 1e-40 becomes 0. */
        void raise(long times) {
            if (times == 1) {
                return;
            }
            re[0] = Math.pow(re[0], (double) times);
            im[0] = Math.pow(im[0], (double) times);
            double least = Math.pow(NOTHING, 2.0 / times);
            for (int i = 1; i < re.length; i++) {
                double square = re[i] * re[i] + im[i] * im[i];
                if (square < least) {
                    re[i] = 0;
                    im[i] = 0;
                } else {
                    raise(i, times);
                }
            }
        }

        private void raise(int i, long times) {
            double baseRe = re[i];
            double baseIm = im[i];
            double x = 1;
            double y = 0;
            for (long left = times; left > 0; left >>= 1) {
                if ((left & 1) != 0) {
                    double next = x * baseRe - y * baseIm;
                    y = x * baseIm + y * baseRe;
                    x = next;
                }
                double next = (baseRe - baseIm) * (baseRe + baseIm);
                baseIm = 2 * baseRe * baseIm;
                baseRe = next;
            }
            re[i] = x;
            im[i] = y;
        }

        void multiply(Spectrum other) {
            re[0] *= other.re[0];
            im[0] *= other.im[0];
            for (int i = 1; i < re.length; i++) {
                double x = re[i] * other.re[i] - im[i] * other.im[i];
                im[i] = re[i] * other.im[i] + im[i] * other.re[i];
                re[i] = x;
            }
        }
    }
}

package io.aidc.training.optim;

import java.util.Objects;

/**
 * Describes how the learning rate changes over a run: the optimiser's rate is multiplied with a factor for each step.
 *
 * <p>Immutable.
 */
public sealed interface Schedule {
    /** Keeps the rate as it is. */
    Schedule CONSTANT = new Constant();

    /**
     * Gives the factor of one step.
     *
     * @param step the step, from 1
     * @param steps how many steps the run has, ≥ {@code step}
     * @return what the optimiser's rate is multiplied with, ≥ 0
     */
    double factor(int step, int steps);

    /**
     * Multiplies the rate with γ each time some steps are done.
     *
     * @param every how many steps, &gt; 0
     * @param gamma the factor, in (0, 1]
     * @return the schedule
     * @throws IllegalArgumentException if a number is out of range
     */
    static Schedule step(int every, double gamma) {
        return new Step(every, gamma);
    }

    /**
     * Lowers the rate over the whole run along half a cosine.
     *
     * @param least the factor at the end, in [0, 1]
     * @return the schedule
     * @throws IllegalArgumentException if the factor is out of range
     * @see <a href="https://arxiv.org/abs/1608.03983">Loshchilov and Hutter 2017, without restarts</a>
     */
    static Schedule cosine(double least) {
        return new Cosine(least);
    }

    /**
     * Raises the rate in a straight line from one of {@code steps} parts, then follows another schedule for the rest of the
     * run.
     *
     * @param steps how many steps it takes to the full rate, &gt; 0
     * @param then what follows
     * @return the schedule
     * @throws IllegalArgumentException if the number is not positive
     */
    static Schedule warmUp(int steps, Schedule then) {
        return new WarmUp(steps, then);
    }

    /**
     * Raises the rate along half a cosine from 1/25 of the optimiser's rate, which is the greatest, to the whole of it in the
     * first 30 % of the run, then lowers it to 1/250,000 in the rest; PyTorch's defaults.
     *
     * @return the schedule
     * @see <a href="https://arxiv.org/abs/1708.07120">Smith and Topin 2018</a>
     */
    static Schedule oneCycle() {
        return new OneCycle(0.3, 25, 10_000);
    }

    /**
     * Lowers the rate when the loss of an epoch has not become smaller for some epochs: the validation loss if there are
     * validation rows, else the training loss.
     *
     * @param patience how many epochs without gain are borne before the rate is lowered, ≥ 0
     * @param gamma what the rate is multiplied with, in (0, 1)
     * @return the schedule
     * @throws IllegalArgumentException if a number is out of range
     */
    static Plateau onPlateau(int patience, double gamma) {
        return new Plateau(patience, gamma);
    }

    /** Keeps the rate. */
    record Constant() implements Schedule {
        @Override
        public double factor(int step, int steps) {
            return 1;
        }
    }

    /**
     * Lowers the rate in stairs.
     *
     * @param every how many steps a stair is wide, &gt; 0
     * @param gamma the factor of each stair, in (0, 1]
     */
    record Step(int every, double gamma) implements Schedule {
        /** Checks the numbers. */
        public Step {
            Numbers.atLeastOne("every", every);
            if (!(gamma > 0 && gamma <= 1)) {
                throw new IllegalArgumentException("gamma must be in (0, 1], got " + gamma);
            }
        }

        @Override
        public double factor(int step, int steps) {
            int stairs = (step - 1) / every;
            return Math.pow(gamma, stairs);
        }
    }

    /**
     * Lowers the rate along half a cosine.
     *
     * @param least the factor that would follow the last step, in [0, 1]
     */
    record Cosine(double least) implements Schedule {
        /** Checks the number. */
        public Cosine {
            if (!(least >= 0 && least <= 1)) {
                throw new IllegalArgumentException("least must be in [0, 1], got " + least);
            }
        }

        @Override
        public double factor(int step, int steps) {
            return least + (1 - least) * (1 + Math.cos(Math.PI * (step - 1) / steps)) / 2;
        }
    }

    /**
     * Raises the rate, then follows another schedule.
     *
     * @param steps how many steps it takes to the full rate, &gt; 0
     * @param then what follows
     */
    record WarmUp(int steps, Schedule then) implements Schedule {
        /** Checks the numbers. */
        public WarmUp {
            Numbers.atLeastOne("steps", steps);
            Objects.requireNonNull(then, "then");
            if (then instanceof Plateau) {
                throw new IllegalArgumentException("a plateau schedule cannot follow a warm-up");
            }
        }

        @Override
        public double factor(int step, int all) {
            return step <= steps ? (double) step / steps : then.factor(step - steps, Math.max(all - steps, 1));
        }
    }

    /**
     * Raises and lowers the rate once.
     *
     * @param rise the part of the run in which the rate rises, in (0, 1)
     * @param startDivisor the greatest rate divided by the first, ≥ 1
     * @param endDivisor the first rate divided by the last, ≥ 1
     */
    record OneCycle(double rise, double startDivisor, double endDivisor) implements Schedule {
        /** Checks the numbers. */
        public OneCycle {
            if (!(rise > 0 && rise < 1)) {
                throw new IllegalArgumentException("rise must be in (0, 1), got " + rise);
            }
            Numbers.notNegative("startDivisor - 1", startDivisor - 1);
            Numbers.notNegative("endDivisor - 1", endDivisor - 1);
        }

        @Override
        public double factor(int step, int steps) {
            double peak = rise * steps - 1;
            double start = 1 / startDivisor;
            double end = start / endDivisor;
            int at = step - 1;
            return at <= peak
                    ? between(start, 1, peak == 0 ? 1 : at / peak)
                    : between(1, end, (at - peak) / (steps - 1 - peak));
        }

        private static double between(double from, double to, double part) {
            return to + (from - to) / 2 * (1 + Math.cos(Math.PI * part));
        }
    }

    /**
     * Lowers the rate on a plateau; its factor is 1 until the run lowers it.
     *
     * @param patience how many epochs without gain are borne, ≥ 0
     * @param gamma what the rate is multiplied with, in (0, 1)
     */
    record Plateau(int patience, double gamma) implements Schedule {
        /** The part by which a loss must shrink to count as a gain. */
        public static final double THRESHOLD = 1e-4;

        /** Checks the numbers. */
        public Plateau {
            if (patience < 0) {
                throw new IllegalArgumentException("patience must be >= 0, got " + patience);
            }
            if (!(gamma > 0 && gamma < 1)) {
                throw new IllegalArgumentException("gamma must be in (0, 1), got " + gamma);
            }
        }

        @Override
        public double factor(int step, int steps) {
            return 1;
        }
    }
}

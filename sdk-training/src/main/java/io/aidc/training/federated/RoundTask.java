package io.aidc.training.federated;

/**
 * Says what a client is to train from in one round.
 *
 * <p>Immutable.
 */
public final class RoundTask {
    private final int round;
    private final long seed;
    private final double proximal;
    private final double clipNorm;
    /** Never changed: one array serves all clients of a round. */
    private final float[] parameters;

    private RoundTask(int round, long seed, double proximal, double clipNorm, float[] parameters) {
        this.round = round;
        this.seed = seed;
        this.proximal = proximal;
        this.clipNorm = clipNorm;
        this.parameters = parameters;
    }

    /**
     * Makes a task, as a transport does that has received one.
     *
     * @param round the round, from 1
     * @param seed what the client's own randomness is drawn from, another for each client and round
     * @param proximal the weight μ of the proximal term, ≥ 0 and finite; 0 for none
     * @param parameters the parameters to start from, flat, float32; copied
     * @return the task
     * @throws IllegalArgumentException if a number is out of range
     */
    public static RoundTask of(int round, long seed, double proximal, float[] parameters) {
        Checks.positive("round", round);
        Checks.notNegative("proximal", proximal);
        return new RoundTask(round, seed, proximal, Double.POSITIVE_INFINITY, parameters.clone());
    }

    static RoundTask sharing(int round, double proximal, double clipNorm, float[] parameters) {
        return new RoundTask(round, 0, proximal, clipNorm, parameters);
    }

    RoundTask seeded(long value) {
        return new RoundTask(round, value, proximal, clipNorm, parameters);
    }

    /**
     * Gives this task with other parameters, as a client does that adds its own head.
     *
     * @param values the parameters, flat, float32; copied
     * @return a changed copy
     */
    public RoundTask withParameters(float[] values) {
        return new RoundTask(round, seed, proximal, clipNorm, values.clone());
    }

    /**
     * Gives this task with a bound that a {@link MaskedClient} shortens its vector to.
     *
     * @param norm the L2 bound, &gt; 0; infinity for none
     * @return a changed copy
     * @throws IllegalArgumentException if the bound is not positive
     */
    public RoundTask withClipNorm(double norm) {
        if (!(norm > 0)) {
            throw new IllegalArgumentException("clipNorm must be > 0, got " + norm);
        }
        return new RoundTask(round, seed, proximal, norm, parameters);
    }

    /**
     * Gives the round.
     *
     * @return its number, from 1
     */
    public int round() {
        return round;
    }

    /**
     * Gives what the client's own randomness is to be drawn from.
     *
     * @return another number for each client and round, the same when a run is repeated
     */
    public long seed() {
        return seed;
    }

    /**
     * Gives the weight of the proximal term.
     *
     * @return μ, ≥ 0; 0 for none
     */
    public double proximal() {
        return proximal;
    }

    /**
     * Gives the bound that a {@link MaskedClient} shortens its vector to; for updates that the server sees, the server does it.
     *
     * @return the L2 norm; infinity for none
     */
    public double clipNorm() {
        return clipNorm;
    }

    /**
     * Gives the parameters to start from.
     *
     * @return a copy, flat, float32, which the caller may train in place
     */
    public float[] parameters() {
        return parameters.clone();
    }

    /**
     * Counts the parameters.
     *
     * @return how many there are
     */
    public int length() {
        return parameters.length;
    }

    /**
     * Names the round.
     *
     * @return text without the parameters
     */
    @Override
    public String toString() {
        return "RoundTask[round=%d, parameters=%d, proximal=%s]".formatted(round, parameters.length, proximal);
    }
}

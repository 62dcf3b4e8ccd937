package io.aidc.training.search;

/** Gives the value of one choice of parameters, which it asks its {@link Trial} for. */
@FunctionalInterface
public interface Objective {
    /**
     * Evaluates one trial.
     *
     * @param trial gives the parameters and takes intermediate values
     * @return the value to make small or large; one that is not finite makes the trial a failed one
     * @throws Exception if the trial fails; it is recorded with the error, and the search goes on unless
     *     {@link Search#failFast} is set
     */
    double evaluate(Trial trial) throws Exception;
}

package io.aidc.training.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One choice of parameters, being tried. The objective asks for the parameters as it needs them, also in branches and
 * loops; a parameter asked for twice has the same value, and one name has the same domain in all trials of a search.
 *
 * <p>Pruning: {@link #report} an intermediate value after each epoch, and return when {@link #shouldPrune} says so.
 * Whatever the objective returns or throws after that, the trial is recorded as pruned. No exception is used as a
 * signal, because code between the epoch and the search, which runs listeners say, would take it for a failure.
 *
 * {@snippet class="io.aidc.training.search.SearchSnippetsTest" region="prune"}
 *
 * <p>Thread-safe, though parameters asked for by several threads come in no certain order.
 */
public final class Trial {
    private final Study study;
    private final Attempt attempt;

    Trial(Study study, Attempt attempt) {
        this.study = study;
        this.attempt = attempt;
    }

    /**
     * Tells which trial this is.
     *
     * @return the number, from 0
     */
    public int number() {
        return attempt.number();
    }

    /**
     * Asks for a real number, evenly spread.
     *
     * @param name 1 to 200 characters
     * @param low the least value, finite
     * @param high the greatest value, finite, ≥ {@code low}
     * @return the value, in [low, high]
     * @throws IllegalArgumentException if a bound is out of range, or the parameter has another domain
     * @throws IllegalStateException if the trial is over
     */
    public double uniform(String name, double low, double high) {
        return ask(name, new Domain.Real(low, high, Domain.Scale.LINEAR));
    }

    /**
     * Asks for a positive real number whose logarithm is evenly spread, as suits learning rates.
     *
     * @param name 1 to 200 characters
     * @param low the least value, &gt; 0
     * @param high the greatest value, finite, ≥ {@code low}
     * @return the value, in [low, high]
     * @throws IllegalArgumentException if a bound is out of range, or the parameter has another domain
     * @throws IllegalStateException if the trial is over
     */
    public double logUniform(String name, double low, double high) {
        return ask(name, new Domain.Real(low, high, Domain.Scale.LOG));
    }

    /**
     * Asks for a whole number, evenly spread.
     *
     * @param name 1 to 200 characters
     * @param low the least value
     * @param high the greatest value, ≥ {@code low}
     * @return the value, in [low, high]
     * @throws IllegalArgumentException if a bound is out of range, or the parameter has another domain
     * @throws IllegalStateException if the trial is over
     */
    public int integer(String name, int low, int high) {
        return (int) ask(name, new Domain.Whole(low, high, Domain.Scale.LINEAR));
    }

    /**
     * Asks for a positive whole number whose logarithm is evenly spread, as suits widths of layers.
     *
     * @param name 1 to 200 characters
     * @param low the least value, &gt; 0
     * @param high the greatest value, ≥ {@code low}
     * @return the value, in [low, high]
     * @throws IllegalArgumentException if a bound is out of range, or the parameter has another domain
     * @throws IllegalStateException if the trial is over
     */
    public int logInteger(String name, int low, int high) {
        return (int) ask(name, new Domain.Whole(low, high, Domain.Scale.LOG));
    }

    /**
     * Asks for one of the numbers {@code low}, {@code low + step}, … up to {@code high}.
     *
     * @param name 1 to 200 characters
     * @param low the least value, finite
     * @param high what no value exceeds but for rounding, finite, ≥ {@code low}
     * @param step the distance of neighbours, &gt; 0 and finite
     * @return the value
     * @throws IllegalArgumentException if a number is out of range, or the parameter has another domain
     * @throws IllegalStateException if the trial is over
     */
    public double step(String name, double low, double high, double step) {
        return ask(name, new Domain.Stepped(low, high, step));
    }

    /**
     * Asks for one of several options.
     *
     * @param name 1 to 200 characters
     * @param options at least one, at most 1000, distinct, each of 1 to 200 characters
     * @return the option
     * @throws IllegalArgumentException if the options are not like that, or the parameter has another domain
     * @throws IllegalStateException if the trial is over
     */
    public String choice(String name, String... options) {
        List<String> list = List.of(options);
        return list.get((int) ask(name, new Domain.Choice(list)));
    }

    /**
     * Asks for one of the constants of an enum.
     *
     * @param name 1 to 200 characters
     * @param options an enum with at least one constant
     * @param <E> the enum
     * @return the constant
     * @throws IllegalArgumentException if there is no constant, or the parameter has another domain
     * @throws IllegalStateException if the trial is over
     */
    public <E extends Enum<E>> E choice(String name, Class<E> options) {
        E[] constants = options.getEnumConstants();
        List<String> names = new ArrayList<>();
        for (E constant : constants) {
            names.add(constant.name());
        }
        return constants[(int) ask(name, new Domain.Choice(names))];
    }

    /**
     * Asks for yes or no.
     *
     * @param name 1 to 200 characters
     * @return the value
     * @throws IllegalArgumentException if the parameter has another domain
     * @throws IllegalStateException if the trial is over
     */
    public boolean flag(String name) {
        return ask(name, new Domain.Choice(List.of("false", "true"))) == 1;
    }

    private double ask(String name, Domain domain) {
        Ranges.checkText("name", Objects.requireNonNull(name, "name"));
        return study.ask(attempt, name, domain);
    }

    /**
     * Takes an intermediate value, in the unit of the objective, for the pruner and the record. A value that is not
     * finite makes the trial a failed one, of which {@link #shouldPrune} says that it is not worth going on.
     *
     * @param step how far the trial is, ≥ 0, often the epoch; greater than at the report before
     * @param value what the objective would return
     * @throws IllegalArgumentException if the step is not greater than the last one
     * @throws IllegalStateException if the trial is over
     */
    public void report(int step, double value) {
        study.report(attempt, step, value);
    }

    /**
     * Tells whether the objective should return: the pruner judged the last report, a report was not finite, or the
     * search is being ended. Once true it stays so.
     *
     * @return whether to stop
     */
    public boolean shouldPrune() {
        return study.shouldPrune(attempt);
    }
}

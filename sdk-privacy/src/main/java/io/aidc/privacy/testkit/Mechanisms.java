package io.aidc.privacy.testkit;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * The only ways by which something leaves a pipeline under audit: every noised release, and every random choice.
 *
 * <p>A pipeline takes this instead of calling mechanisms itself. In production the one method is a lambda that adds the
 * noise, in {@link ReplayAudit} it records. A release is anything between raw numbers and a noised answer; its name
 * stands for one charge to the budget.
 *
 * {@snippet class="io.aidc.privacy.testkit.TestkitSnippetsTest" region="mechanisms"}
 */
@FunctionalInterface
public interface Mechanisms {

    /**
     * Adds noise to values and releases them.
     *
     * @param name what this release is called; one name, one charge
     * @param values what the data say, already clipped; not modified
     * @param sensitivity by how much one unit may move them
     * @return the noised answer
     */
    double[] release(String name, double[] values, Sensitivity sensitivity);

    /**
     * Adds noise to one value and releases it.
     *
     * @param name what this release is called; one name, one charge
     * @param value what the data say, already clipped
     * @param sensitivity by how much one unit may move it
     * @return the noised answer
     */
    default double release(String name, double value, Sensitivity sensitivity) {
        return release(name, new double[] {value}, sensitivity)[0];
    }

    /**
     * Is where the pipeline takes all other random choices from. How much it draws must not depend on the data: one
     * draw more shifts all that follow. For choices about single units, such as who is in a batch, see
     * {@link #random(String)}.
     *
     * @return secret randomness, unless an audit makes it repeat
     */
    default RandomGenerator random() {
        return new SecureRandom();
    }

    /**
     * Is where the pipeline takes the random choices about one thing from, such as whether a unit is in a step's batch.
     * What is drawn under one name moves nothing under another.
     *
     * @param name the thing, such as step and unit: {@code "batch 7, unit 42"}
     * @return secret randomness, unless an audit makes it repeat: then the same for the same name
     */
    default RandomGenerator random(String name) {
        return random();
    }
}

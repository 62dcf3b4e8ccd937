package io.aidc.privacy.testkit;

/**
 * A place where a pipeline treated two neighbouring data sets differently, outside of its mechanisms. Immutable.
 *
 * <p>Names in findings are those the pipeline gave to its releases.
 */
public sealed interface ReplayFinding {

    /**
     * Returns which run it happened in.
     *
     * @return 0 for the data themselves, 1 for the first neighbour, and so on
     */
    int run();

    /**
     * The releases are not the same ones: another name, another number of values, more of them or fewer. The run was
     * not followed any further.
     *
     * @param run which neighbour, from 1
     * @param index which release, from 0
     * @param recorded what came at this place on the data, such as {@code mean[3]} for three values, or {@code nothing}
     * @param replayed what came on the neighbour
     */
    record ReleasesDiffer(int run, int index, String recorded, String replayed) implements ReplayFinding {}

    /**
     * The declared sensitivity depends on the data.
     *
     * @param run which neighbour, from 1
     * @param name the release
     * @param recorded what was declared on the data
     * @param replayed what was declared on the neighbour
     */
    record SensitivityDiffers(int run, String name, Sensitivity recorded, Sensitivity replayed)
            implements ReplayFinding {}

    /**
     * The input of a release moved by more than was declared.
     *
     * @param run which neighbour, from 1
     * @param name the release
     * @param declared what was declared
     * @param moved how far it moved, in that norm
     */
    record MovedTooFar(int run, String name, Sensitivity declared, double moved) implements ReplayFinding {}

    /**
     * The input of a release was NaN or infinite.
     *
     * @param run which run, 0 for the data themselves
     * @param name the release
     * @param coordinate which value, from 0
     */
    record NotFinite(int run, String name, int coordinate) implements ReplayFinding {}

    /**
     * A name that stands for one charge was released again and again.
     *
     * @param run which run, 0 for the data themselves
     * @param name the release
     * @param times how often it was released
     * @param allowed how often it may be
     */
    record ReleasedTooOften(int run, String name, int times, int allowed) implements ReplayFinding {}

    /**
     * What the pipeline returned differs although all noised answers were the same.
     *
     * @param run which neighbour, from 1
     */
    record ResultDiffers(int run) implements ReplayFinding {}

    /**
     * The pipeline failed on the neighbour only. Its message is left out, since it may speak about rows.
     *
     * @param run which neighbour, from 1
     * @param exception the class of what was thrown: any exception or error but those of the virtual machine, such as
     *     too little memory, which are passed on; a stack overflow counts
     */
    record Failed(int run, String exception) implements ReplayFinding {}
}

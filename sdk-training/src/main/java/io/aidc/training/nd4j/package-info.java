/**
 * Trains networks of ND4J's SameDiff in the same runs as this module's own; start at
 * {@link io.aidc.training.nd4j.SameDiffModel}.
 *
 * <p>ND4J is an optional dependency: {@code org.nd4j:nd4j-native:1.0.0-M2.1} with the classifier of the platform. It needs
 * {@code sun.misc.Unsafe}: where a JDK denies that, start it with {@code --sun-misc-unsafe-memory-access=allow}.
 */
@NullMarked
package io.aidc.training.nd4j;

import org.jspecify.annotations.NullMarked;

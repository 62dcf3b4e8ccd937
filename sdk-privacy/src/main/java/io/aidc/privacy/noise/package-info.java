/**
 * Draws noise whose low bits tell nothing; start at {@link io.aidc.privacy.noise.GaussianNoise}.
 *
 * <p>All sampling is integer arithmetic on a cryptographic stream. Running time depends on the magnitude drawn; against
 * observers who time single calls, {@link io.aidc.privacy.noise.NoisePool} draws ahead.
 */
@NullMarked
package io.aidc.privacy.noise;

import org.jspecify.annotations.NullMarked;

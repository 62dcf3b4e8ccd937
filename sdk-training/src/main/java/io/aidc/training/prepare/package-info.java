/**
 * Makes data ready to learn from: cleaning, encoding, rebalancing and augmentation; start at
 * {@link io.aidc.training.prepare.Cleaning} and {@link io.aidc.training.prepare.FeaturePlan}.
 */
@NullMarked
package io.aidc.training.prepare;

import org.jspecify.annotations.NullMarked;

/** Trains on private data with noise that is drawn, paid for and accounted together; start at {@link DpPlan}. */
@NullMarked
package io.aidc.privacy.training;

import org.jspecify.annotations.NullMarked;

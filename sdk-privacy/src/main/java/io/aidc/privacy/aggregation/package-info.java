/**
 * Adds up vectors of many clients so that the server learns the sum and no single vector; start at
 * {@link io.aidc.privacy.aggregation.SecureSum}.
 *
 * <p>Messages are plain bytes: how they travel, and who vouches for their sender, is up to the caller.
 */
@NullMarked
package io.aidc.privacy.aggregation;

import org.jspecify.annotations.NullMarked;

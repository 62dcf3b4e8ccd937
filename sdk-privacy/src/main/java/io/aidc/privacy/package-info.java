/**
 * Releases statistics and trains models so that the effect of one person on what leaves is bounded and accounted for;
 * start at {@link io.aidc.privacy.PrivacyBudget}.
 */
@NullMarked
package io.aidc.privacy;

import org.jspecify.annotations.NullMarked;

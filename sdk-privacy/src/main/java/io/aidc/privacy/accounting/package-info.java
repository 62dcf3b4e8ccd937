/**
 * Turns what was done to the data into a statement (ε, δ); start at {@link io.aidc.privacy.accounting.PldAccountant},
 * {@link io.aidc.privacy.accounting.Calibration} and {@link io.aidc.privacy.accounting.TradeOff}.
 */
@NullMarked
package io.aidc.privacy.accounting;

import org.jspecify.annotations.NullMarked;

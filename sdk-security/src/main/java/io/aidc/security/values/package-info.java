/**
 * Protects single values: secrets, identifiers, pseudonyms. Start with {@link io.aidc.security.values.ValueSealer}; for
 * values that must stay comparable or keep their shape, see {@link io.aidc.security.values.Pseudonyms} and
 * {@link io.aidc.security.values.FormatPreserving}.
 */
@NullMarked
package io.aidc.security.values;

import org.jspecify.annotations.NullMarked;

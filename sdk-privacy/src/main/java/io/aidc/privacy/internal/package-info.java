/**
 * Keeps lines in a durable, hash-chained file and knows nothing of privacy; start at
 * {@link io.aidc.privacy.internal.ChainedLog}. Not part of the API.
 */
@NullMarked
package io.aidc.privacy.internal;

import org.jspecify.annotations.NullMarked;

/**
 * Puts several requests into one run without making a lone one wait: {@link io.aidc.serving.internal.batch.Batcher}.
 */
@NullMarked
package io.aidc.serving.internal.batch;

import org.jspecify.annotations.NullMarked;

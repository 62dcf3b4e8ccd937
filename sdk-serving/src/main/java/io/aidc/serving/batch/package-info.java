/**
 * Puts several requests into one run without making a lone one wait: {@link io.aidc.serving.batch.Batcher}.
 */
@NullMarked
package io.aidc.serving.batch;

import org.jspecify.annotations.NullMarked;

/**
 * Answers model questions inside the JVM: batched, cached, protected and explainable. Start at {@link
 * io.aidc.serving.ModelServer}.
 */
@NullMarked
package io.aidc.serving;

import org.jspecify.annotations.NullMarked;

/** Keeps answers: {@link io.aidc.serving.internal.cache.AnswerCache}. */
@NullMarked
package io.aidc.serving.internal.cache;

import org.jspecify.annotations.NullMarked;

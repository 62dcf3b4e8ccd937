/** Keeps answers: {@link io.aidc.serving.cache.AnswerCache}. */
@NullMarked
package io.aidc.serving.cache;

import org.jspecify.annotations.NullMarked;

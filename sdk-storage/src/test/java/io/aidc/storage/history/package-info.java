/** Judges recorded histories of concurrent operations; start with {@code Checker}. */
@NullMarked
package io.aidc.storage.history;

import org.jspecify.annotations.NullMarked;

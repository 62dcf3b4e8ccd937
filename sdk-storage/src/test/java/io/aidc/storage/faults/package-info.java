/** Runs real nodes under faults and judges what they answered; start with {@code Faults}. */
@NullMarked
package io.aidc.storage.faults;

import org.jspecify.annotations.NullMarked;

/** What the readers of column files share. */
@NullMarked
package io.aidc.training.data.internal;

import org.jspecify.annotations.NullMarked;

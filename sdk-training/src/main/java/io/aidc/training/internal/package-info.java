/** Seams between packages of this module; not for users. */
@NullMarked
package io.aidc.training.internal;

import org.jspecify.annotations.NullMarked;

/** How workers find one another; not for users. */
@NullMarked
package io.aidc.training.dist.internal;

import org.jspecify.annotations.NullMarked;

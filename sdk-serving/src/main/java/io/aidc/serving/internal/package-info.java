/** Shared by the packages of this module and by nobody else. */
@NullMarked
package io.aidc.serving.internal;

import org.jspecify.annotations.NullMarked;

/** Pages with pictures, as HTML and SVG text, for the packages that write them. */
@NullMarked
package io.aidc.training.track.internal;

import org.jspecify.annotations.NullMarked;

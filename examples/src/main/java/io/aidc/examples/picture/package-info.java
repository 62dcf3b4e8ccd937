/** Pictures as SVG text, for pages that need no script and no network. */
@NullMarked
package io.aidc.examples.picture;

import org.jspecify.annotations.NullMarked;

/** Holds the keys under which things are sealed. Start with {@link io.aidc.security.keys.KeyRing}. */
@NullMarked
package io.aidc.security.keys;

import org.jspecify.annotations.NullMarked;

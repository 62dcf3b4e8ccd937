/** What several packages of this module share; not an API. */
@NullMarked
package io.aidc.security.internal;

import org.jspecify.annotations.NullMarked;

/**
 * Guards a model against floods of requests and against being copied through its answers. Start with
 * {@link io.aidc.security.guard.RequestGuard}.
 */
@NullMarked
package io.aidc.security.guard;

import org.jspecify.annotations.NullMarked;

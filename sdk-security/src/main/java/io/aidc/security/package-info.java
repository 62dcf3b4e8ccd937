/** Keeps models and data sealed under keys that rotate. Start with {@link io.aidc.security.Vault}. */
@NullMarked
package io.aidc.security;

import org.jspecify.annotations.NullMarked;

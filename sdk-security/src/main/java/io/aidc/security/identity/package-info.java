/**
 * Checks who somebody is: passwords, one-time codes, sessions and API keys. Start with
 * {@link io.aidc.security.identity.Passwords} and {@link io.aidc.security.identity.Totp}.
 */
@NullMarked
package io.aidc.security.identity;

import org.jspecify.annotations.NullMarked;

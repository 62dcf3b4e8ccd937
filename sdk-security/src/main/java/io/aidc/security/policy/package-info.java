/**
 * Decides who may do what, by policies in the Cedar language; start with {@link io.aidc.security.policy.Authorizer}, or with
 * {@link io.aidc.security.policy.Roles} if roles are all you need.
 */
@NullMarked
package io.aidc.security.policy;

import org.jspecify.annotations.NullMarked;

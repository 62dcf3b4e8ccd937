/**
 * Lets people noise their own answers before anybody collects them; start at
 * {@link io.aidc.privacy.local.RandomizedResponse}, or at {@link io.aidc.privacy.local.UnaryEncoding} for many categories.
 *
 * <p>No budget of this library is charged: each person spends their own ε with each report, and reports of one person
 * add up. Who collects must not be able to ask again for the same answer as often as they like.
 */
@NullMarked
package io.aidc.privacy.local;

import org.jspecify.annotations.NullMarked;

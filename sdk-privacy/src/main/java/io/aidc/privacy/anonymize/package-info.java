/**
 * Anonymises tables of people and checks, scores and explains anonymised tables, ours or not; start at
 * {@link io.aidc.privacy.anonymize.Table}.
 *
 * <p>Nothing here is differential privacy: the models limit what a release says about a group that looks alike, not
 * what it says to somebody with other knowledge.
 */
@NullMarked
package io.aidc.privacy.anonymize;

import org.jspecify.annotations.NullMarked;

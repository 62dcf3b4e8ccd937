/** Answers questions about records with noise, from a budget; start at {@link io.aidc.privacy.query.PrivateRecords}. */
@NullMarked
package io.aidc.privacy.query;

import org.jspecify.annotations.NullMarked;

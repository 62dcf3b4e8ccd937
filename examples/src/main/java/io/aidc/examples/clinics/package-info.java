/**
 * Five clinics train one model and show nobody what each of them changed in it; start at {@link
 * io.aidc.examples.clinics.FiveClinics}.
 */
@NullMarked
package io.aidc.examples.clinics;

import org.jspecify.annotations.NullMarked;

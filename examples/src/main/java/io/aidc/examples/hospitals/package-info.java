/** Two hospitals train one model on patients that neither shows to the other; start at {@link io.aidc.examples.hospitals.TwoHospitals}. */
@NullMarked
package io.aidc.examples.hospitals;

import org.jspecify.annotations.NullMarked;

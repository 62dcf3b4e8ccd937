/** Signs and verifies models in the OpenSSF model signing format. Start with {@link io.aidc.security.signing.ModelVerifier}. */
@NullMarked
package io.aidc.security.signing;

import org.jspecify.annotations.NullMarked;

/** Encrypts streams in the C2SP chunked format and seals them under a key ring. Start with {@link io.aidc.security.seal.ChunkedCipher}. */
@NullMarked
package io.aidc.security.seal;

import org.jspecify.annotations.NullMarked;

/** Makes TLS 1.3 contexts of the JDK from PEM files that may change. Start with {@link io.aidc.security.tls.TlsContext}. */
@NullMarked
package io.aidc.security.tls;

import org.jspecify.annotations.NullMarked;

/** Questions about sdk-security. */
@NullMarked
package io.aidc.benchmarks.security;

import org.jspecify.annotations.NullMarked;

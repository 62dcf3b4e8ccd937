/** Records who did what in a log that cannot be edited unnoticed. Start with {@link io.aidc.security.audit.AuditLog}. */
@NullMarked
package io.aidc.security.audit;

import org.jspecify.annotations.NullMarked;

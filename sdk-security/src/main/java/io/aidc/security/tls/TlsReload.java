package io.aidc.security.tls;

import io.aidc.security.TlsMaterialException;
import io.aidc.security.VaultException;
import io.aidc.security.VaultIoException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * What a look at the files of a {@link TlsContext} came to.
 *
 * <p><em>Immutable.</em>
 */
public sealed interface TlsReload {
    /** Says that the files hold what is in use. */
    record Unchanged() implements TlsReload {}

    /**
     * Says that handshakes which begin from here on use what the files hold. Connections live on with what they began with;
     * sessions from before are not resumed.
     *
     * @param files those whose content changed, not empty
     */
    record Replaced(List<Path> files) implements TlsReload {
        /** Copies the list. */
        public Replaced {
            files = List.copyOf(files);
        }
    }

    /**
     * Says that what was in use stays in use, since the files cannot be used as they are. The next look tries again. In the
     * middle of a rotation, when the certificate is replaced and its key not yet, this is to be expected once.
     *
     * @param failure a {@link TlsMaterialException}, or a {@link VaultIoException} if a file cannot be read
     */
    record Refused(VaultException failure) implements TlsReload {
        /** Checks that there is a failure. */
        public Refused {
            Objects.requireNonNull(failure, "failure");
        }
    }
}

package io.aidc.security.tls;

import io.aidc.security.TlsMaterialException;
import io.aidc.security.VaultIoException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the material lies: who this side is, whom it trusts, or both.
 *
 * @param chain certificates, this side's first; there if the key is
 * @param key the private key of the first certificate; there if the chain is
 * @param authorities those to trust
 */
record TlsFiles(
        @Nullable Path chain, @Nullable Path key, @Nullable Path authorities) {
    /**
     * Reads the files one after another. If one is replaced meanwhile, what was read does not match, or is out of date; both
     * show at the next reading.
     *
     * @throws VaultIoException if one cannot be read
     * @throws TlsMaterialException if one is too large
     */
    Content read() {
        Content content = new Content();
        boolean complete = false;
        try {
            content.chain = chain == null ? null : PemFile.read(chain, PemFile.MAX_CERTIFICATES_BYTES);
            content.key = key == null ? null : PemFile.read(key, PemFile.MAX_KEY_BYTES);
            content.authorities =
                    authorities == null ? null : PemFile.read(authorities, PemFile.MAX_CERTIFICATES_BYTES);
            complete = true;
            return content;
        } finally {
            if (!complete) {
                content.close();
            }
        }
    }

    /** What the files held. Wiped on close. */
    static final class Content implements AutoCloseable {
        private @Nullable PemFile chain;
        private @Nullable PemFile key;
        private @Nullable PemFile authorities;

        private Content() {}

        /** By which a change is noticed; of a file that was read twice and changed in between, one that it never has. */
        Map<Path, String> digests() {
            Map<Path, String> digests = new LinkedHashMap<>();
            files().forEach(file -> digests.merge(file.path(), file.digest(), (a, b) -> a.equals(b) ? a : a + b));
            return Map.copyOf(digests);
        }

        /**
         * Parses and checks all of it.
         *
         * @throws TlsMaterialException if it is not to be used
         */
        TlsSnapshot snapshot(TlsPolicy policy, Instant now) {
            Identity identity = null;
            if (chain != null && key != null) {
                List<X509Certificate> certificates = Certificates.chain(chain, now);
                identity = new Identity(certificates, PrivateKeys.of(key, certificates.get(0)));
            }
            List<X509Certificate> trusted =
                    authorities == null ? List.of() : Certificates.authorities(authorities, now);
            return TlsSnapshot.of(identity, trusted, policy);
        }

        @Override
        public void close() {
            files().forEach(PemFile::close);
        }

        private Stream<PemFile> files() {
            return Stream.of(chain, key, authorities).flatMap(Stream::ofNullable);
        }
    }
}

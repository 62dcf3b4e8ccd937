package io.aidc.security.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.audit.AuditTrail;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.TestRings;
import io.aidc.security.values.ValueSealer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentitySnippetsTest {
    @TempDir
    private Path directory;

    private final CredentialStore store = CredentialStore.inMemory();
    private final Events events = new Events();
    private final AuditTrail trail = events;

    // @start region="store"
    /** A table {@code credentials(name, value)}, here in a map. */
    private static final class Table implements CredentialStore {
        private final Map<String, byte[]> rows = new HashMap<>();

        @Override
        public synchronized Optional<byte[]> find(String key) {
            return Optional.ofNullable(rows.get(key)).map(byte[]::clone);
        }

        @Override
        public synchronized boolean replace(String key, byte @Nullable [] expected, byte @Nullable [] next) {
            if (!Arrays.equals(rows.get(key), expected)) {
                return false;
            }
            if (next == null) {
                rows.remove(key);
            } else {
                rows.put(key, next.clone());
            }
            return true;
        }

        @Override
        public synchronized List<String> keys(String prefix) {
            return rows.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
        }
    }
    // @end

    /** Runs the contract on the sample too. */
    static class TableTest extends CredentialStoreContract {
        private final CredentialStore table = new Table();

        @Override
        protected CredentialStore store() {
            return table;
        }
    }

    @Test
    void file_keepsUsers() {
        List<Verification> seen = new ArrayList<>();
        // @start region="file"
        try (FileCredentialStore file = FileCredentialStore.open(directory.resolve("credentials"))) {
            Passwords passwords = Passwords.builder().store(file).build();
            passwords.set("alice", "correct horse battery".toCharArray());
            seen.add(passwords.verify("alice", "correct horse battery".toCharArray()));
        }
        // @end
        assertThat(seen).containsExactly(new Verification.Accepted("alice", "password"));
    }

    @Test
    void totp_enrolsAndVerifies() {
        KeyRing ring = TestRings.create(directory.resolve("ring"), "passphrase");
        String shown;
        // @start region="totp"
        Totp totp = Totp.builder()
                .store(store)
                .sealer(ValueSealer.xaes256Gcm(ring, "totp"))
                .issuer("St. Mary's")
                .auditTo(trail)
                .build();
        Enrolment enrolment = totp.enrol("alice"); // show it once: as a QR code, and the recovery codes on paper
        totp.confirm("alice", codeOn(enrolment)); // her first log-in; from here on a code is asked for

        Verification result = totp.verify("alice", nextCodeOn(enrolment)); // each code counts once
        if (result instanceof Verification.Locked locked) {
            shown = "Too many attempts. Try again after " + locked.until();
        } else {
            shown = result instanceof Verification.Accepted ? "Welcome" : "That code is not valid.";
        }
        // @end
        ring.close();
        assertThat(shown).isEqualTo("Welcome");
    }

    private static String nextCodeOn(Enrolment enrolment) {
        return new Device(enrolment.uri()).code(Instant.now().plusSeconds(30));
    }

    private static String codeOn(Enrolment enrolment) {
        return new Device(enrolment.uri()).code(Instant.now());
    }

    @Test
    void passwords_areSetAndVerified() {
        char[] typed = "correct horse battery".toCharArray();
        boolean[] in = new boolean[1];
        // @start region="passwords"
        Passwords passwords = Passwords.builder()
                .store(store)
                .blocking(Set.of("password", "12345678")::contains)
                .auditTo(trail)
                .build();
        Optional<PasswordFlaw> flaw = passwords.set("alice", typed); // empty: it is hers

        Verification result = passwords.verify("alice", typed);
        Arrays.fill(typed, '\0');
        if (result instanceof Verification.Accepted) {
            in[0] = true; // ask for the second factor next
        }
        // @end
        assertThat(flaw).isEmpty();
        assertThat(in[0]).isTrue();
    }

    @Test
    void hashing_comparesAndRenews() {
        KeyRing ring = TestRings.create(directory.resolve("ring"), "passphrase");
        char[] typed = "correct horse battery".toCharArray();
        // @start region="hashing"
        PasswordHashing hashing =
                PasswordHashing.argon2id(PasswordCost.OWASP_19_MIB).peppered(ring);
        String column = hashing.hash(typed); // $argon2id$v=19$m=19456,t=2,p=1,keyid=AAAAAQ$…$…

        PasswordMatch match = hashing.verify(typed, column);
        if (match == PasswordMatch.RIGHT_REHASH) { // after a rotation, or with another cost
            column = hashing.hash(typed);
        }
        // @end
        ring.close();
        assertThat(match).isEqualTo(PasswordMatch.RIGHT);
        assertThat(column).startsWith("$argon2id$v=19$m=19456,t=2,p=1,keyid=AAAAAQ$");
    }

    @Test
    void sessions_startRaiseAndEnd() {
        List<String> seen = new ArrayList<>();
        // @start region="sessions"
        Sessions sessions = Sessions.builder()
                .store(store)
                .idle(Duration.ofMinutes(15))
                .auditTo(trail)
                .build();
        StartedSession started = sessions.start("alice", Set.of("read:models/*"), Set.of("password"));
        String cookie = started.token();

        if (sessions.check(cookie, "read:models/fraud/7") instanceof SessionCheck.Valid valid) {
            seen.add(valid.session().principal());
        }
        // after a second factor: another token, the old one is worth nothing
        cookie = sessions.raise(cookie, "totp").orElseThrow().token();
        sessions.revokeAll("alice"); // a stolen laptop
        // @end
        assertThat(seen).containsExactly("alice");
        assertThat(sessions.check(cookie)).isInstanceOf(SessionCheck.Refused.class);
    }

    @Test
    void apiKeys_areIssuedRotatedAndRevoked() {
        List<String> seen = new ArrayList<>();
        // @start region="apiKeys"
        ApiKeys keys = ApiKeys.builder().store(store).auditTo(trail).build();
        IssuedApiKey issued = keys.issue("pipeline", Set.of("read:models/*"), Duration.ofDays(90));
        String header = issued.text(); // shown once: aidc_…

        if (keys.check(header, "read:models/fraud/7") instanceof ApiKeyCheck.Valid valid) {
            seen.add(valid.key().principal());
        }
        Optional<IssuedApiKey> next = keys.rotate(issued.key().id(), Duration.ofDays(90), Duration.ofDays(7));
        // @end
        assertThat(seen).containsExactly("pipeline");
        assertThat(next).isPresent();
    }
}

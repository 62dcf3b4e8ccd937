package io.aidc.security.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.CredentialException;
import io.aidc.security.identity.Verification.Accepted;
import io.aidc.security.identity.Verification.Locked;
import io.aidc.security.identity.Verification.Reason;
import io.aidc.security.identity.Verification.Refused;
import io.aidc.security.keys.KeyRing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordsTest {
    private static final Accepted ALICE = new Accepted("alice", "password");
    private static final Refused WRONG = new Refused(Reason.WRONG);

    @TempDir
    private Path directory;

    private final CredentialStore store = CredentialStore.inMemory();
    private final TickingClock clock = new TickingClock();
    private final Events events = new Events();
    private final Passwords passwords = checker(PasswordHashingTest.CHEAP);

    private Passwords checker(Argon2Cost cost) {
        return Passwords.builder()
                .store(store)
                .hashing(PasswordHashing.of(cost))
                .blocking(password -> password.equals("12345678") || password.equals("password"))
                .auditTo(events)
                .clock(clock)
                .build();
    }

    @BeforeEach
    void setPassword() {
        assertThat(set("alice", "correct horse")).isEmpty();
    }

    private java.util.Optional<PasswordFlaw> set(String user, String password) {
        return passwords.set(user, password.toCharArray());
    }

    private Verification verify(String user, String password) {
        return passwords.verify(user, password.toCharArray());
    }

    @Test
    void verify_rightPassword_isAccepted() {
        assertThat(verify("alice", "correct horse")).isEqualTo(ALICE);
    }

    @Test
    void verify_wrongPassword_isRefused() {
        for (String wrong : List.of("correct horsf", "", "\ud83d", "x".repeat(5000))) {
            assertThat(verify("alice", wrong)).isEqualTo(WRONG);
        }
    }

    @Test
    void verify_afterARestart_isAccepted() {
        assertThat(checker(PasswordHashingTest.CHEAP).verify("alice", "correct horse".toCharArray()))
                .isEqualTo(ALICE);
    }

    @Test
    void set_again_replaces() {
        set("alice", "battery staple");
        assertThat(verify("alice", "correct horse")).isEqualTo(WRONG);
        assertThat(verify("alice", "battery staple")).isEqualTo(ALICE);
    }

    @Test
    void set_flawedPassword_isRefusedAndChangesNothing() {
        assertThat(set("alice", "short")).hasValue(PasswordFlaw.TOO_SHORT);
        assertThat(set("alice", "x".repeat(1025))).hasValue(PasswordFlaw.TOO_LONG);
        assertThat(set("alice", "\ud83dabcdefgh")).hasValue(PasswordFlaw.MALFORMED);
        assertThat(set("alice", "12345678")).hasValue(PasswordFlaw.BLOCKED);
        assertThat(set("alice", "PASSWORD")).hasValue(PasswordFlaw.BLOCKED);
        assertThat(set("alice@example", "ALICE@example")).hasValue(PasswordFlaw.BLOCKED);
        assertThat(verify("alice", "correct horse")).isEqualTo(ALICE);
    }

    @Test
    void set_shorterThanAskedFor_isRefused() {
        Passwords strict = Passwords.builder()
                .store(store)
                .hashing(PasswordHashing.of(PasswordHashingTest.CHEAP))
                .atLeast(15)
                .build();
        assertThat(strict.set("alice", "fourteen chars".toCharArray())).hasValue(PasswordFlaw.TOO_SHORT);
        assertThat(strict.set("alice", "fifteen charact".toCharArray())).isEmpty();
    }

    @Test
    void verify_costChanged_hashesAgain() {
        Passwords dearer = checker(new Argon2Cost(128, 1, 1));
        assertThat(stored()).contains("m=64,");
        assertThat(dearer.verify("alice", "correct horse".toCharArray())).isEqualTo(ALICE);
        assertThat(stored()).contains("m=128,");
        assertThat(dearer.verify("alice", "correct horse".toCharArray())).isEqualTo(ALICE);
    }

    private String stored() {
        return new String(store.find(Records.key("password", "alice")).orElseThrow(), UTF_8);
    }

    @Test
    void verify_failuresInARow_lockUserAndStrangerAlike() {
        for (String user : List.of("alice", "nobody")) {
            for (int i = 0; i < 4; i++) {
                assertThat(verify(user, "wrong password")).isEqualTo(WRONG);
            }
            Locked locked = new Locked(clock.instant().plus(Duration.ofMinutes(1)));
            assertThat(verify(user, "wrong password")).isEqualTo(locked);
            assertThat(verify(user, "correct horse")).isEqualTo(locked);
        }
        clock.pass(Duration.ofMinutes(1));
        for (int i = 0; i < 5; i++) {
            verify("nobody", "wrong password");
        }
        assertThat(verify("nobody", "wrong password"))
                .isEqualTo(new Locked(clock.instant().plus(Duration.ofMinutes(2))));
        assertThat(verify("alice", "correct horse")).isEqualTo(ALICE);
    }

    @Test
    void verify_success_forgetsFailures() {
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 4; j++) {
                verify("alice", "wrong password");
            }
            assertThat(verify("alice", "correct horse")).isEqualTo(ALICE);
        }
    }

    @Test
    void verify_guessesFromManyThreads_areNoMoreThanAllowed() throws Exception {
        List<Verification> results = Race.of(16, () -> verify("alice", "wrong password"));
        assertThat(Collections.frequency(results, WRONG)).isEqualTo(4);
        assertThat(verify("alice", "correct horse")).isInstanceOf(Locked.class);
        List<Verification> strangers = Race.of(16, () -> verify("nobody", "wrong password"));
        assertThat(Collections.frequency(strangers, WRONG)).isEqualTo(4);
    }

    @Test
    void verify_manyStrangers_storeNothing() {
        for (int i = 0; i < 100; i++) {
            verify("nobody " + i, "wrong password");
        }
        assertThat(store.keys("")).hasSize(1);
    }

    @Test
    void unlock_lockedUser_mayTryAgain() {
        for (int i = 0; i < 5; i++) {
            verify("alice", "wrong password");
        }
        assertThat(passwords.unlock("alice")).isTrue();
        assertThat(passwords.unlock("nobody")).isFalse();
        assertThat(verify("alice", "correct horse")).isEqualTo(ALICE);
    }

    @Test
    void remove_user_isUnknown() {
        assertThat(passwords.remove("alice")).isTrue();
        assertThat(passwords.remove("alice")).isFalse();
        assertThat(verify("alice", "correct horse")).isEqualTo(WRONG);
    }

    /** The store, where something happens once an attempt was counted. */
    private CredentialStore meanwhile(Runnable change) {
        return new CredentialStore() {
            private int changes;

            @Override
            public java.util.Optional<byte[]> find(String key) {
                return store.find(key);
            }

            @Override
            public boolean replace(
                    String key,
                    byte @org.jspecify.annotations.Nullable [] expected,
                    byte @org.jspecify.annotations.Nullable [] next) {
                boolean replaced = store.replace(key, expected, next);
                if (changes++ == 0) {
                    change.run();
                }
                return replaced;
            }

            @Override
            public List<String> keys(String prefix) {
                return store.keys(prefix);
            }
        };
    }

    private Passwords checker(CredentialStore other, Argon2Cost cost) {
        return Passwords.builder()
                .store(other)
                .hashing(PasswordHashing.of(cost))
                .clock(clock)
                .build();
    }

    @Test
    void verify_passwordReplacedMeanwhile_isWrong() {
        Passwords slow = checker(meanwhile(() -> set("alice", "battery staple")), PasswordHashingTest.CHEAP);
        assertThat(slow.verify("alice", "correct horse".toCharArray())).isEqualTo(WRONG);
        assertThat(verify("alice", "battery staple")).isEqualTo(ALICE);
    }

    @Test
    void verify_hashRenewedMeanwhile_isAccepted() {
        Argon2Cost dearer = new Argon2Cost(128, 1, 1);
        Passwords other = checker(dearer);
        Runnable login = () ->
                assertThat(other.verify("alice", "correct horse".toCharArray())).isEqualTo(ALICE);
        assertThat(checker(meanwhile(login), dearer).verify("alice", "correct horse".toCharArray()))
                .isEqualTo(ALICE);
        assertThat(stored()).contains("m=128,").contains("\"failures\":0");
    }

    @Test
    void verify_userRemovedMeanwhile_isWrong() {
        Passwords slow = checker(meanwhile(() -> passwords.remove("alice")), PasswordHashingTest.CHEAP);
        assertThat(slow.verify("alice", "correct horse".toCharArray())).isEqualTo(WRONG);
    }

    @Test
    void verify_rightFromManyThreads_isAcceptedEachTime() throws Exception {
        for (int i = 0; i < 4; i++) {
            verify("alice", "wrong password");
        }
        List<Verification> results = Race.of(16, () -> verify("alice", "correct horse"));
        assertThat(results).containsOnly(ALICE);
    }

    @Test
    void verify_hashingFails_isNotCounted() {
        KeyRing ring = KeyRing.create(directory.resolve("ring"), "passphrase".toCharArray());
        Passwords peppered = Passwords.builder()
                .store(store)
                .hashing(PasswordHashing.of(PasswordHashingTest.CHEAP).peppered(ring))
                .clock(clock)
                .build();
        peppered.set("alice", "correct horse".toCharArray());
        String before = stored();
        ring.close();
        for (int i = 0; i < 6; i++) {
            for (String user : List.of("alice", "nobody")) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> peppered.verify(user, "correct horse".toCharArray()));
            }
        }
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void verify_hostileRecord_isRefusedBeforeAnyIsSpent() {
        byte[] record = store.find(Records.key("password", "alice")).orElseThrow();
        byte[] hostile = stored().replace("m=64,", "m=999999999,").getBytes(UTF_8);
        store.replace(Records.key("password", "alice"), record, hostile);
        assertThatExceptionOfType(CredentialException.class)
                .isThrownBy(() -> verify("alice", "correct horse"))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(CredentialException.Reason.OVER_LIMIT));
    }

    @Test
    void verify_recordThatNeverHolds_givesUp() {
        CredentialStore contended = new CredentialStore() {
            @Override
            public java.util.Optional<byte[]> find(String key) {
                return store.find(key);
            }

            @Override
            public boolean replace(
                    String key,
                    byte @org.jspecify.annotations.Nullable [] expected,
                    byte @org.jspecify.annotations.Nullable [] next) {
                return false;
            }

            @Override
            public List<String> keys(String prefix) {
                return store.keys(prefix);
            }
        };
        Passwords busy = Passwords.builder().store(contended).build();
        assertThatExceptionOfType(CredentialException.class)
                .isThrownBy(() -> busy.verify("alice", "correct horse".toCharArray()))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(CredentialException.Reason.CONTENDED));
    }

    @Test
    void trail_hasEachStepButNoStrangersName() {
        verify("alice", "correct horse");
        verify("alice", "canary password");
        verify("canary user", "canary password");
        for (int i = 0; i < 6; i++) {
            verify("alice", "canary password");
        }
        passwords.unlock("alice");
        passwords.remove("alice");
        assertThat(events.texts())
                .containsExactly(
                        "alice password.set DONE {}",
                        "alice password.verify ALLOWED {factor=password}",
                        "alice password.verify DENIED {reason=WRONG}",
                        "unknown password.verify DENIED {reason=WRONG}",
                        "alice password.verify DENIED {reason=WRONG}",
                        "alice password.verify DENIED {reason=WRONG}",
                        "alice password.verify DENIED {reason=WRONG}",
                        "alice password.verify DENIED {reason=LOCKED, until=2026-11-21T10:01:00Z}",
                        "alice password.unlock DONE {}",
                        "alice password.remove DONE {}");
    }

    @Test
    void passwords_standNowhere() {
        set("alice", "canary password");
        verify("alice", "canary password");
        assertThat(stored() + events.texts() + passwords).doesNotContain("canary");
    }

    @Test
    void record_showsNoHash() {
        assertThat(new PasswordRecord("canary", Attempts.NONE))
                .hasToString("PasswordRecord[Attempts[failures=0, locks=0, until=0]]");
    }

    @Test
    void builder_outOfRangeMissingOrTwice_isRefused() {
        Passwords.Builder builder = Passwords.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.atLeast(7));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.atLeast(65));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.attempts(0, Duration.ofMinutes(1)));
        assertThatIllegalStateException().isThrownBy(builder::build).withMessage("store is missing");
        assertThatIllegalStateException()
                .isThrownBy(() -> builder.atLeast(8).atLeast(9))
                .withMessage("atLeast is given already: 8");
    }

    @Test
    void methods_nameOutOfRange_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> set("", "correct horse"));
        assertThatIllegalArgumentException().isThrownBy(() -> verify("x".repeat(257), "correct horse"));
    }
}

package io.aidc.security.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.CredentialException;
import io.aidc.security.UnsealException;
import io.aidc.security.audit.AuditEvent;
import io.aidc.security.identity.Totp.Algorithm;
import io.aidc.security.identity.Verification.Accepted;
import io.aidc.security.identity.Verification.Locked;
import io.aidc.security.identity.Verification.Reason;
import io.aidc.security.identity.Verification.Refused;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.TestRings;
import io.aidc.security.values.ValueSealer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TotpTest extends SecondFactorContract {
    private static final Duration PERIOD = Duration.ofSeconds(30);
    private static final Accepted ALICE = new Accepted("alice", "totp");

    @TempDir
    private Path directory;

    private final CredentialStore store = CredentialStore.inMemory();
    private final TickingClock clock = new TickingClock();
    private final Events events = new Events();
    private KeyRing ring;
    private Totp totp;
    private Device alice;
    private Device bob;
    private List<String> recoveryCodes;

    @BeforeEach
    void enrol() {
        ring = TestRings.create(directory.resolve("ring"), "passphrase");
        totp = checker();
        Enrolment enrolment = totp.enrol("alice");
        alice = new Device(enrolment.uri());
        recoveryCodes = enrolment.recoveryCodes();
        bob = new Device(totp.enrol("bob").uri());
        assertThat(totp.confirm("alice", alice.code(clock.instant()))).isEqualTo(ALICE);
        totp.confirm("bob", bob.code(clock.instant()));
        clock.pass(PERIOD);
    }

    @AfterEach
    void closeRing() {
        ring.close();
    }

    private Totp checker() {
        return builder().build();
    }

    private Totp.Builder builder() {
        return Totp.builder()
                .store(store)
                .sealer(ValueSealer.xaes256Gcm(ring, "totp"))
                .issuer("St. Mary's")
                .auditTo(events)
                .clock(clock);
    }

    @Override
    protected SecondFactor factor() {
        return totp;
    }

    @Override
    protected byte[] answer(String user, byte[] challenge) {
        return (user.equals("alice") ? alice : bob).code(clock.instant()).getBytes(UTF_8);
    }

    private String code() {
        return alice.code(clock.instant());
    }

    private String wrong() {
        return alice.wrongCode(clock.instant());
    }

    @Test
    void enrol_unconfirmed_isNotEnrolled() {
        Device carol = new Device(totp.enrol("carol").uri());
        String code = carol.code(clock.instant());
        assertThat(totp.verify("carol", code)).isEqualTo(new Refused(Reason.NOT_ENROLLED));
        assertThat(totp.recover("carol", code)).isEqualTo(new Refused(Reason.NOT_ENROLLED));
        assertThat(totp.recoveryCodesLeft("carol")).isEmpty();
        assertThat(totp.renewRecoveryCodes("carol")).isEmpty();
        assertThat(totp.unlock("carol")).isFalse();
    }

    @Test
    void confirm_usesItsCodeUp() {
        Device carol = new Device(totp.enrol("carol").uri());
        String code = carol.code(clock.instant());
        totp.confirm("carol", code);
        assertThat(totp.verify("carol", code)).isEqualTo(new Refused(Reason.REPLAYED));
    }

    @Test
    void confirm_wrongCode_leavesItPending() {
        Device carol = new Device(totp.enrol("carol").uri());
        assertThat(totp.confirm("carol", carol.wrongCode(clock.instant()))).isEqualTo(new Refused(Reason.WRONG));
        assertThat(totp.confirm("carol", carol.code(clock.instant()))).isEqualTo(new Accepted("carol", "totp"));
    }

    @Test
    void confirm_nothingPending_isRefused() {
        assertThat(totp.confirm("alice", code())).isEqualTo(new Refused(Reason.NOT_ENROLLED));
        assertThat(totp.confirm("carol", code())).isEqualTo(new Refused(Reason.NOT_ENROLLED));
    }

    @Test
    void enrol_again_replacesWhenConfirmed() {
        Enrolment enrolment = totp.enrol("alice");
        Device other = new Device(enrolment.uri());
        assertThat(totp.verify("alice", code())).isEqualTo(ALICE);
        assertThat(totp.confirm("alice", other.code(clock.instant()))).isEqualTo(ALICE);
        clock.pass(PERIOD);
        assertThat(totp.verify("alice", code())).isEqualTo(new Refused(Reason.WRONG));
        assertThat(totp.recover("alice", recoveryCodes.get(0))).isEqualTo(new Refused(Reason.WRONG));
        assertThat(totp.verify("alice", other.code(clock.instant()))).isEqualTo(ALICE);
    }

    @Test
    void verify_codeAsShown_isAccepted() {
        String code = code();
        assertThat(totp.verify("alice", code.substring(0, 3) + " " + code.substring(3) + " "))
                .isEqualTo(ALICE);
    }

    @ParameterizedTest
    @CsvSource({"-60,WRONG", "60,WRONG", "90,WRONG"})
    void verify_codeBeyondTheSkew_isWrong(int seconds, Reason reason) {
        clock.pass(Duration.ofMinutes(5));
        assertThat(totp.verify("alice", alice.code(clock.instant().plusSeconds(seconds))))
                .isEqualTo(new Refused(reason));
    }

    @ParameterizedTest
    @CsvSource({"-30", "0", "30"})
    void verify_codeWithinTheSkew_isAccepted(int seconds) {
        clock.pass(Duration.ofMinutes(5));
        assertThat(totp.verify("alice", alice.code(clock.instant().plusSeconds(seconds))))
                .isEqualTo(ALICE);
    }

    @Test
    void verify_codeBeforeOneThatWasAccepted_isReplayed() {
        clock.pass(Duration.ofMinutes(5));
        String earlier = alice.code(clock.instant().minus(PERIOD));
        totp.verify("alice", code());
        assertThat(totp.verify("alice", earlier)).isEqualTo(new Refused(Reason.REPLAYED));
    }

    @Test
    void verify_afterARestart_stillKnowsWhatWasUsed() {
        String code = code();
        totp.verify("alice", code);
        assertThat(checker().verify("alice", code)).isEqualTo(new Refused(Reason.REPLAYED));
    }

    @Test
    void verify_sameCodeInTwoPrograms_isAcceptedOnce() throws Exception {
        String code = code();
        List<Totp> programs = List.of(checker(), checker());
        java.util.concurrent.atomic.AtomicInteger next = new java.util.concurrent.atomic.AtomicInteger();
        List<Verification> results =
                Race.of(2, () -> programs.get(next.getAndIncrement()).verify("alice", code));
        assertThat(results).containsExactlyInAnyOrder(ALICE, new Refused(Reason.REPLAYED));
    }

    @Test
    void verify_clockGoneBackInTheProgram_isRefusedUntilItHasCaughtUp() {
        clock.pass(Duration.ofMinutes(10));
        Instant reached = clock.instant();
        totp.verify("bob", bob.code(reached));
        clock.pass(Duration.ofMinutes(-5));
        assertThat(totp.verify("alice", code())).isEqualTo(new Refused(Reason.CLOCK_BACK));
        assertThat(events.actions()).contains("clock.back FAILED");
        assertThat(events.texts()).contains("unknown totp.verify DENIED {reason=CLOCK_BACK}");
        clock.set(reached);
        assertThat(totp.verify("alice", code())).isEqualTo(ALICE);
    }

    @Test
    void verify_clockGoneBackOverARestart_isRefusedWhereItWasUsed() {
        clock.pass(Duration.ofMinutes(10));
        totp.verify("alice", code());
        clock.pass(Duration.ofMinutes(-5));
        assertThat(checker().verify("alice", code())).isEqualTo(new Refused(Reason.CLOCK_BACK));
    }

    @Test
    void verify_smallStepBack_isTaken() {
        clock.pass(Duration.ofMinutes(10));
        totp.verify("bob", wrong());
        clock.pass(Duration.ofSeconds(-20));
        assertThat(totp.verify("alice", code())).isEqualTo(ALICE);
    }

    @Test
    void verify_failuresInARow_lockForLongerEachTime() {
        Instant start = clock.instant();
        for (int i = 0; i < 4; i++) {
            assertThat(totp.verify("alice", wrong())).isEqualTo(new Refused(Reason.WRONG));
        }
        Locked first = new Locked(start.plus(Duration.ofMinutes(1)));
        assertThat(totp.verify("alice", wrong())).isEqualTo(first);
        assertThat(totp.verify("alice", code())).isEqualTo(first);
        assertThat(totp.recover("alice", recoveryCodes.get(0))).isEqualTo(first);
        clock.pass(Duration.ofMinutes(1));
        for (int i = 0; i < 5; i++) {
            totp.verify("alice", wrong());
        }
        assertThat(totp.verify("alice", code()))
                .isEqualTo(new Locked(clock.instant().plus(Duration.ofMinutes(2))));
        clock.pass(Duration.ofMinutes(2));
        assertThat(totp.verify("alice", code())).isEqualTo(ALICE);
        clock.pass(PERIOD);
        for (int i = 0; i < 5; i++) {
            totp.verify("alice", wrong());
        }
        assertThat(totp.verify("alice", code()))
                .isEqualTo(new Locked(clock.instant().plus(Duration.ofMinutes(1))));
    }

    @Test
    void verify_guessedForever_locksForADay() {
        Duration longest = Duration.ZERO;
        int guesses = 0;
        for (int i = 0; i < 20; i++) {
            Verification result = totp.verify("alice", wrong());
            for (guesses++; !(result instanceof Locked); guesses++) {
                result = totp.verify("alice", wrong());
            }
            longest = Duration.between(clock.instant(), ((Locked) result).until());
            clock.pass(longest);
        }
        assertThat(longest).isEqualTo(Duration.ofDays(1));
        assertThat(guesses).isEqualTo(100);
    }

    @Test
    void verify_lockedUser_isLockedAfterARestart() {
        for (int i = 0; i < 5; i++) {
            totp.verify("alice", wrong());
        }
        assertThat(checker().verify("alice", code())).isInstanceOf(Locked.class);
        assertThat(checker().verify("bob", bob.code(clock.instant()))).isInstanceOf(Accepted.class);
    }

    @Test
    void verify_guessesFromManyThreads_areNoMoreThanAllowed() throws Exception {
        String wrong = wrong();
        List<Verification> results = Race.of(16, () -> totp.verify("alice", wrong));
        assertThat(Collections.frequency(results, new Refused(Reason.WRONG))).isEqualTo(4);
        assertThat(events.texts().stream().filter(text -> text.contains("reason=LOCKED")))
                .hasSize(1);
    }

    @Test
    void verify_success_forgetsFailures() {
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 4; j++) {
                totp.verify("alice", wrong());
            }
            assertThat(totp.verify("alice", code())).isEqualTo(ALICE);
            clock.pass(PERIOD);
        }
    }

    @Test
    void unlock_lockedUser_mayTryAgain() {
        for (int i = 0; i < 5; i++) {
            totp.verify("alice", wrong());
        }
        assertThat(totp.unlock("alice")).isTrue();
        assertThat(totp.verify("alice", code())).isEqualTo(ALICE);
    }

    @Test
    void verify_replays_countAsFailures() {
        String code = code();
        totp.verify("alice", code);
        for (int i = 0; i < 5; i++) {
            totp.verify("alice", code);
        }
        assertThat(totp.verify("alice", code)).isInstanceOf(Locked.class);
    }

    @Test
    void verify_unknownUser_storesNothing() {
        assertThat(totp.verify("nobody", "123456")).isEqualTo(new Refused(Reason.NOT_ENROLLED));
        assertThat(store.keys("")).hasSize(2);
    }

    @Test
    void verify_namesThatDifferByCaseAlone_areDifferent() {
        assertThat(totp.verify("Alice", code())).isEqualTo(new Refused(Reason.NOT_ENROLLED));
        assertThat(store.keys("totp/")).allMatch(key -> key.matches("totp/[0-9a-f]{64}"));
    }

    @Test
    void recover_eachCode_isGoodOnce() {
        assertThat(new HashSet<>(recoveryCodes))
                .hasSize(10)
                .allMatch(code -> code.matches("([a-z2-7]{4}-){3}[a-z2-7]{4}"));
        for (String code : recoveryCodes) {
            assertThat(totp.recover(
                            "alice", code.toUpperCase(java.util.Locale.ROOT).replace('-', ' ')))
                    .isEqualTo(new Accepted("alice", "recovery-code"));
            assertThat(totp.recover("alice", code)).isEqualTo(new Refused(Reason.WRONG));
        }
        assertThat(totp.recoveryCodesLeft("alice")).hasValue(0);
    }

    @Test
    void recover_sameCodeFromManyThreads_isAcceptedOnce() throws Exception {
        List<Verification> results = Race.of(4, () -> totp.recover("alice", recoveryCodes.get(3)));
        assertThat(results.stream().filter(Accepted.class::isInstance)).hasSize(1);
        assertThat(totp.recoveryCodesLeft("alice")).hasValue(9);
    }

    @Test
    void recover_codeOfSomebodyElse_isWrong() {
        assertThat(totp.recover("bob", recoveryCodes.get(0))).isEqualTo(new Refused(Reason.WRONG));
    }

    @Test
    void renewRecoveryCodes_oldOnes_areWorthNothing() {
        List<String> renewed = totp.renewRecoveryCodes("alice");
        assertThat(renewed).hasSize(10).doesNotContainAnyElementsOf(recoveryCodes);
        assertThat(totp.recover("alice", recoveryCodes.get(0))).isEqualTo(new Refused(Reason.WRONG));
        assertThat(totp.recover("alice", renewed.get(0))).isInstanceOf(Accepted.class);
    }

    @Test
    void remove_user_isNotEnrolled() {
        assertThat(totp.remove("alice")).isTrue();
        assertThat(totp.remove("alice")).isFalse();
        assertThat(totp.verify("alice", code())).isEqualTo(new Refused(Reason.NOT_ENROLLED));
    }

    @Test
    void verify_otherSettings_oldSecretsKeepTheirs() {
        Totp other = builder()
                .algorithm(Algorithm.SHA512)
                .digits(8)
                .period(Duration.ofSeconds(60))
                .skew(0)
                .build();
        assertThat(other.verify("alice", code())).isEqualTo(ALICE);
        Enrolment enrolment = other.enrol("carol");
        assertThat(enrolment.uri()).endsWith("&algorithm=SHA512&digits=8&period=60");
        assertThat(enrolment.secret()).hasSize(103);
        Device carol = new Device(enrolment.uri());
        assertThat(other.confirm("carol", carol.code(clock.instant()))).isInstanceOf(Accepted.class);
        clock.pass(Duration.ofSeconds(60));
        assertThat(other.verify("carol", carol.code(clock.instant().minusSeconds(60))))
                .isInstanceOf(Refused.class);
        assertThat(totp.verify("carol", carol.code(clock.instant()))).isInstanceOf(Accepted.class);
    }

    @Test
    void verify_recordOfSomebodyElse_doesNotOpen() {
        byte[] bobs = store.find(Records.key("totp", "bob")).orElseThrow();
        byte[] alices = store.find(Records.key("totp", "alice")).orElseThrow();
        store.replace(Records.key("totp", "alice"), alices, bobs);
        assertThatExceptionOfType(UnsealException.class)
                .isThrownBy(() -> totp.verify("alice", bob.code(clock.instant())));
    }

    @Test
    void verify_damagedRecord_isSaidWithoutShowingIt() {
        byte[] record = store.find(Records.key("totp", "alice")).orElseThrow();
        String text = new String(record, UTF_8);
        for (String damaged : List.of(
                "",
                "{",
                "[]",
                "{}",
                "canary",
                text.replace("\"v\":1", "\"v\":2"),
                text.replace("QUlEVgE", "canary"),
                text.replace("\"failures\":0", "\"failures\":99999999999"),
                text.replace("\"step\":", "\"step\":1.5e"))) {
            byte[] now = store.find(Records.key("totp", "alice")).orElseThrow();
            store.replace(Records.key("totp", "alice"), now, damaged.getBytes(UTF_8));
            assertThatExceptionOfType(CredentialException.class)
                    .isThrownBy(() -> totp.verify("alice", code()))
                    .withMessageNotContaining("canary")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(CredentialException.Reason.DAMAGED));
        }
    }

    @Test
    void verify_trailFails_failsAndUsesTheCodeUp() {
        String code = code();
        Totp failing = Totp.builder()
                .store(store)
                .sealer(ValueSealer.xaes256Gcm(ring, "totp"))
                .issuer("x")
                .clock(clock)
                .auditTo(event -> {
                    throw new IllegalStateException("the disk is full");
                })
                .build();
        assertThatIllegalStateException().isThrownBy(() -> failing.verify("alice", code));
        assertThat(totp.verify("alice", code)).isEqualTo(new Refused(Reason.REPLAYED));
    }

    @Test
    void trail_hasEachStep() {
        totp.verify("alice", code());
        totp.verify("alice", wrong());
        totp.recover("alice", recoveryCodes.get(0));
        totp.renewRecoveryCodes("alice");
        totp.unlock("alice");
        totp.remove("alice");
        assertThat(events.texts())
                .containsExactly(
                        "alice totp.enrol DONE {}",
                        "bob totp.enrol DONE {}",
                        "alice totp.confirm ALLOWED {factor=totp}",
                        "bob totp.confirm ALLOWED {factor=totp}",
                        "alice totp.verify ALLOWED {factor=totp}",
                        "alice totp.verify DENIED {reason=WRONG}",
                        "alice totp.recover ALLOWED {factor=recovery-code}",
                        "alice totp.renew DONE {}",
                        "alice totp.unlock DONE {}",
                        "alice totp.remove DONE {}");
        assertThat(events.last()).extracting(AuditEvent::resource).isEqualTo("totp");
    }

    @Test
    void trail_namesThatAreNotEnrolled_areNotInIt() {
        totp.verify("canary password", "123456");
        totp.recover("canary password", "123456");
        totp.confirm("canary password", "123456");
        clock.pass(Duration.ofHours(-1));
        totp.verify("canary password", "123456");
        assertThat(String.join(" ", events.texts())).doesNotContain("canary");
        assertThat(events.texts())
                .contains(
                        "unknown totp.verify DENIED {reason=NOT_ENROLLED}",
                        "unknown totp.recover DENIED {reason=NOT_ENROLLED}",
                        "unknown totp.confirm DENIED {reason=NOT_ENROLLED}",
                        "unknown totp.verify DENIED {reason=CLOCK_BACK}");
    }

    @Test
    void record_showsNoSecret() {
        TotpRecord record = new TotpRecord("canary", 7, List.of("canary"), "canary", List.of("canary"), Attempts.NONE);
        assertThat(record)
                .hasToString(
                        "TotpRecord[enrolled=true, pending=true, recovery=1, Attempts[failures=0, locks=0, until=0]]");
    }

    @Test
    void secrets_standNowhereButInTheEnrolment() {
        Enrolment enrolment = totp.enrol("carol");
        String code = new Device(enrolment.uri()).code(clock.instant());
        totp.confirm("carol", code);
        totp.recover("carol", enrolment.recoveryCodes().get(0));
        StringBuilder seen = new StringBuilder();
        seen.append(enrolment).append(totp).append(events.texts());
        for (String key : store.keys("")) {
            seen.append(new String(store.find(key).orElseThrow(), UTF_8));
        }
        assertThat(seen.toString()).doesNotContain(enrolment.secret()).doesNotContain(enrolment.uri());
        for (String recovery : enrolment.recoveryCodes()) {
            assertThat(seen.toString()).doesNotContain(recovery).doesNotContain(recovery.replace("-", ""));
        }
        assertThat(String.join("", events.texts())).doesNotContain(code);
    }

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 50), LongStream.of(Long.getLong("test.seed", System.nanoTime())));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void uri_anyNames_areReadBack(long seed) {
        Random random = new Random(seed);
        String issuer = text(random, 20).replace(":", "");
        String user = text(random, 40);
        TotpSecret secret = new TotpSecret(Algorithm.SHA256, 6, 30, new byte[32]);
        URI uri = URI.create(OtpAuthUri.of("i" + issuer, user, secret));
        assertThat(uri.getScheme() + "://" + uri.getHost()).isEqualTo("otpauth://totp");
        assertThat(uri.getPath()).isEqualTo("/i" + issuer + ":" + user);
        assertThat(uri.getRawQuery().split("&", -1)).hasSize(5);
        assertThat(uri.toString()).matches("[!-~]+");
    }

    private static String text(Random random, int length) {
        return random.ints(length, 1, 0x3000)
                .filter(Character::isDefined)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Test
    void uri_isTheOneThatAppsScan() {
        Enrolment enrolment = totp.enrol("carol@example.org");
        assertThat(enrolment.uri())
                .isEqualTo("otpauth://totp/St.%20Mary%27s:carol%40example.org?secret=" + enrolment.secret()
                        + "&issuer=St.%20Mary%27s&algorithm=SHA1&digits=6&period=30");
        assertThat(enrolment.secret()).matches("[A-Z2-7]{32}");
    }

    @Test
    void builder_outOfRange_isRefused() {
        Totp.Builder builder = Totp.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.digits(5));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.digits(9));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.skew(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.skew(6));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.period(Duration.ofSeconds(14)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.period(Duration.ofSeconds(121)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.period(Duration.ofMillis(30_500)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.attempts(0, PERIOD));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.attempts(101, PERIOD));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.attempts(5, Duration.ofMillis(999)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.attempts(5, Duration.ofHours(25)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.issuer("a:b"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.issuer(""));
    }

    @Test
    void builder_missingOrTwice_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Totp.builder().build())
                .withMessage("store is missing");
        assertThatIllegalStateException()
                .isThrownBy(() -> Totp.builder().digits(6).digits(7))
                .withMessage("digits is given already: 6");
    }

    @Test
    void methods_nameMalformed_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> totp.enrol("\ud83d"));
        assertThatIllegalArgumentException().isThrownBy(() -> totp.verify("", "123456"));
        assertThatIllegalArgumentException().isThrownBy(() -> totp.remove("x".repeat(257)));
    }
}

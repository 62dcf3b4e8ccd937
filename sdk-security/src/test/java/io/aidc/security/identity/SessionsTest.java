package io.aidc.security.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.CredentialException;
import io.aidc.security.identity.SessionCheck.Reason;
import io.aidc.security.identity.SessionCheck.Refused;
import io.aidc.security.identity.SessionCheck.Valid;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final CredentialStore store = CredentialStore.inMemory();
    private final TickingClock clock = new TickingClock();
    private final Events events = new Events();
    private final Sessions sessions = sessions();
    private final Instant start = clock.instant();
    private final StartedSession started =
            sessions.start("alice", Set.of("read:models/*", "write:notes"), Set.of("password"));
    private final String token = started.token();

    private Sessions sessions() {
        return Sessions.builder()
                .store(store)
                .idle(Duration.ofMinutes(8))
                .absolute(Duration.ofMinutes(60))
                .auditTo(events)
                .clock(clock)
                .build();
    }

    private static Refused refused(Reason reason) {
        return new Refused(reason);
    }

    @Test
    void start_session_isAsAskedFor() {
        Session session = started.session();
        assertThat(session.principal()).isEqualTo("alice");
        assertThat(session.scopes()).containsExactly("read:models/*", "write:notes");
        assertThat(session.factors()).containsExactly("password");
        assertThat(session.started()).isEqualTo(start).isEqualTo(session.seen());
        assertThat(session.expires()).isEqualTo(start.plus(Duration.ofMinutes(60)));
        assertThat(token).matches("aidcs_[a-z2-7]{16}_[a-z2-7]{59}").hasSize(82).contains(session.id());
    }

    @Test
    void check_token_isValid() {
        assertThat(sessions.check(token)).isEqualTo(new Valid(started.session()));
        assertThat(sessions().check(token)).isEqualTo(new Valid(started.session()));
    }

    @Test
    void check_scope_isCoveredOrNot() {
        assertThat(sessions.check(token, "read:models/fraud/7")).isInstanceOf(Valid.class);
        assertThat(sessions.check(token, "write:notes")).isInstanceOf(Valid.class);
        for (String scope : List.of("read:model", "write:notes/1", "write:note", "", "*")) {
            assertThat(sessions.check(token, scope)).isEqualTo(refused(Reason.SCOPE));
        }
    }

    @Test
    void check_otherTexts_areRefused() {
        String other = sessions.start("bob", Set.of(), Set.of()).token();
        Token forged = Token.of("aidcs", started.session().id(), new java.security.SecureRandom());
        assertThat(sessions.check("")).isEqualTo(refused(Reason.MALFORMED));
        assertThat(sessions.check(token + "a")).isEqualTo(refused(Reason.MALFORMED));
        assertThat(sessions.check(started.session().id())).isEqualTo(refused(Reason.MALFORMED));
        assertThat(sessions.check(forged.text())).isEqualTo(refused(Reason.UNKNOWN));
        assertThat(sessions.check(
                        Token.fresh("aidcs", new java.security.SecureRandom()).text()))
                .isEqualTo(refused(Reason.UNKNOWN));
        assertThat(sessions.check(token)).as("survives a forged token").isInstanceOf(Valid.class);
        assertThat(sessions.check(other)).isInstanceOf(Valid.class);
    }

    @Test
    void check_usedAgainAndAgain_lastsUntilTheLatestEnd() {
        for (int i = 1; i < 60; i++) {
            clock.pass(MINUTE);
            assertThat(sessions.check(token)).isInstanceOf(Valid.class);
        }
        clock.pass(MINUTE);
        assertThat(sessions.check(token)).isEqualTo(refused(Reason.EXPIRED));
        assertThat(sessions.check(token)).isEqualTo(refused(Reason.UNKNOWN));
    }

    @Test
    void check_unused_endsAfterTheIdleTime() {
        clock.pass(Duration.ofMinutes(8).minusMillis(1));
        assertThat(sessions.check(token)).isInstanceOf(Valid.class);
        clock.pass(Duration.ofMinutes(8));
        assertThat(sessions.check(token)).isEqualTo(refused(Reason.IDLE));
        assertThat(sessions.check(token)).isEqualTo(refused(Reason.UNKNOWN));
    }

    @Test
    void check_withinAnEighthOfTheIdleTime_writesNothing() {
        byte[] before = record();
        clock.pass(MINUTE.minusMillis(1));
        sessions.check(token);
        assertThat(record()).isEqualTo(before);
        clock.pass(Duration.ofMillis(1));
        sessions.check(token);
        assertThat(record()).isNotEqualTo(before);
    }

    private byte[] record() {
        return store.find("session/" + started.session().id()).orElseThrow();
    }

    @Test
    void check_clockGoneBack_expiredStaysExpired() {
        clock.pass(Duration.ofMinutes(8));
        sessions.list("alice");
        clock.set(start);
        assertThat(sessions.check(token)).isEqualTo(refused(Reason.IDLE));
        assertThat(events.actions()).contains("clock.back FAILED");
    }

    @Test
    void check_clockGoneBackOverARestart_countsFromTheLastUse() {
        clock.pass(Duration.ofMinutes(7));
        sessions.check(token);
        clock.set(start);
        SessionCheck check = sessions().check(token);
        assertThat(check)
                .isInstanceOfSatisfying(
                        Valid.class,
                        valid -> assertThat(valid.session().seen()).isEqualTo(start.plus(Duration.ofMinutes(7))));
    }

    @Test
    void raise_session_getsAFactorAndAnotherToken() {
        clock.pass(MINUTE);
        StartedSession raised = sessions.raise(token, "totp").orElseThrow();
        assertThat(raised.session().id()).isEqualTo(started.session().id());
        assertThat(raised.session().factors()).containsExactly("password", "totp");
        assertThat(raised.session().expires()).isEqualTo(started.session().expires());
        assertThat(sessions.check(raised.token())).isEqualTo(new Valid(raised.session()));
        assertThat(sessions.check(token)).isEqualTo(refused(Reason.UNKNOWN));
        assertThat(sessions.raise(token, "totp")).isEmpty();
    }

    @Test
    void raise_fromManyThreads_givesOneToken() throws Exception {
        List<Optional<StartedSession>> raised = Race.of(8, () -> sessions.raise(token, "totp"));
        assertThat(raised.stream().filter(Optional::isPresent)).hasSize(1);
    }

    @Test
    void raise_whatIsNotValid_isEmpty() {
        assertThat(sessions.raise("", "totp")).isEmpty();
        clock.pass(Duration.ofMinutes(8));
        assertThat(sessions.raise(token, "totp")).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> sessions.raise(token, "two words"));
    }

    @Test
    void revoke_session_endsAtOnce() {
        assertThat(sessions.revoke(started.session().id())).isTrue();
        assertThat(sessions.revoke(started.session().id())).isFalse();
        assertThat(sessions.revoke("../" + started.session().id())).isFalse();
        assertThat(sessions().check(token)).isEqualTo(refused(Reason.UNKNOWN));
    }

    @Test
    void revokeAll_principal_endsTheirsAlone() {
        String second = sessions.start("alice", Set.of(), Set.of()).token();
        String other = sessions.start("bob", Set.of(), Set.of()).token();
        sessions.revokeAll("alice");
        sessions.revokeAll("alice");
        assertThat(sessions.check(token)).isEqualTo(refused(Reason.UNKNOWN));
        assertThat(sessions.check(second)).isEqualTo(refused(Reason.UNKNOWN));
        assertThat(sessions.check(other)).isInstanceOf(Valid.class);
        assertThat(sessions.check(sessions.start("alice", Set.of(), Set.of()).token()))
                .isInstanceOf(Valid.class);
    }

    @Test
    void list_principal_hasTheValidOnes() {
        StartedSession second = sessions.start("alice", Set.of(), Set.of());
        sessions.start("bob", Set.of(), Set.of());
        assertThat(sessions.list("alice")).containsExactlyInAnyOrder(started.session(), second.session());
        sessions.revoke(second.session().id());
        assertThat(sessions.list("alice")).containsExactly(started.session());
        clock.pass(Duration.ofMinutes(8));
        assertThat(sessions.list("alice")).isEmpty();
    }

    @Test
    void purge_removesWhatHasEnded() {
        clock.pass(Duration.ofMinutes(8));
        String second = sessions.start("bob", Set.of(), Set.of()).token();
        sessions.start("carol", Set.of(), Set.of());
        sessions.revokeAll("carol");
        assertThat(sessions.purge()).isEqualTo(2);
        assertThat(sessions.purge()).isZero();
        assertThat(sessions.check(second)).isInstanceOf(Valid.class);
        assertThat(store.keys("session/")).hasSize(1);
    }

    @Test
    void start_fromManyThreads_tokensDiffer() throws Exception {
        List<String> tokens =
                Race.of(8, () -> sessions.start("bob", Set.of(), Set.of()).token());
        assertThat(new HashSet<>(tokens)).hasSize(8).allMatch(text -> sessions.check(text) instanceof Valid);
    }

    @Test
    void check_whileRevoked_isNeverRevived() throws Exception {
        clock.pass(MINUTE);
        Race.of(2, () -> {
            sessions.check(token);
            return sessions.revoke(started.session().id());
        });
        assertThat(sessions.check(token)).isEqualTo(refused(Reason.UNKNOWN));
    }

    @Test
    void check_damagedRecord_isSaid() {
        store.replace("session/" + started.session().id(), record(), "{\"v\":1}".getBytes(UTF_8));
        assertThatExceptionOfType(CredentialException.class).isThrownBy(() -> sessions.check(token));
    }

    @Test
    void trail_hasEachStepAndNoToken() {
        String id = started.session().id();
        String raised = sessions.raise(token, "totp").orElseThrow().token();
        sessions.check(raised, "none");
        sessions.check(token);
        sessions.check("rubbish");
        sessions.revoke(id);
        sessions.check(raised);
        sessions.revokeAll("alice");
        assertThat(events.texts())
                .containsExactly(
                        "alice session.start DONE {factors=password, session=%s}".formatted(id),
                        "alice session.raise DONE {factors=password totp, session=%s}".formatted(id),
                        "alice session.check DENIED {reason=SCOPE, session=%s}".formatted(id),
                        "alice session.revoke DONE {factors=password totp, session=%s}".formatted(id),
                        "alice session.revoke-all DONE {}");
    }

    @Test
    void tokens_standNowhere() {
        String secret = token.substring(token.length() - 59);
        String seen = new String(record(), UTF_8) + started + sessions + events.texts() + sessions.check(token);
        assertThat(seen).doesNotContain(secret).contains(started.session().id());
    }

    @Test
    void start_outOfRange_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> sessions.start("", Set.of(), Set.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> sessions.start("a", Set.of(""), Set.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> sessions.start("a", Set.of("a b"), Set.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> sessions.start("a", Set.of(), Set.of("\u00e9")));
        assertThatIllegalArgumentException().isThrownBy(() -> sessions.start("a", Set.of("x".repeat(201)), Set.of()));
        Set<String> many = new HashSet<>();
        for (int i = 0; i < 65; i++) {
            many.add("s" + i);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> sessions.start("a", many, Set.of()));
    }

    @Test
    void builder_outOfRangeMissingOrTwice_isRefused() {
        Sessions.Builder builder = Sessions.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.idle(Duration.ofSeconds(59)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.absolute(Duration.ofDays(367)));
        assertThatIllegalStateException().isThrownBy(builder::build).withMessage("store is missing");
        assertThatIllegalStateException().isThrownBy(() -> builder.clock(clock).clock(clock));
    }
}

package io.aidc.security.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.CredentialException;
import io.aidc.security.identity.ApiKeyCheck.Reason;
import io.aidc.security.identity.ApiKeyCheck.Refused;
import io.aidc.security.identity.ApiKeyCheck.Valid;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApiKeysTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final CredentialStore store = CredentialStore.inMemory();
    private final TickingClock clock = new TickingClock();
    private final Events events = new Events();
    private final ApiKeys keys = keys();
    private final Instant start = clock.instant();
    private final IssuedApiKey issued = keys.issue("pipeline", Set.of("read:models/*"), DAY);
    private final String id = issued.key().id();

    private ApiKeys keys() {
        return ApiKeys.builder().store(store).auditTo(events).clock(clock).build();
    }

    private static Refused refused(Reason reason) {
        return new Refused(reason);
    }

    @Test
    void issue_key_isAsAskedFor() {
        assertThat(issued.key())
                .isEqualTo(new ApiKey(id, "pipeline", Set.of("read:models/*"), start, start.plus(DAY), null, false));
        assertThat(issued.text()).matches("aidc_[a-z2-7]{16}_[a-z2-7]{59}").contains(id);
    }

    @Test
    void check_text_isValid() {
        assertThat(keys.check(issued.text())).isInstanceOf(Valid.class);
        assertThat(keys().check(issued.text(), "read:models/fraud/7")).isInstanceOf(Valid.class);
        assertThat(keys.check(issued.text(), "write:models/fraud/7")).isEqualTo(refused(Reason.SCOPE));
    }

    @Test
    void check_otherTexts_areRefused() {
        SecureRandom random = new SecureRandom();
        assertThat(keys.check("")).isEqualTo(refused(Reason.MALFORMED));
        assertThat(keys.check(id)).isEqualTo(refused(Reason.MALFORMED));
        assertThat(keys.check(Token.fresh("aidcs", random).text())).isEqualTo(refused(Reason.MALFORMED));
        assertThat(keys.check(Token.fresh("aidc", random).text())).isEqualTo(refused(Reason.UNKNOWN));
        assertThat(keys.check(Token.of("aidc", id, random).text())).isEqualTo(refused(Reason.UNKNOWN));
        assertThat(keys.check(issued.text())).isInstanceOf(Valid.class);
    }

    @Test
    void check_timeOver_isExpired() {
        clock.pass(DAY.minusMillis(1));
        assertThat(keys.check(issued.text())).isInstanceOf(Valid.class);
        clock.pass(Duration.ofMillis(1));
        assertThat(keys.check(issued.text())).isEqualTo(refused(Reason.EXPIRED));
    }

    @Test
    void check_clockGoneBack_expiredStaysExpired() {
        clock.pass(DAY);
        keys.check(issued.text());
        clock.set(start);
        assertThat(keys.check(issued.text())).isEqualTo(refused(Reason.EXPIRED));
        assertThat(events.actions()).contains("clock.back FAILED");
    }

    @Test
    void check_use_isNotedOnceAnHour() {
        assertThat(used()).isNull();
        keys.check(issued.text());
        clock.pass(HOUR.minusMillis(1));
        keys.check(issued.text());
        assertThat(used()).isEqualTo(start);
        clock.pass(Duration.ofMillis(1));
        keys.check(issued.text());
        assertThat(used()).isEqualTo(start.plus(HOUR));
        assertThat(events.actions()).containsExactly("api-key.issue DONE", "api-key.use DONE", "api-key.use DONE");
    }

    private @org.jspecify.annotations.Nullable Instant used() {
        return keys.list("pipeline").get(0).used();
    }

    @Test
    void revoke_key_endsAtOnceAndIsRecognised() {
        assertThat(keys.revoke(id)).isTrue();
        assertThat(keys.revoke(id)).isFalse();
        assertThat(keys.revoke("none")).isFalse();
        assertThat(keys().check(issued.text())).isEqualTo(refused(Reason.REVOKED));
        assertThat(keys.list("pipeline").get(0).revoked()).isTrue();
        Token forged = Token.of("aidc", id, new SecureRandom());
        assertThat(keys.check(forged.text())).as("tells its holder alone").isEqualTo(refused(Reason.UNKNOWN));
    }

    @Test
    void rotate_key_bothWorkUntilTheOverlapIsOver() {
        IssuedApiKey next = keys.rotate(id, DAY, HOUR).orElseThrow();
        assertThat(next.key().scopes()).isEqualTo(issued.key().scopes());
        assertThat(next.key().principal()).isEqualTo("pipeline");
        clock.pass(HOUR.minusMillis(1));
        assertThat(keys.check(issued.text())).isInstanceOf(Valid.class);
        assertThat(keys.check(next.text())).isInstanceOf(Valid.class);
        clock.pass(Duration.ofMillis(1));
        assertThat(keys.check(issued.text())).isEqualTo(refused(Reason.EXPIRED));
        assertThat(keys.check(next.text())).isInstanceOf(Valid.class);
    }

    @Test
    void rotate_longOverlap_lengthensNothing() {
        keys.rotate(id, DAY, Duration.ofDays(30));
        clock.pass(DAY);
        assertThat(keys.check(issued.text())).isEqualTo(refused(Reason.EXPIRED));
    }

    @Test
    void rotate_whatIsNotValid_isEmptyAndIssuesNothing() {
        assertThat(keys.rotate("none", DAY, HOUR)).isEmpty();
        keys.revoke(id);
        assertThat(keys.rotate(id, DAY, HOUR)).isEmpty();
        assertThat(keys.list("pipeline")).hasSize(1);
    }

    @Test
    void list_principal_hasTheirsAlone() {
        keys.issue("other", Set.of(), DAY);
        assertThat(keys.list("pipeline")).containsExactly(issued.key());
        assertThat(keys.list("nobody")).isEmpty();
    }

    @Test
    void purge_removesWhatIsOver() {
        keys.issue("other", Set.of(), DAY.plus(HOUR));
        keys.revoke(id);
        assertThat(keys.purge()).isZero();
        clock.pass(DAY);
        assertThat(keys.purge()).isEqualTo(1);
        assertThat(keys.check(issued.text())).isEqualTo(refused(Reason.UNKNOWN));
        assertThat(store.keys("")).hasSize(1);
    }

    @Test
    void check_fromManyThreads_agreesAndNotesOneUse() throws Exception {
        List<ApiKeyCheck> checks = Race.of(8, () -> keys.check(issued.text()));
        assertThat(checks).allMatch(Valid.class::isInstance);
        assertThat(events.actions()).containsExactly("api-key.issue DONE", "api-key.use DONE");
    }

    @Test
    void check_whileRevoked_isNeverRevived() throws Exception {
        Race.of(2, () -> {
            keys.check(issued.text());
            return keys.revoke(id);
        });
        assertThat(keys.check(issued.text())).isEqualTo(refused(Reason.REVOKED));
    }

    @Test
    void check_damagedRecord_isSaid() {
        byte[] record = store.find("api-key/" + id).orElseThrow();
        store.replace("api-key/" + id, record, "{\"v\":1}".getBytes(UTF_8));
        assertThatExceptionOfType(CredentialException.class).isThrownBy(() -> keys.check(issued.text()));
    }

    @Test
    void trail_hasEachStepAndNoKey() {
        keys.check("rubbish");
        keys.check(Token.fresh("aidc", new SecureRandom()).text());
        keys.check(issued.text(), "write");
        String next = keys.rotate(id, DAY, HOUR).orElseThrow().key().id();
        keys.revoke(id);
        keys.check(issued.text());
        assertThat(events.texts())
                .containsExactly(
                        "pipeline api-key.issue DONE {expires=2026-11-22T10:00:00Z, key=%s}".formatted(id),
                        "pipeline api-key.use DONE {expires=2026-11-22T10:00:00Z, key=%s}".formatted(id),
                        "pipeline api-key.check DENIED {key=%s, reason=SCOPE}".formatted(id),
                        "pipeline api-key.rotate DONE {key=%s, next=%s}".formatted(id, next),
                        "pipeline api-key.revoke DONE {expires=2026-11-21T11:00:00Z, key=%s}".formatted(id),
                        "pipeline api-key.check DENIED {key=%s, reason=REVOKED}".formatted(id));
    }

    @Test
    void trail_wrongSecretOfAKnownKey_isNotInIt() {
        keys.check(Token.of("aidc", id, new SecureRandom()).text());
        assertThat(events.actions()).containsExactly("api-key.issue DONE");
    }

    @Test
    void texts_standNowhere() {
        String secret = issued.text().substring(issued.text().length() - 59);
        String record = new String(store.find("api-key/" + id).orElseThrow(), UTF_8);
        assertThat(record + issued + keys + events.texts() + keys.check(issued.text()))
                .doesNotContain(secret)
                .contains(id);
    }

    @Test
    void issue_outOfRange_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> keys.issue("", Set.of(), DAY));
        assertThatIllegalArgumentException().isThrownBy(() -> keys.issue("a", Set.of("a b"), DAY));
        assertThatIllegalArgumentException().isThrownBy(() -> keys.issue("a", Set.of(), Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> keys.issue("a", Set.of(), Duration.ofDays(3661)));
        assertThatIllegalArgumentException().isThrownBy(() -> keys.rotate(id, DAY, Duration.ofMillis(-1)));
        assertThatIllegalStateException()
                .isThrownBy(() -> ApiKeys.builder().build())
                .withMessage("store is missing");
    }
}

package io.aidc.security.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.identity.Verification.Accepted;
import io.aidc.security.identity.Verification.Reason;
import io.aidc.security.identity.Verification.Refused;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebAuthnFactorTest extends SecondFactorContract {
    private static final String SITE = "example.org";
    private static final Refused WRONG = new Refused(Reason.WRONG);

    private final CredentialStore store = CredentialStore.inMemory();
    private final TickingClock clock = new TickingClock();
    private final WebAuthnFactor factor = new WebAuthnFactor(store, SITE, clock);
    private SecurityKey alice;
    private SecurityKey bob;

    @BeforeEach
    void register() throws Exception {
        alice = new SecurityKey(SITE, 1);
        bob = new SecurityKey(SITE, 2);
        assertThat(factor.register("alice", alice.create(factor.begin("alice"))))
                .isEqualTo(new Accepted("alice", "webauthn"));
        factor.register("bob", bob.create(factor.begin("bob")));
        alice.counter(2);
        bob.counter(2);
    }

    @Override
    protected SecondFactor factor() {
        return factor;
    }

    @Override
    protected byte[] answer(String user, byte[] challenge) throws Exception {
        return (user.equals("alice") ? alice : bob).get(challenge);
    }

    @Test
    void finish_credentialOfAnotherUser_isRefused() throws Exception {
        byte[] challenge = factor.begin("alice");
        assertThat(factor.finish("alice", bob.get(challenge))).isEqualTo(WRONG);
    }

    @Test
    void finish_counterGoneBack_isRefused() throws Exception {
        alice.counter(7);
        assertThat(factor.finish("alice", alice.get(factor.begin("alice")))).isInstanceOf(Accepted.class);
        alice.counter(7);
        assertThat(factor.finish("alice", alice.get(factor.begin("alice")))).isEqualTo(WRONG);
        alice.counter(8);
        assertThat(factor.finish("alice", alice.get(factor.begin("alice")))).isInstanceOf(Accepted.class);
    }

    @Test
    void finish_otherSite_isRefused() throws Exception {
        SecurityKey phished = new SecurityKey("examp1e.org", 1);
        assertThat(factor.finish("alice", phished.get(factor.begin("alice")))).isEqualTo(WRONG);
    }

    @Test
    void finish_otherKeyUnderTheSameId_isRefused() throws Exception {
        SecurityKey forged = new SecurityKey(SITE, 1);
        forged.counter(9);
        assertThat(factor.finish("alice", forged.get(factor.begin("alice")))).isEqualTo(WRONG);
    }

    @Test
    void finish_withoutOrAfterItsTime_isRefused() throws Exception {
        byte[] challenge = factor.begin("alice");
        byte[] answer = alice.get(challenge);
        clock.pass(Duration.ofMinutes(6));
        assertThat(factor.finish("alice", answer)).isEqualTo(WRONG);
        assertThat(factor.finish("alice", alice.get(challenge))).isEqualTo(WRONG);
    }

    @Test
    void finish_oldChallenge_isRefused() throws Exception {
        byte[] old = factor.begin("alice");
        factor.begin("alice");
        assertThat(factor.finish("alice", alice.get(old))).isEqualTo(WRONG);
    }

    @Test
    void register_sameCredentialTwice_isRefused() throws Exception {
        assertThat(factor.register("alice", alice.create(factor.begin("alice"))))
                .isEqualTo(new Refused(Reason.REPLAYED));
    }
}

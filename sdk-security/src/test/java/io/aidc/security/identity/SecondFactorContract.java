package io.aidc.security.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.identity.Verification.Accepted;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every second factor keeps to. */
public abstract class SecondFactorContract {
    /** The factor under test, with {@code alice} and {@code bob} enrolled, the same on each call. */
    protected abstract SecondFactor factor() throws Exception;

    /** What the device of a user answers to a challenge. */
    protected abstract byte[] answer(String user, byte[] challenge) throws Exception;

    @Test
    void finish_rightAnswer_isAccepted() throws Exception {
        byte[] answer = answer("alice", factor().begin("alice"));
        assertThat(factor().finish("alice", answer)).isEqualTo(new Accepted("alice", factor().name()));
    }

    @Test
    void finish_sameAnswerTwice_isAcceptedOnce() throws Exception {
        byte[] answer = answer("alice", factor().begin("alice"));
        factor().finish("alice", answer);
        assertThat(factor().finish("alice", answer)).isNotInstanceOf(Accepted.class);
    }

    @Test
    void finish_sameAnswerFromManyThreads_isAcceptedOnce() throws Exception {
        SecondFactor factor = factor();
        byte[] answer = answer("alice", factor.begin("alice"));
        List<Verification> results = Race.of(4, () -> factor.finish("alice", answer));
        assertThat(results.stream().filter(Accepted.class::isInstance)).hasSize(1);
    }

    @Test
    void finish_answerOfSomebodyElse_isRefused() throws Exception {
        byte[] answer = answer("bob", factor().begin("bob"));
        factor().begin("alice");
        assertThat(factor().finish("alice", answer)).isNotInstanceOf(Accepted.class);
    }

    @Test
    void finish_unknownUser_isRefused() throws Exception {
        byte[] answer = answer("alice", factor().begin("alice"));
        assertThat(factor().finish("carol", answer)).isNotInstanceOf(Accepted.class);
    }

    @Test
    void finish_rubbish_isRefused() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            byte[] challenge = factor().begin("alice");
            byte[] rubbish = i % 2 == 0 ? new byte[random.nextInt(2000)] : answer("bob", challenge);
            for (int j = 0; j < rubbish.length; j += 1 + random.nextInt(20)) {
                rubbish[j] = (byte) random.nextInt();
            }
            assertThat(factor().finish("alice", rubbish)).isNotInstanceOf(Accepted.class);
        }
        assertThat(factor().finish("alice", "{}".getBytes(UTF_8))).isNotInstanceOf(Accepted.class);
    }

    @Test
    void methods_nameOutOfRange_isRefused() throws Exception {
        SecondFactor factor = factor();
        for (String name : List.of("", "x".repeat(257))) {
            assertThatIllegalArgumentException().isThrownBy(() -> factor.begin(name));
            assertThatIllegalArgumentException().isThrownBy(() -> factor.finish(name, new byte[0]));
        }
    }

    @Test
    void name_isAWordAndStable() throws Exception {
        assertThat(factor().name()).matches("[!-~]{1,200}").isEqualTo(factor().name());
    }
}

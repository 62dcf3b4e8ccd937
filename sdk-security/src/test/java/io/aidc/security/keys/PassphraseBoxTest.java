package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aidc.security.MalformedSealException;
import io.aidc.security.MalformedSealException.Reason;
import io.aidc.security.UnsealException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PassphraseBoxTest {
    private static final char[] PASSPHRASE = "pass phrase".toCharArray();
    private static final byte[] SECRET = {1, 2, 3};
    private static final byte[] PREFIX = {4, 5};

    @Test
    void open_whatWasSealed_givesTheSecret() {
        byte[] box = PassphraseBox.seal(PASSPHRASE, SECRET, PREFIX, TestRings.CHEAP);
        assertThat(box).hasSize(PassphraseBox.OVERHEAD_BYTES + SECRET.length);
        assertThat(open(box, PREFIX)).isEqualTo(SECRET);
        assertThat(PassphraseBox.seal(PASSPHRASE, SECRET, PREFIX, TestRings.CHEAP))
                .isNotEqualTo(box);
    }

    @Test
    void open_anotherPrefixOrPassphrase_failsUnexplained() {
        byte[] box = PassphraseBox.seal(PASSPHRASE, SECRET, PREFIX, TestRings.CHEAP);
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> open(box, SECRET));
        assertThatExceptionOfType(UnsealException.class)
                .isThrownBy(() -> PassphraseBox.open("pass".toCharArray(), box, PREFIX, TestRings.CHEAP));
    }

    @Test
    void open_visiblyWrongHead_isNamed() {
        byte[] box = PassphraseBox.seal(PASSPHRASE, new byte[0], PREFIX, TestRings.CHEAP);
        assertThat(open(box, PREFIX)).isEmpty();
        refuses(Reason.BROKEN_HEADER, Arrays.copyOf(box, box.length - 1));
        refuses(Reason.BROKEN_HEADER, new byte[0]);
        byte[] costly = box.clone();
        costly[4]++;
        refuses(Reason.OVER_LIMIT, costly);
        box[0] = 2;
        refuses(Reason.UNSUPPORTED, box);
    }

    private static byte[] open(byte[] box, byte[] prefix) {
        return PassphraseBox.open(PASSPHRASE, box, prefix, TestRings.CHEAP);
    }

    private static void refuses(Reason reason, byte[] box) {
        assertThatExceptionOfType(MalformedSealException.class)
                .isThrownBy(() -> open(box, PREFIX))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }
}

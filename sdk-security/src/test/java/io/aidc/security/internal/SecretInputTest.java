package io.aidc.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretInputTest {
    private final List<byte[]> filled = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 99, 100})
    void read_upToTheLimit_givesAllAndLeavesNoCopy(int size) throws IOException {
        byte[] secret = new byte[size];
        Arrays.fill(secret, (byte) 7);
        assertThat(SecretInput.read(watched(secret), 100)).isEqualTo(secret);
        assertThat(filled).isNotEmpty().allMatch(SecretInputTest::isWiped);
    }

    @Test
    void read_beyondTheLimit_givesOneByteMore() throws IOException {
        assertThat(SecretInput.read(watched(new byte[200]), 100)).hasSize(101);
    }

    @Test
    void read_failsHalfway_leavesNoCopy() {
        @SuppressWarnings("InputStreamSlowMultibyteRead")
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new EOFException("cut");
            }
        };
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() ->
                        SecretInput.read(new SequenceInputStream(watched(new byte[] {7, 7}), watched(broken)), 100));
        assertThat(filled).isNotEmpty().allMatch(SecretInputTest::isWiped);
    }

    private InputStream watched(byte[] content) {
        return watched(new ByteArrayInputStream(content));
    }

    private InputStream watched(InputStream content) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return content.read();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                filled.add(target);
                return content.read(target, offset, length);
            }
        };
    }

    private static boolean isWiped(byte[] array) {
        return Arrays.equals(array, new byte[array.length]);
    }
}

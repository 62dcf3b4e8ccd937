package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link ModelFiles} must keep to. */
public abstract class ModelFilesContract {
    private static final KeyPair KEYS = SigningKeys.generate();

    /** Makes a model of these files, so that each can be read by its name. */
    protected abstract ModelFiles files(Map<String, byte[]> contents) throws Exception;

    @Test
    void names_severalFiles_areAllListed() throws Exception {
        assertThat(files(contents()).names()).containsExactlyInAnyOrder("a/b", "a-b", "empty", "large");
    }

    @Test
    void open_eachFile_givesSizeAndContent() throws Exception {
        Map<String, byte[]> contents = contents();
        ModelFiles files = files(contents);
        for (Map.Entry<String, byte[]> file : contents.entrySet()) {
            try (SeekableByteChannel channel = files.open(file.getKey())) {
                assertThat(channel.size()).isEqualTo(file.getValue().length);
                assertThat(channel.position()).isZero();
                assertThat(rest(channel)).isEqualTo(file.getValue());
                assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        }
    }

    @Test
    void open_positioned_readsFromThere() throws Exception {
        Map<String, byte[]> contents = contents();
        byte[] large = Objects.requireNonNull(contents.get("large"));
        try (SeekableByteChannel channel = files(contents).open("large")) {
            for (int position : new int[] {large.length - 1, 70_000, 0, 16_384}) {
                ByteBuffer one = ByteBuffer.allocate(1);
                assertThat(channel.position(position).read(one)).isEqualTo(1);
                assertThat(one.get(0)).isEqualTo(large[position]);
            }
        }
    }

    @Test
    void open_sameFileTwice_givesIndependentChannels() throws Exception {
        ModelFiles files = files(contents());
        try (SeekableByteChannel second = files.open("a/b")) {
            try (SeekableByteChannel first = files.open("a/b")) {
                first.position(3);
            }
            assertThat(second.position()).isZero();
            assertThat(rest(second)).isEqualTo("in a".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void open_unknownName_fails() throws Exception {
        ModelFiles files = files(contents());
        assertThatIOException().isThrownBy(() -> files.open("none"));
    }

    @Test
    void signedByShardsAndRead_onSeveralThreads_givesTheContent() throws Exception {
        Map<String, byte[]> contents = contents();
        ModelFiles files = files(contents);
        SignatureFiles signature =
                ModelSigner.key(KEYS).shards(10_000).threads(3).sign(files, "model");
        ModelVerifier verifier =
                ModelVerifier.trusting(KEYS.getPublic()).named("model").threads(3);
        try (VerifiedModel model = verifier.load(files, signature)) {
            assertThat(model.read("large", 15_000, 60_000))
                    .isEqualTo(ByteBuffer.wrap(Objects.requireNonNull(contents.get("large")), 15_000, 60_000));
        }
    }

    private static byte[] rest(SeekableByteChannel channel) throws Exception {
        ByteBuffer all = ByteBuffer.allocate((int) (channel.size() - channel.position()));
        while (all.hasRemaining() && channel.read(all) > 0) {
            // until it is full
        }
        return all.array();
    }

    private static Map<String, byte[]> contents() {
        byte[] large = new byte[100_000];
        new Random(1).nextBytes(large);
        Map<String, byte[]> contents = new HashMap<>();
        contents.put("a/b", "in a".getBytes(StandardCharsets.US_ASCII));
        contents.put("a-b", new byte[] {1});
        contents.put("empty", new byte[0]);
        contents.put("large", large);
        return contents;
    }
}

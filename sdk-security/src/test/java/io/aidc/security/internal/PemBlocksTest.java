package io.aidc.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.security.internal.PemException.Fault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemBlocksTest {
    private static final String BLOCK = "-----BEGIN A KEY-----\nAAEC\nAw==\n-----END A KEY-----\n";

    @Test
    void read_textAround_isSkipped() throws Exception {
        List<PemBlock> blocks =
                read("subject=CN\n" + BLOCK + "-----\nBag ----BEGIN\n" + BLOCK.replace("A KEY", "X") + "end");
        assertThat(blocks).extracting(PemBlock::label).containsExactly("A KEY", "X");
        assertThat(blocks).allSatisfy(block -> assertThat(block.content()).containsExactly(0, 1, 2, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r", " \t\n"})
    void read_eachLineEnd_isTaken(String end) throws Exception {
        assertThat(read(BLOCK.replace("\n", end)).get(0).content()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void read_noLineEndAtTheEnd_isTaken() throws Exception {
        assertThat(read(BLOCK.stripTrailing())).hasSize(1);
    }

    @Test
    void read_blankLinesAndSpacesInside_areTaken() throws Exception {
        String text = "-----BEGIN X-----\n\n  AAEC \n\n Aw= =\n-----END X-----";
        assertThat(read(text).get(0).content()).containsExactly(0, 1, 2, 3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "text", "-----BEGIN -----\n", "----BEGIN X-----\n", " -----BEGIN X-----\n", "-----BEGIN X\n"
            })
    void read_noBlock_isEmpty(String text) throws Exception {
        assertThat(read(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void read_encryptedByHeaders_hasNoContent(String end) throws Exception {
        String text = "-----BEGIN X-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END X-----\n";
        PemBlock block = read(text.replace("\n", end)).get(0);
        assertThat(block.sealing()).isEqualTo(PemBlock.Sealing.ENCRYPTED);
        assertThat(block.content()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN X-----\n",
                "-----BEGIN X-----\nAAAA\n",
                "-----BEGIN X-----\nAAAA\n-----END Y-----\n",
                "-----BEGIN X-----\nAAAA\n-----BEGIN X-----\nAAAA\n-----END X-----\n",
                "-----BEGIN X-----\n-----END X-----\n",
                "-----BEGIN X-----\nAAA\n-----END X-----\n",
                "-----BEGIN X-----\nAA=A\n-----END X-----\n",
                "-----BEGIN X-----\nAAA-\n-----END X-----\n",
                "-----BEGIN X-----\nAAA_\n-----END X-----\n",
                "-----BEGIN X-----\nHeader: x\nAAAA\n-----END X-----\n",
                "-----BEGIN X-----\nAA==\nAAAA\n-----END X-----\n",
                "-----BEGIN X-----\nAAAA\n -----END X-----\n"
            })
    void read_brokenBlock_isMalformed(String text) {
        assertThatThrownBy(() -> read(text))
                .asInstanceOf(InstanceOfAssertFactories.type(PemException.class))
                .extracting(PemException::fault)
                .isEqualTo(Fault.MALFORMED);
    }

    @Test
    void read_brokenBlock_doesNotQuoteIt() {
        assertThatThrownBy(() -> read("-----BEGIN X-----\nSECRET!SECRET==\n-----END X-----\n"))
                .isInstanceOf(PemException.class)
                .hasNoCause()
                .hasMessageNotContaining("!")
                .hasMessageNotContaining("SECRET");
    }

    @Test
    void read_asManyBlocksAsAllowed_isTakenAndOneMoreIsNot() throws Exception {
        assertThat(PemBlocks.read(ascii(BLOCK.repeat(2)), 2)).hasSize(2);
        assertThatThrownBy(() -> PemBlocks.read(ascii(BLOCK.repeat(3)), 2))
                .asInstanceOf(InstanceOfAssertFactories.type(PemException.class))
                .extracting(PemException::fault)
                .isEqualTo(Fault.TOO_MANY);
    }

    @Test
    void wipe_zeroesTheContent_whichIsInNoText() throws Exception {
        PemBlock block = read(BLOCK).get(0);
        assertThat(block).hasToString("PemBlock[A KEY, 4 bytes]");
        assertThat(block).isNotEqualTo(read(BLOCK).get(0)).isEqualTo(block).hasSameHashCodeAs(block);
        block.wipe();
        assertThat(block.content()).containsOnly(0);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void read_changedText_failsInOneWay(long seed) {
        Random random = new Random(seed);
        String[] pieces = {
            "-----BEGIN ", "-----END ", "-----", "X", "\n", "\r\n", "AAAA", "AA==", " ", "Proc-Type: 4,ENCRYPTED"
        };
        for (int round = 0; round < 200; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(
                        random.nextInt(10) == 0 ? (char) random.nextInt(256) : pieces[random.nextInt(pieces.length)]);
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
            try {
                assertThat(PemBlocks.read(bytes, 3)).hasSizeLessThanOrEqualTo(3);
            } catch (PemException e) {
                assertThat(e.fault()).isNotNull();
            }
        }
    }

    private static List<PemBlock> read(String text) throws PemException {
        return PemBlocks.read(ascii(text), 10);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

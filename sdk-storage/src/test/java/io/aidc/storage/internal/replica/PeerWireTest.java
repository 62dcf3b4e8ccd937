package io.aidc.storage.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.pack.ChunkStore.Lookup;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeerWireTest {
    private static final byte[] CONTENT = {1, 2, 3};
    private static final ChunkId ID = ChunkId.of(CONTENT);
    private static final ChunkId EMPTY = ChunkId.of(new byte[0]);

    @Test
    void readBlobs_whatWasWritten_isTheSame() {
        Map<ChunkId, byte[]> blobs = new LinkedHashMap<>();
        blobs.put(ID, CONTENT);
        blobs.put(EMPTY, new byte[0]);

        Map<ChunkId, byte[]> read = PeerWire.readBlobs(PeerWire.blobs(blobs));

        assertThat(read).containsExactlyInAnyOrderEntriesOf(blobs);
        assertThat(PeerWire.readBlobs(new byte[0])).isEmpty();
    }

    @Test
    void readBlobs_sameIdTwice_isRefused() {
        byte[] one = PeerWire.blobs(Map.of(ID, CONTENT));
        byte[] twice = ByteBuffer.allocate(2 * one.length).put(one).put(one).array();

        assertThatThrownBy(() -> PeerWire.readBlobs(twice))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void readIds_tooManyOrCutOff_isRefused() {
        byte[] tooMany = new byte[(PeerWire.MAX_IDS + 1) * ChunkId.ENCODED_BYTES];

        assertThat(PeerWire.readIds(PeerWire.ids(List.of(ID, EMPTY)))).containsExactly(ID, EMPTY);
        assertThatThrownBy(() -> PeerWire.readIds(tooMany)).hasMessageContaining("at most");
        assertThatThrownBy(() -> PeerWire.readIds(new byte[32])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readLookups_contentOfAnotherId_isCorrupt() {
        byte[] lie = PeerWire.lookups(Map.of(ID, new Lookup.Found(new byte[] {9})));

        assertThat(PeerWire.readLookups(lie).get(ID)).isInstanceOf(Lookup.Corrupt.class);
    }

    @Test
    void readLookups_unknownKind_isRefused() {
        byte[] body = PeerWire.lookups(Map.of(ID, new Lookup.Missing()));
        body[body.length - 1] = 3;

        assertThatThrownBy(() -> PeerWire.readLookups(body)).hasMessageContaining("got 3");
    }

    @Test
    void read_anyBytes_endsOrIsRefused() {
        var random = new Random(17);
        byte[] blobs = PeerWire.blobs(Map.of(ID, CONTENT, EMPTY, new byte[0]));
        byte[] lookups = PeerWire.lookups(Map.of(ID, new Lookup.Found(CONTENT), EMPTY, new Lookup.Missing()));
        int refused = 0;
        for (int i = 0; i < 4_000; i++) {
            refused += refuses(() -> PeerWire.readBlobs(mutated(blobs, random)));
            refused += refuses(() -> PeerWire.readLookups(mutated(lookups, random)));
            refused += refuses(() -> PeerWire.readIds(mutated(blobs, random)));
        }
        assertThat(refused).isBetween(4_000, 12_000);
    }

    private static int refuses(Runnable read) {
        try {
            read.run();
            return 0;
        } catch (IllegalArgumentException e) {
            return 1; // anything else fails the test
        }
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] copy = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 8));
        for (int i = random.nextInt(4); i > 0 && copy.length > 0; i--) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt();
        }
        return copy;
    }

    @Test
    void readIds_none_isEmpty() {
        assertThatCode(() -> assertThat(PeerWire.readIds(new byte[0])).isEmpty())
                .doesNotThrowAnyException();
    }
}

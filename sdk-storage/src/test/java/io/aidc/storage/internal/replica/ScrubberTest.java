package io.aidc.storage.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.ChunkId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScrubberTest {
    private final MemoryChunks here = new MemoryChunks();
    private final MemoryChunks b = new MemoryChunks();
    private final MemoryChunks c = new MemoryChunks();
    private final List<Replica> peers = new ArrayList<>(List.of(Replica.of("b", b), Replica.of("c", c)));
    private final RecordedEvents events = new RecordedEvents();
    private final AntiEntropy antiEntropy = new AntiEntropy(here, () -> peers, events);
    private final Scrubber scrubber = new Scrubber("a", here, antiEntropy, events);
    private final TreeSet<ChunkId> wanted = new TreeSet<>();

    @AfterEach
    void endThreads() {
        peers.forEach(peer -> Threads.finish(peer.writer()));
    }

    private ChunkId chunk(int number, MemoryChunks... stores) {
        byte[] content = {(byte) number, 1, 2, 3};
        ChunkId id = ChunkId.of(content);
        wanted.add(id);
        for (MemoryChunks store : stores) {
            store.content.put(id, content);
        }
        return id;
    }

    @Test
    void slice_allGood_readsInOrderUpToTheBytes() throws IOException {
        for (int i = 0; i < 10; i++) {
            chunk(i, here);
        }
        List<Integer> sizes = new ArrayList<>();
        @Nullable ChunkId last = null;
        do {
            Scrubber.Slice slice = scrubber.slice(wanted, last, 13);
            sizes.add(slice.chunks());
            assertThat(slice.bytes()).isEqualTo(4L * slice.chunks());
            assertThat(slice.repaired()).isEmpty();
            last = slice.last();
        } while (last != null);

        assertThat(sizes).containsExactly(4, 4, 2, 0);
        assertThat(events.all).isEmpty();
    }

    @Test
    void slice_missingAndDamaged_areFetchedFromWhoHasThem() throws IOException {
        ChunkId missing = chunk(1, c);
        ChunkId damaged = chunk(2, b, c);
        here.content.put(damaged, new byte[] {9});
        ChunkId damagedThere = chunk(3, c);
        b.content.put(damagedThere, new byte[] {9});

        Scrubber.Slice slice = scrubber.slice(wanted, null, 1_000);

        assertThat(slice.repaired()).containsExactlyInAnyOrder(missing, damaged, damagedThere);
        assertThat(slice.lost()).isEmpty();
        assertThat(here.content.keySet()).containsExactlyInAnyOrder(missing, damaged, damagedThere);
        assertThat(Objects.requireNonNull(here.content.get(damaged))).hasSize(4);
        assertThat(events.all)
                .containsExactlyInAnyOrder(
                        "corrupt a", "corrupt b", "repaired from b", "repaired from c", "repaired from c");
    }

    @Test
    void slice_nobodyHasIt_isLost_unlessANodeDoesNotAnswer() throws IOException {
        ChunkId gone = chunk(1);

        assertThat(scrubber.slice(wanted, null, 10).lost()).containsExactly(gone);

        c.down = true;
        Scrubber.Slice slice = scrubber.slice(wanted, null, 10);
        assertThat(slice.lost()).isEmpty();
        assertThat(slice.unavailable()).containsExactly(gone);
        assertThat(events.all).containsExactly("unreachable c");
    }

    @Test
    void slice_noPeers_damagedIsLost() throws IOException {
        endThreads();
        peers.clear();
        ChunkId damaged = chunk(1);
        here.content.put(damaged, new byte[] {9});

        assertThat(scrubber.slice(wanted, null, 10).lost()).containsExactly(damaged);
    }

    @Test
    void slice_firstPeerDown_fetchesFromTheNext() throws IOException {
        ChunkId missing = chunk(1, b, c);
        b.down = true;

        assertThat(scrubber.slice(wanted, null, 10).repaired()).containsExactly(missing);
        assertThat(events.all).containsExactly("unreachable b", "repaired from c");
    }

    @Test
    void fill_manyMissing_fetchesAll_looksAtNoContent() throws IOException {
        for (int i = 0; i < 127; i++) {
            chunk(i, i % 2 == 0 ? b : c);
        }
        ChunkId damaged = chunk(127, b);
        here.content.put(damaged, new byte[] {9});

        assertThat(antiEntropy.fill(wanted).stored()).hasSize(127).doesNotContain(damaged);
        assertThat(here.content.keySet()).isEqualTo(wanted);
        assertThat(here.gets).hasValue(0);
    }

    @Test
    void fill_thisNodeCannotStore_fails() {
        chunk(1, b);
        here.down = true;

        assertThatThrownBy(() -> antiEntropy.fill(wanted)).isInstanceOf(IOException.class);
    }
}

package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.Vectors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HashTrieTest {
    static Stream<Long> seeds() {
        return Vectors.seeds();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void trie_randomChanges_agreesWithAMap(long seed) {
        Random random = new Random(seed);
        HashTrie<Integer> trie = HashTrie.empty();
        Map<EntityUid, Integer> map = new HashMap<>();
        int range = 1 + random.nextInt(400);
        for (int i = 0; i < 2_000; i++) {
            EntityUid key = key(random.nextInt(range));
            if (random.nextInt(3) == 0) {
                trie = trie.remove(key);
                map.remove(key);
            } else {
                trie = trie.put(key, i);
                map.put(key, i);
            }
            assertThat(trie.get(key)).isEqualTo(map.get(key));
            assertThat(trie.size()).isEqualTo(map.size());
        }
        Map<EntityUid, Integer> read = new HashMap<>();
        trie.forEach(read::put);
        assertThat(read).isEqualTo(map);
    }

    /** Half of the keys have one of few hashes, as somebody could choose them. */
    private static EntityUid key(int number) {
        StringBuilder id = new StringBuilder();
        for (int bit = 0; bit < 9 && number % 2 == 0; bit++) {
            id.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return new EntityUid("T", id.isEmpty() ? Integer.toString(number) : id.toString());
    }

    @Test
    void put_leavesTheOtherAsItWas() {
        HashTrie<Integer> before = HashTrie.<Integer>empty().put(key(1), 1);
        HashTrie<Integer> after = before.put(key(1), 2).put(key(3), 3);
        assertThat(before.get(key(1))).isEqualTo(1);
        assertThat(before.get(key(3))).isNull();
        assertThat(after.get(key(1))).isEqualTo(2);
    }

    @Test
    void remove_absent_isTheSame() {
        HashTrie<Integer> trie = HashTrie.<Integer>empty().put(key(1), 1);
        assertThat(trie.remove(key(3))).isSameAs(trie);
    }

    @Test
    void shared_equalKey_isTheFirst() {
        EntityUid first = key(1);
        HashTrie<Integer> trie = HashTrie.<Integer>empty().put(first, 1).put(key(1), 2);
        assertThat(trie.shared(key(1))).isSameAs(first);
        EntityUid other = key(3);
        assertThat(trie.shared(other)).isSameAs(other);
    }

    @Test
    void get_amongThousandsOfEqualHashes_isFast() {
        List<EntityUid> keys = new ArrayList<>();
        for (int i = 0; i < 1 << 12; i++) {
            StringBuilder id = new StringBuilder();
            for (int bit = 0; bit < 12; bit++) {
                id.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            keys.add(new EntityUid("T", id.toString()));
        }
        HashTrie<Integer> trie = HashTrie.empty();
        for (EntityUid key : keys) {
            trie = trie.put(key, 1);
        }
        assertThat(keys.get(0)).hasSameHashCodeAs(keys.get(4_095));
        assertThat(keys.stream().map(trie::get)).containsOnly(1);
    }
}

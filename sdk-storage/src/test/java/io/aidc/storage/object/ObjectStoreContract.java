package io.aidc.storage.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every object store must do. An implementation's test extends this and supplies an empty store. */
abstract class ObjectStoreContract {
    static final byte[] CONTENT = {1, 2, 3, 4, 5};

    private ObjectStore store;

    /** Opens a store that holds nothing; called once a test. */
    abstract ObjectStore open() throws IOException;

    final ObjectStore store() {
        return store;
    }

    @BeforeEach
    final void openStore() throws IOException {
        store = open();
    }

    @AfterEach
    final void closeStore() {
        store.close();
    }

    @Test
    void put_freeKey_isStored() throws IOException {
        assertThat(store.putIfAbsent("data/3f/3f91", CONTENT)).isTrue();

        assertThat(store.get("data/3f/3f91")).isEqualTo(CONTENT);
        assertThat(store.size("data/3f/3f91")).hasValue(5);
    }

    @Test
    void put_takenKey_changesNothing() throws IOException {
        store.putIfAbsent("a", CONTENT);

        assertThat(store.putIfAbsent("a", new byte[] {9})).isFalse();
        assertThat(store.putIfAbsent("a", CONTENT)).isFalse();
        assertThat(store.get("a")).isEqualTo(CONTENT);
    }

    @Test
    void put_nothing_isAnEmptyObject() throws IOException {
        assertThat(store.putIfAbsent("empty", new byte[0])).isTrue();

        assertThat(store.get("empty")).isEmpty();
        assertThat(store.get("empty", 0, 0)).isEmpty();
        assertThat(store.size("empty")).hasValue(0);
        assertThat(store.putIfAbsent("empty", CONTENT)).isFalse();
    }

    @Test
    void put_largeObject_isReadWholeAndInPart() throws IOException {
        byte[] large = new byte[5_000_001];
        new Random(1).nextBytes(large);
        store.putIfAbsent("large", large);

        assertThat(store.get("large")).isEqualTo(large);
        assertThat(store.get("large", 4_999_999, 2)).containsExactly(large[4_999_999], large[5_000_000]);
    }

    @Test
    void put_tooLarge_isRefused() {
        assertThatThrownBy(() -> store.putIfAbsent("a", new byte[ObjectStore.MAX_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("134217729");
    }

    @Test
    void put_sameKeyFromManyThreads_hasOneWinner() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 5; round++) {
                String key = "race/" + round;
                var start = new CountDownLatch(1);
                List<Future<Boolean>> puts = new ArrayList<>();
                for (byte i = 0; i < 8; i++) {
                    byte[] content = {i};
                    puts.add(threads.submit(() -> {
                        start.await();
                        return store.putIfAbsent(key, content);
                    }));
                }
                start.countDown();
                List<Byte> winners = new ArrayList<>();
                for (byte i = 0; i < 8; i++) {
                    if (puts.get(i).get()) {
                        winners.add(i);
                    }
                }
                assertThat(winners).hasSize(1);
                assertThat(store.get(key)).containsExactly(winners.get(0));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void get_absentKey_isNoSuchFile() throws IOException {
        assertThat(store.size("a/b")).isEmpty();
        assertThatThrownBy(() -> store.get("a/b"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("a/b");
        assertThatThrownBy(() -> store.get("a/b", 0, 1)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> store.get("a/b", 0, 0)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void get_part_isExactlyThat() throws IOException {
        store.putIfAbsent("a", CONTENT);

        assertThat(store.get("a", 0, 5)).isEqualTo(CONTENT);
        assertThat(store.get("a", 1, 3)).containsExactly(2, 3, 4);
        assertThat(store.get("a", 4, 1)).containsExactly(5);
        assertThat(store.get("a", 5, 0)).isEmpty();
        assertThat(store.get("a", 2, 0)).isEmpty();
    }

    @Test
    void get_partBehindTheEnd_fails() throws IOException {
        store.putIfAbsent("a", CONTENT);

        assertThatThrownBy(() -> store.get("a", 4, 2)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store.get("a", 5, 1)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store.get("a", 1L << 40, 1)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store.get("a", 6, 0)).isInstanceOf(IOException.class);
    }

    @Test
    void get_negativeNumbers_areRefused() {
        assertThatThrownBy(() -> store.get("a", -1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> store.get("a", 0, -2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-2");
        assertThatThrownBy(() -> store.get("a", Long.MAX_VALUE, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.get("a", 0, ObjectStore.MAX_BYTES + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void list_keys_areInTheOrderOfTheirBytes() throws IOException {
        List<String> keys = List.of("a-b", "a/b/d", "a/c", "ab", "b", "z", "é", "\uFF5E");
        List<String> shuffled = new ArrayList<>(keys);
        Collections.shuffle(shuffled, new Random(1));
        for (String key : shuffled) {
            store.putIfAbsent(key, new byte[key.length()]);
        }

        assertThat(list("")).containsExactlyElementsOf(keys);
        store.list(
                "", listed -> assertThat(listed.bytes()).isEqualTo(listed.key().length()));
    }

    @Test
    void list_keysThatJavaComparesDifferently_areInTheOrderOfTheirBytes() throws IOException {
        store.putIfAbsent("\uFF5E", CONTENT);
        store.putIfAbsent("\uD83D\uDE00", CONTENT);

        assertThat(list("")).containsExactly("\uFF5E", "\uD83D\uDE00");
    }

    @Test
    void list_prefix_selects() throws IOException {
        for (String key : List.of("data/3f/1", "data/3f/2", "data/30/1", "data", "x/data/3f/1")) {
            if (!key.equals("data")) {
                store.putIfAbsent(key, CONTENT);
            }
        }

        assertThat(list("data/3f/")).containsExactly("data/3f/1", "data/3f/2");
        assertThat(list("data/3")).containsExactly("data/30/1", "data/3f/1", "data/3f/2");
        assertThat(list("d")).hasSize(3);
        assertThat(list("data/3f/1")).containsExactly("data/3f/1");
        assertThat(list("data/3f/1/")).isEmpty();
        assertThat(list("/data")).isEmpty();
        assertThat(list("../")).isEmpty();
        assertThat(list("e")).isEmpty();
    }

    @Test
    void list_emptyStore_isEmpty() throws IOException {
        assertThat(list("")).isEmpty();
    }

    @Test
    void list_visitorThatThrows_isHeard() throws IOException {
        store.putIfAbsent("a", CONTENT);

        assertThatThrownBy(() -> store.list("", listed -> {
                    throw new UnsupportedOperationException("enough");
                }))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("enough");
    }

    @Test
    void delete_object_isGoneAndCanBePutAgain() throws IOException {
        store.putIfAbsent("a/b", CONTENT);
        store.delete("a/b");

        assertThat(store.size("a/b")).isEmpty();
        assertThat(list("")).isEmpty();
        assertThat(store.putIfAbsent("a/b", new byte[] {7})).isTrue();
        assertThat(store.get("a/b")).containsExactly(7);
    }

    @Test
    void delete_absentKey_isNothing() throws IOException {
        store.delete("a/b");

        assertThat(list("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "../a",
                "a/../b",
                "a/./b",
                "a\\b",
                "C:a",
                "a*",
                "a\nb",
                "a?",
                "a#\u0000",
                "a ",
                "a.",
                ".aidc",
                ".aidc/x",
                ".AIDC/x",
                "\uD800"
            })
    void key_thatIsNoPlainName_isRefused(String key) {
        assertThatThrownBy(() -> store.putIfAbsent(key, CONTENT)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.size(key)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.get(key)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.get(key, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.delete(key)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a b", "a+b", "a%20b", "a&b=c", "a~b", "a(b)'!", "[a]@$,;", "ä/ö/😀", "I/i/ı/İ", "a..b", "#a"})
    void key_withUnusualCharacters_isKept(String key) throws IOException {
        assertThat(store.putIfAbsent(key, CONTENT)).isTrue();

        assertThat(store.get(key)).isEqualTo(CONTENT);
        assertThat(store.get(key, 1, 1)).containsExactly(2);
        assertThat(list("")).containsExactly(key);
        assertThat(list(key.substring(0, 1))).containsExactly(key);
        store.delete(key);
        assertThat(store.size(key)).isEmpty();
    }

    @Test
    void key_longest_isKept() throws IOException {
        String part = "x".repeat(200);
        String key = part + "/" + part + "/" + "y".repeat(110);
        assertThat(key).hasSize(512);

        assertThat(store.putIfAbsent(key, CONTENT)).isTrue();
        assertThat(list("")).containsExactly(key);
        assertThatThrownBy(() -> store.putIfAbsent(key + "y", CONTENT)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void close_twice_isHarmlessAndEndsTheStore() {
        store.close();
        store.close();

        assertThatThrownBy(() -> store.putIfAbsent("a", CONTENT)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.size("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.get("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.get("a", 0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.list("", listed -> {})).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.delete("a")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @SuppressWarnings("NullAway") // on purpose
    void nulls_areRefused() {
        assertThatThrownBy(() -> store.putIfAbsent(null, CONTENT)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> store.putIfAbsent("a", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> store.list(null, listed -> {})).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> store.list("", null)).isInstanceOf(NullPointerException.class);
    }

    final List<String> list(String prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        store.list(prefix, listed -> keys.add(listed.key()));
        return keys;
    }
}

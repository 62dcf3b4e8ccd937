package io.aidc.security.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every store of credentials keeps to. */
public abstract class CredentialStoreContract {
    private static final byte[] ONE = "one".getBytes(UTF_8);
    private static final byte[] TWO = "two".getBytes(UTF_8);

    /** The store under test, empty at first, the same on each call. */
    protected abstract CredentialStore store() throws Exception;

    @Test
    void find_unknownKey_isEmpty() throws Exception {
        assertThat(store().find("totp/a")).isEmpty();
    }

    @Test
    void replace_nothingByARecord_isFound() throws Exception {
        assertThat(store().replace("totp/a", null, ONE)).isTrue();
        assertThat(store().find("totp/a")).hasValue(ONE);
        assertThat(store().find("totp/b")).isEmpty();
    }

    @Test
    void replace_nothingExpectedButThere_changesNothing() throws Exception {
        store().replace("totp/a", null, ONE);
        assertThat(store().replace("totp/a", null, TWO)).isFalse();
        assertThat(store().find("totp/a")).hasValue(ONE);
    }

    @Test
    void replace_asExpected_isReplaced() throws Exception {
        store().replace("totp/a", null, ONE);
        assertThat(store().replace("totp/a", ONE.clone(), TWO)).isTrue();
        assertThat(store().find("totp/a")).hasValue(TWO);
    }

    @Test
    void replace_notAsExpected_changesNothing() throws Exception {
        store().replace("totp/a", null, ONE);
        assertThat(store().replace("totp/a", TWO, TWO)).isFalse();
        assertThat(store().replace("totp/b", ONE, TWO)).isFalse();
        assertThat(store().find("totp/a")).hasValue(ONE);
        assertThat(store().find("totp/b")).isEmpty();
    }

    @Test
    void replace_byNothing_removes() throws Exception {
        store().replace("totp/a", null, ONE);
        assertThat(store().replace("totp/a", TWO, null)).isFalse();
        assertThat(store().replace("totp/a", ONE, null)).isTrue();
        assertThat(store().find("totp/a")).isEmpty();
        assertThat(store().keys("")).isEmpty();
    }

    @Test
    void replace_nothingByNothing_isAsExpectedOrNot() throws Exception {
        assertThat(store().replace("totp/a", null, null)).isTrue();
        store().replace("totp/a", null, ONE);
        assertThat(store().replace("totp/a", null, null)).isFalse();
    }

    @Test
    void replace_emptyAndLargeRecords_areKept() throws Exception {
        byte[] large = new byte[64 * 1024];
        store().replace("totp/empty", null, new byte[0]);
        store().replace("totp/large", null, large);
        assertThat(store().find("totp/empty")).hasValue(new byte[0]);
        assertThat(store().find("totp/large")).hasValue(large);
        assertThat(store().replace("totp/empty", null, ONE)).isFalse();
    }

    @Test
    void records_areCopies() throws Exception {
        byte[] mine = ONE.clone();
        store().replace("totp/a", null, mine);
        mine[0] = 0;
        store().find("totp/a").orElseThrow()[1] = 0;
        assertThat(store().find("totp/a")).hasValue(ONE);
    }

    @Test
    void keys_prefix_listsThoseAlone() throws Exception {
        for (String key : List.of("session/b", "session/a", "session-owner/a", "totp/a")) {
            store().replace(key, null, ONE);
        }
        assertThat(store().keys("session/")).containsExactlyInAnyOrder("session/a", "session/b");
        assertThat(store().keys("none")).isEmpty();
        assertThat(store().keys("")).hasSize(4);
    }

    @Test
    void replace_fromManyThreads_oneWinsEachTime() throws Exception {
        CredentialStore store = store();
        store.replace("count", null, "0".getBytes(UTF_8));
        AtomicInteger wins = new AtomicInteger();
        Race.of(4, () -> {
            for (int i = 0; i < 50; i++) {
                byte[] before = store.find("count").orElseThrow();
                int next = Integer.parseInt(new String(before, UTF_8)) + 1;
                if (store.replace("count", before, Integer.toString(next).getBytes(UTF_8))) {
                    wins.incrementAndGet();
                }
            }
            return true;
        });
        String count = new String(store.find("count").orElseThrow(), UTF_8);
        assertThat(count).isEqualTo(Integer.toString(wins.get()));
    }

    @Test
    void replace_sameRecordFromManyThreads_isTakenOnce() throws Exception {
        CredentialStore store = store();
        List<Boolean> won = Race.of(8, () -> store.replace("totp/a", null, ONE));
        assertThat(Collections.frequency(won, true)).isEqualTo(1);
    }
}

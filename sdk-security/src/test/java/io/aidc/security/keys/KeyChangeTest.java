package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.keys.KeyChange.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyChangeTest {
    @TempDir
    private Path directory;

    private KeyRing ring;
    private final List<KeyChange> told = new ArrayList<>();

    @BeforeEach
    void makeRing() {
        ring = TestRings.create(directory.resolve("keys.ring"), "passphrase");
        ring.onChange(told::add);
    }

    @AfterEach
    void closeRing() {
        ring.close();
    }

    @Test
    void change_ofEachKind_isToldOnceInOrder() {
        ring.rotate();
        ring.rotate();
        ring.disable(2);
        ring.enable(2);
        ring.destroy(1);
        ring.destroy(1);
        ring.openOnlyFrom(2);
        ring.limit(KeyLimits.none());
        ring.protectWith("another".toCharArray());

        assertThat(told)
                .containsExactly(
                        told(Kind.ROTATED, 2),
                        told(Kind.ROTATED, 3),
                        told(Kind.DISABLED, 2),
                        told(Kind.ENABLED, 2),
                        told(Kind.DESTROYED, 1),
                        told(Kind.MINIMUM_RAISED, 2),
                        told(Kind.LIMITED, 3),
                        told(Kind.PROTECTED_ANEW, 3));
    }

    @Test
    void rotation_byALimit_isTold() {
        ring.limit(KeyLimits.none().maxMessages(1));
        told.clear();

        ring.wrap(new byte[32], new byte[0]);
        assertThat(told).isEmpty();
        ring.wrap(new byte[32], new byte[0]);

        assertThat(told).containsExactly(told(Kind.ROTATED, 2));
    }

    @Test
    void change_thatIsRefused_isNotTold() {
        assertThatIllegalStateException().isThrownBy(() -> ring.destroy(1));
        assertThatIllegalArgumentException().isThrownBy(() -> ring.disable(7));
        assertThatIllegalArgumentException().isThrownBy(() -> ring.openOnlyFrom(2));

        assertThat(told).isEmpty();
    }

    @Test
    void listener_thatFails_failsTheCallAndLeavesTheChange() {
        ring.onChange(change -> {
            throw new IllegalStateException("no room");
        });

        assertThatIllegalStateException().isThrownBy(ring::rotate).withMessage("no room");
        assertThat(ring.primary()).isEqualTo(2);
    }

    @Test
    void listener_afterOneThatFailed_isToldAllTheSame() {
        List<KeyChange> second = new ArrayList<>();
        ring.onChange(change -> {
            throw new IllegalStateException("no room");
        });
        ring.onChange(second::add);

        assertThatIllegalStateException().isThrownBy(ring::rotate);
        assertThat(second).containsExactly(told(Kind.ROTATED, 2));
    }

    @Test
    void listener_isToldOutsideTheLock() throws InterruptedException {
        List<Integer> seenByAnother = new ArrayList<>();
        ring.onChange(change -> {
            Thread another = new Thread(() -> seenByAnother.add(ring.primary()));
            another.start();
            try {
                another.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        ring.rotate();

        assertThat(seenByAnother).containsExactly(2);
    }

    private KeyChange told(Kind kind, int version) {
        return new KeyChange(ring.id(), kind, version);
    }
}

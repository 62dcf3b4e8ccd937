package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class WriteTest {
    private static final UUID ID = new UUID(1, 2);

    @Test
    void orThrow_committed_isItself_anythingElseIsThrownWithWhatToDo() {
        var committed = new Write.Committed(ID, 7);
        assertThat(committed.orThrow()).isSameAs(committed);
        assertThatIllegalStateException()
                .isThrownBy(new Write.Rejected(ID, "m@prod", "3")::orThrow)
                .withMessage("rejected: m@prod is 3");
        assertThatIllegalStateException()
                .isThrownBy(new Write.Rejected(ID, "m@9", null)::orThrow)
                .withMessage("rejected: m@9 is not there");
        assertThatIllegalStateException()
                .isThrownBy(new Write.Unknown(ID)::orThrow)
                .withMessageContaining("outcomeOf(" + ID + ")");
    }
}

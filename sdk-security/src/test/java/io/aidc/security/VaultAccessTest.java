package io.aidc.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.audit.AuditEvent;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.KeyState;
import io.aidc.security.policy.Authorizer;
import io.aidc.security.policy.EntityUid;
import io.aidc.security.policy.Roles;
import io.aidc.security.policy.Schema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultAccessTest {
    private static final byte[] CONTENT = {1, 2, 3};
    private static final String NAME = "models/fraud/7";

    private final List<AuditEvent> recorded = new ArrayList<>();

    @TempDir
    private Path directory;

    private KeyRing ring;

    @BeforeEach
    void makeRing() {
        ring = KeyRing.create(directory.resolve("keys.ring"), "passphrase".toCharArray());
    }

    @AfterEach
    void closeRing() {
        ring.close();
    }

    @Test
    void open_byThoseWhoMayAndMayNot_isAnAnswer() {
        try (Vault vault = allowing()) {
            Sealed sealed = vault.seal(ByteBuffer.wrap(CONTENT), NAME);

            try (Opening.Opened opened = (Opening.Opened) vault.open(sealed, "scorer")) {
                assertThat(opened.plaintext().contentEquals(ByteBuffer.wrap(CONTENT)))
                        .isTrue();
            }
            Opening.Denied denied = (Opening.Denied) vault.open(sealed, "intern");
            assertThat(denied.rule()).isEqualTo("none permits");
            assertThat(denied.decision().auditIndex()).isEqualTo(recorded.size() - 1L);
        }
        assertThat(actions())
                .containsExactly(
                        "program seal models/fraud/7 DONE",
                        "User::\"scorer\" Action::\"unseal\" Resource::\"models/fraud/7\" ALLOWED",
                        "User::\"scorer\" unseal models/fraud/7 DONE",
                        "User::\"intern\" Action::\"unseal\" Resource::\"models/fraud/7\" DENIED");
    }

    @Test
    void open_whatIsNotSealed_isUnreadable() {
        try (Vault vault = allowing()) {
            assertThat(vault.open(Sealed.of(ByteBuffer.wrap(CONTENT)), "scorer"))
                    .isInstanceOf(Opening.Unreadable.class);
        }
        assertThat(actions()).containsExactly("User::\"scorer\" unseal (not sealed) FAILED");
    }

    @Test
    void open_aChangedFile_isUnreadable() {
        try (Vault vault = allowing()) {
            ByteBuffer bytes = ByteBuffer.allocate(
                    vault.seal(ByteBuffer.wrap(CONTENT), NAME).size());
            bytes.put(vault.seal(ByteBuffer.wrap(CONTENT), NAME).bytes());
            bytes.put(bytes.limit() - 1, (byte) ~bytes.get(bytes.limit() - 1));

            assertThat(vault.open(Sealed.of(bytes.flip()), "scorer")).isInstanceOf(Opening.Unreadable.class);
        }
    }

    @Test
    void unsealing_forNobody_isRefusedAtEachDoor() throws IOException {
        Path file = directory.resolve("sealed");
        try (Vault vault = allowing()) {
            vault.seal(new ByteArrayInputStream(CONTENT), file, NAME);
            assertForNobody(() -> vault.unseal(Sealed.readFrom(file), NAME));
            assertForNobody(() -> vault.unseal(Sealed.readFrom(file).bytes(), NAME, ByteBuffer.allocate(9)));
            assertForNobody(() -> vault.unseal(file, directory.resolve("out"), NAME));
            assertForNobody(() -> vault.channel(file, NAME));
            assertForNobody(() -> vault.unsealingStream(Files.newInputStream(file), NAME));
        }
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void view_ofOneWhoMayNot_refusesEachDoorAndDoesNothing() throws IOException {
        Path file = directory.resolve("sealed");
        Path plain = Files.write(directory.resolve("plain"), CONTENT);
        try (Vault vault = allowing();
                Vault intern = vault.as("intern")) {
            vault.seal(plain, file, NAME);
            byte[] before = Files.readAllBytes(file);
            assertNotPermitted(() -> intern.seal(ByteBuffer.wrap(CONTENT), NAME));
            assertNotPermitted(() -> intern.seal(ByteBuffer.wrap(CONTENT), NAME, ByteBuffer.allocate(99_999)));
            assertNotPermitted(() -> intern.seal(plain, directory.resolve("out"), NAME));
            assertNotPermitted(() -> intern.seal(new ByteArrayInputStream(CONTENT), directory.resolve("out"), NAME));
            assertNotPermitted(() -> intern.sealingStream(new ByteArrayOutputStream(), NAME));
            assertNotPermitted(() -> intern.unseal(Sealed.readFrom(file), NAME));
            assertNotPermitted(() -> intern.unseal(Sealed.readFrom(file).bytes(), NAME, ByteBuffer.allocate(9)));
            assertNotPermitted(() -> intern.unseal(file, directory.resolve("out"), NAME));
            assertNotPermitted(() -> intern.channel(file, NAME));
            assertNotPermitted(() -> intern.unsealingStream(Files.newInputStream(file), NAME));
            ring.rotate();
            assertThat(intern.rewrap(List.of(file)).get(0).failure().get(0)).isInstanceOf(NotPermittedException.class);
            assertNotPermitted(() -> intern.shred(1, List.of(file)));
            assertNotPermitted(intern::keys);
            assertThat(file).hasBinaryContent(before);
        }
        assertThat(directory.resolve("out")).doesNotExist();
        assertThat(ring.versions().get(0).state()).isEqualTo(KeyState.ENABLED);
    }

    @Test
    void view_ofOneWhoMay_isTheVault() throws IOException {
        Path file = directory.resolve("sealed");
        Authorizer authorizer = Authorizer.builder()
                .roles(Roles.define()
                        .role("operator")
                        .may(Set.of("seal", "unseal", "rewrap"), "models/fraud/*")
                        .may(Set.of("shred", "manage-keys"), "keys/" + ring.id())
                        .assign("ada", "operator")
                        .build())
                .build();
        try (Vault vault = Vault.builder()
                .keys(ring)
                .authorizer(authorizer)
                .auditTo(this::record)
                .open()) {
            Vault ada = vault.as("ada");
            ada.seal(new ByteArrayInputStream(CONTENT), file, NAME);
            ada.unseal(Sealed.readFrom(file), NAME).close();
            ada.keys().rotate();
            ada.rewrap(List.of(file));
            ada.shred(1, List.of(file));
            assertNotPermitted(() -> ada.seal(ByteBuffer.wrap(CONTENT), "models/credit/1"));

            ada.close();
            ada.unseal(Sealed.readFrom(file), NAME).close();
        }
        assertThat(actions())
                .startsWith("User::\"ada\" seal models/fraud/7 DONE", "User::\"ada\" unseal models/fraud/7 DONE");
    }

    @Test
    void revocation_takesEffectAtOnce() {
        Authorizer authorizer = Authorizer.builder()
                .roles(Roles.define()
                        .role("scorer")
                        .may("unseal", "*")
                        .assign("ada", "scorer")
                        .build())
                .build();
        try (Vault vault = Vault.builder().keys(ring).authorizer(authorizer).open();
                Vault ada = vault.as(EntityUid.parse("User::\"ada\""))) {
            Sealed sealed = vault.seal(ByteBuffer.wrap(CONTENT), NAME);
            ada.unseal(sealed, NAME).close();
            authorizer.revoke(Roles.user("ada"), Roles.role("scorer"));

            assertNotPermitted(() -> ada.unseal(sealed, NAME));
        }
    }

    @Test
    void context_ofTheVault_isThePolicys() {
        Authorizer authorizer = Authorizer.builder()
                .policies("permit (principal, action, resource) when { context.tenant == \"north\" };")
                .build();
        try (Vault north = Vault.builder()
                        .keys(ring)
                        .context("tenant", "north")
                        .authorizer(authorizer)
                        .open();
                Vault south = Vault.builder()
                        .keys(ring)
                        .context("tenant", "south")
                        .authorizer(authorizer)
                        .open()) {
            assertThat(north.open(north.seal(ByteBuffer.wrap(CONTENT), NAME), "ada"))
                    .isInstanceOf(Opening.Opened.class);
            assertThat(south.open(south.seal(ByteBuffer.wrap(CONTENT), NAME), "ada"))
                    .isInstanceOf(Opening.Denied.class);
        }
    }

    @Test
    void refusal_namesWhoWhatAndWhichPolicy() {
        Authorizer authorizer = Authorizer.builder()
                .policies(
                        "permit (principal, action, resource); forbid (principal == User::\"ada\", action, resource);")
                .build();
        try (Vault vault = Vault.builder().keys(ring).authorizer(authorizer).open()) {
            assertThatExceptionOfType(NotPermittedException.class)
                    .isThrownBy(() -> vault.as("ada").seal(ByteBuffer.wrap(CONTENT), NAME))
                    .withMessage("User::\"ada\" may not seal models/fraud/7: forbidden by policy1")
                    .satisfies(e -> assertThat(e.policies()).containsExactly("policy1"));
        }
    }

    @Test
    void refusal_byAnAuthorizerWithoutATrail_isRecordedByTheVault() {
        Authorizer silent = Authorizer.builder()
                .policies("forbid (principal, action, resource);")
                .build();
        try (Vault vault = Vault.builder()
                .keys(ring)
                .authorizer(silent)
                .auditTo(this::record)
                .open()) {
            Sealed sealed = vault.seal(ByteBuffer.wrap(CONTENT), NAME);
            assertNotPermitted(() -> vault.as("ada").seal(ByteBuffer.wrap(CONTENT), NAME));
            Opening.Denied denied = (Opening.Denied) vault.open(sealed, "ada");
            assertThat(denied.rule()).isEqualTo("policy0");
            assertThat(denied.decision().auditIndex()).isEqualTo(2);
        }
        assertThat(actions())
                .containsExactly(
                        "program seal models/fraud/7 DONE",
                        "User::\"ada\" seal models/fraud/7 DENIED",
                        "User::\"ada\" unseal models/fraud/7 DENIED");
    }

    @Test
    void name_thatIsNoPlainPath_isPermittedToNobody() {
        try (Vault vault = Vault.builder()
                .keys(ring)
                .allow("scorer", "*")
                .auditTo(this::record)
                .open()) {
            for (String name : List.of("a//b", "x*y", "/a", "a/../b")) {
                Sealed sealed = vault.seal(ByteBuffer.wrap(CONTENT), name);
                assertThat(vault.open(sealed, "scorer")).as(name).isInstanceOf(Opening.Denied.class);
                assertNotPermitted(() -> vault.as("scorer").unseal(sealed, name));
            }
        }
        assertThat(actions()).filteredOn(action -> action.endsWith("DENIED")).hasSize(8);
    }

    @Test
    void rewrap_ofSeveralFiles_asksForEach() {
        Path mine = directory.resolve("mine");
        Path theirs = directory.resolve("theirs");
        Path garbage = directory.resolve("\u00ff".repeat(80));
        Authorizer authorizer = Authorizer.builder()
                .roles(Roles.define()
                        .role("operator")
                        .may("rewrap", "models/fraud/*")
                        .assign("ada", "operator")
                        .build())
                .build();
        try (Vault vault = Vault.builder()
                .keys(ring)
                .authorizer(authorizer)
                .auditTo(this::record)
                .open()) {
            vault.seal(new ByteArrayInputStream(CONTENT), mine, NAME);
            vault.seal(new ByteArrayInputStream(CONTENT), theirs, "models/credit/1");
            vault.seal(new ByteArrayInputStream(CONTENT), garbage, "x//y");
            ring.rotate();
            recorded.clear();

            assertThat(vault.as("ada").rewrap(List.of(theirs, garbage, mine)))
                    .extracting(result -> result.outcome().name())
                    .containsExactly("FAILED", "FAILED", "REWRAPPED");
        }
        assertThat(actions())
                .containsExactlyInAnyOrder(
                        "User::\"ada\" rewrap models/credit/1 DENIED",
                        "User::\"ada\" rewrap x//y DENIED",
                        "User::\"ada\" rewrap models/credit/1 FAILED",
                        "User::\"ada\" rewrap x//y FAILED",
                        "User::\"ada\" rewrap models/fraud/7 DONE");
    }

    @Test
    void user_whoCannotBeRecorded_isRefusedBeforeAnythingIsDone() {
        try (Vault vault = Vault.builder().keys(ring).auditTo(this::record).open()) {
            ring.rotate();
            assertThatIllegalArgumentException().isThrownBy(() -> vault.as("x".repeat(1100)));
        }
        assertThat(ring.versions().get(0).state()).isEqualTo(KeyState.ENABLED);
    }

    @Test
    void schemaOfRoles_fitsWhatVaultsAskFor() {
        Authorizer authorizer = Authorizer.builder()
                .roles(Roles.define()
                        .role("operator")
                        .may(Set.of("seal", "unseal", "manage-keys"), "*")
                        .assign("ada", "operator")
                        .build())
                .schema(Schema.parse(Roles.schema("seal", "unseal", "rewrap", "shred", "manage-keys")))
                .build();
        try (Vault vault = Vault.builder().keys(ring).authorizer(authorizer).open()) {
            Vault ada = vault.as("ada");
            Sealed sealed = ada.seal(ByteBuffer.wrap(CONTENT), NAME);
            assertThat(vault.open(sealed, "ada")).isInstanceOf(Opening.Opened.class);
            assertThat(ada.keys()).isSameAs(ring);
        }
        assertThatIllegalArgumentException().isThrownBy(Roles::schema);
    }

    @Test
    void context_thatTheSchemaDoesNotDeclare_isRefused() {
        Authorizer authorizer = Authorizer.builder()
                .policies("permit (principal, action, resource);")
                .schema(Schema.parse(Roles.schema("unseal")))
                .build();
        try (Vault vault = Vault.builder()
                .keys(ring)
                .context("tenant", "north")
                .authorizer(authorizer)
                .open()) {
            Sealed sealed = vault.seal(ByteBuffer.wrap(CONTENT), NAME);
            assertThatExceptionOfType(PolicyException.class)
                    .isThrownBy(() -> vault.open(sealed, "ada"))
                    .withMessageContaining("tenant");
        }
    }

    @Test
    void view_ofAView_isRefused() {
        try (Vault vault = allowing()) {
            Vault view = vault.as("intern");
            Sealed sealed = vault.seal(ByteBuffer.wrap(CONTENT), NAME);
            assertThatIllegalStateException().isThrownBy(() -> view.as("scorer"));
            assertThatIllegalStateException().isThrownBy(() -> view.open(sealed, "scorer"));
        }
    }

    @Test
    void keys_ofAView_areRecorded() {
        try (Vault vault = Vault.builder().keys(ring).auditTo(this::record).open()) {
            vault.as("ada").keys();
        }
        assertThat(actions()).containsExactly("User::\"ada\" manage-keys keys/%s DONE".formatted(ring.id()));
    }

    @Test
    void allow_thatWasRefused_stillClosesTheVaultToOthers() {
        Vault.Builder builder = Vault.builder().keys(ring);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.allow("ada", "bad**"));
        try (Vault vault = builder.open()) {
            Sealed sealed = vault.seal(ByteBuffer.wrap(CONTENT), NAME);
            assertForNobody(() -> vault.unseal(sealed, NAME));
        }
    }

    @Test
    void as_withoutAuthorizerOrTrail_isRefused() {
        try (Vault vault = Vault.builder().keys(ring).open()) {
            assertThatIllegalStateException().isThrownBy(() -> vault.as("ada"));
            Sealed sealed = vault.seal(ByteBuffer.wrap(CONTENT), NAME);
            assertThatIllegalStateException().isThrownBy(() -> vault.open(sealed, "ada"));
        }
    }

    @Test
    void as_withATrailAlone_isRecordedUnderTheUser() {
        try (Vault vault = Vault.builder().keys(ring).auditTo(this::record).open()) {
            vault.as("ada").seal(ByteBuffer.wrap(CONTENT), NAME);
        }
        assertThat(actions()).containsExactly("User::\"ada\" seal models/fraud/7 DONE");
    }

    @Test
    void builder_allowAndAuthorizerTogetherOrBadPattern_areRefused() {
        Authorizer authorizer = Authorizer.builder()
                .policies("permit (principal, action, resource);")
                .build();
        assertThatIllegalStateException()
                .isThrownBy(() -> Vault.builder().allow("ada", "*").authorizer(authorizer));
        assertThatIllegalStateException()
                .isThrownBy(() -> Vault.builder().authorizer(authorizer).allow("ada", "*"));
        assertThatIllegalStateException()
                .isThrownBy(() -> Vault.builder().authorizer(authorizer).authorizer(authorizer));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Vault.builder().allow("ada", "models/*/7"))
                .withMessageContaining("models/*/7");
    }

    @Test
    void view_afterTheVaultIsClosed_isClosed() {
        Vault vault = allowing();
        Vault view = vault.as("scorer");
        vault.close();

        assertThatIllegalStateException().isThrownBy(() -> view.seal(ByteBuffer.wrap(CONTENT), NAME));
        assertThatIllegalStateException().isThrownBy(() -> vault.as("scorer"));
    }

    private Vault allowing() {
        return Vault.builder()
                .keys(ring)
                .allow("scorer", "models/fraud/*")
                .allow("scorer", "models/credit/*")
                .auditTo(this::record)
                .open();
    }

    private long record(AuditEvent event) {
        long index = recorded.size();
        if (!event.principal().equals("authorizer")) {
            recorded.add(event);
        }
        return index;
    }

    private List<String> actions() {
        return recorded.stream()
                .map(event ->
                        "%s %s %s %s".formatted(event.principal(), event.action(), event.resource(), event.outcome()))
                .toList();
    }

    private static void assertForNobody(ThrowingCallable call) {
        assertThatIllegalStateException().isThrownBy(call).withMessageContaining("call as or open");
    }

    private static void assertNotPermitted(ThrowingCallable call) {
        assertThatExceptionOfType(NotPermittedException.class).isThrownBy(call);
    }
}

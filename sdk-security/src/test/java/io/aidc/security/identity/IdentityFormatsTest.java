package io.aidc.security.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonReader;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.keys.TestRings;
import io.aidc.security.values.SealedValue;
import io.aidc.security.values.ValueSealer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was stored once is read for ever, and written the same. */
class IdentityFormatsTest {
    @TempDir
    private Path directory;

    private static Json json(String text) throws Exception {
        return JsonReader.read(text.getBytes(UTF_8), 100);
    }

    @Test
    void file_ofVersion1_isRead() throws IOException {
        // put a/b = "one", put c = "", remove c
        String hex = "4149444343524544" + "00000001" + "00000009" + "e68179dc" + "01" + "0003" + "612f62" + "6f6e65"
                + "00000004" + "d01c5e63" + "01" + "0001" + "63" + "00000004" + "b23ed75a" + "02" + "0001" + "63";
        Path file = Files.write(directory.resolve("credentials"), HexFormat.of().parseHex(hex));
        try (FileCredentialStore store = FileCredentialStore.open(file)) {
            assertThat(store.find("a/b")).hasValue("one".getBytes(UTF_8));
            assertThat(store.keys("")).containsExactly("a/b");
        }
    }

    @Test
    void session_ofVersion1_isReadAndWritten() throws Exception {
        String text = "{\"v\":1,\"id\":\"aaaaaaaaaaaaaaaa\",\"principal\":\"al\\u00efce\",\"scopes\":[\"read:*\"],"
                + "\"factors\":[\"password\",\"totp\"],\"started\":1000,\"seen\":2000,\"expires\":3000,"
                + "\"hash\":\"00ff\",\"epoch\":4}";
        assertThat(SessionRecord.of(json(text)).json().text()).isEqualTo(text);
    }

    @Test
    void apiKey_ofVersion1_isReadAndWritten() throws Exception {
        String text = "{\"v\":1,\"id\":\"aaaaaaaaaaaaaaaa\",\"principal\":\"pipeline\",\"scopes\":[],"
                + "\"issued\":1000,\"expires\":3000,\"used\":null,\"revoked\":false,\"hash\":\"00ff\"}";
        assertThat(ApiKeyRecord.of(json(text)).json().text()).isEqualTo(text);
        String used = text.replace("null", "2000").replace("false", "true");
        assertThat(ApiKeyRecord.of(json(used)).json().text()).isEqualTo(used);
    }

    @Test
    void password_ofVersion1_isReadAndWritten() throws Exception {
        String text = "{\"v\":1,\"hash\":\"$argon2id$\",\"attempts\":{\"failures\":1,\"locks\":2,\"until\":3000}}";
        assertThat(PasswordRecord.of(json(text)).json().text()).isEqualTo(text);
    }

    @Test
    void totp_ofVersion1_isReadAndWritten() throws Exception {
        String text = "{\"v\":1,\"secret\":\"QUlEVgE\",\"step\":58000000,\"recovery\":[\"00ff\"],\"pending\":null,"
                + "\"pendingRecovery\":[],\"attempts\":{\"failures\":0,\"locks\":0,\"until\":0}}";
        assertThat(TotpRecord.of(json(text)).json().text()).isEqualTo(text);
    }

    @Test
    void totpSecret_isSealedInItsOwnForm() {
        try (KeyRing ring = TestRings.create(directory.resolve("ring"), "passphrase")) {
            ValueSealer sealer = ValueSealer.xaes256Gcm(ring, "totp");
            String token = new TotpSecret(Totp.Algorithm.SHA256, 8, 60, new byte[] {1, 2, 3}).seal(sealer, "alice");
            try (SecretBytes bytes = sealer.unseal(SealedValue.parse(token), "totp/alice".getBytes(UTF_8))) {
                byte[] plain = new byte[bytes.size()];
                bytes.buffer().get(plain);
                assertThat(plain).containsExactly(2, 8, 0, 60, 1, 2, 3);
            }
        }
    }

    @Test
    void texts_inALocaleWithDigitsOfItsOwn_areTheSame() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            TotpSecret secret = new TotpSecret(Totp.Algorithm.SHA1, 6, 30, new byte[20]);
            assertThat(OtpAuthUri.of("i", "u", secret)).endsWith("&digits=6&period=30");
            assertThat(PasswordHashing.of(PasswordHashingTest.CHEAP).hash("correct horse".toCharArray()))
                    .startsWith("$argon2id$v=19$m=64,t=1,p=1$");
            assertThat(TotpCode.of(Totp.Algorithm.SHA1, new byte[20], 1, 6)).matches("[0-9]{6}");
            assertThat(RecoveryCodes.fresh(new java.security.SecureRandom())).hasSize(10);
        } finally {
            Locale.setDefault(before);
        }
    }
}

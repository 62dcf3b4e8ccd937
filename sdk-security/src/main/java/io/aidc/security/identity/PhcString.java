package io.aidc.security.identity;

import io.aidc.security.CredentialException;
import io.aidc.security.CredentialException.Reason;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stored password: {@code $argon2id$v=19$m=…,t=…,p=…[,keyid=…]$salt$hash}, Base64 without padding. The {@code keyid} is the
 * version of the ring's key from which the pepper comes, as u32. There is one text for what it says.
 */
@SuppressWarnings("ArrayRecordComponent") // compared by the hash alone, in constant time
record PhcString(Argon2Cost cost, OptionalInt pepper, byte[] salt, byte[] hash) {
    private static final int MAX_CHARACTERS = 300;
    private static final int MIN_SALT = 8;
    private static final int MIN_HASH = 16;
    private static final int MAX_PART = 64;
    private static final int KEY_ID_BYTES = 4;
    private static final Pattern FORM =
            Pattern.compile("\\$argon2id\\$v=19\\$m=([0-9]{1,9}),t=([0-9]{1,9}),p=([0-9]{1,9})"
                    + "(?:,keyid=([A-Za-z0-9+/]{6}))?\\$([A-Za-z0-9+/]{1,86})\\$([A-Za-z0-9+/]{1,86})");

    static PhcString parse(String text) {
        Matcher form = FORM.matcher(text);
        if (text.length() > MAX_CHARACTERS || !form.matches()) {
            throw notOurs();
        }
        Argon2Cost cost = new Argon2Cost(number(form, 1), number(form, 2), number(form, 3));
        if (!cost.isAllowed()) {
            throw new CredentialException(Reason.OVER_LIMIT, "A stored password asks for " + cost);
        }
        PhcString parsed = new PhcString(cost, keyId(form), decoded(form.group(5)), decoded(form.group(6)));
        if (parsed.salt.length < MIN_SALT
                || parsed.salt.length > MAX_PART
                || parsed.hash.length < MIN_HASH
                || parsed.hash.length > MAX_PART
                || !parsed.text().equals(text)) {
            throw notOurs();
        }
        return parsed;
    }

    String text() {
        String keyId = pepper.isEmpty()
                ? ""
                : ",keyid="
                        + encoded(ByteBuffer.allocate(KEY_ID_BYTES)
                                .putInt(pepper.getAsInt())
                                .array());
        return "$argon2id$v=19$m=%s,t=%s,p=%s%s$%s$%s"
                .formatted(cost.memoryKib(), cost.passes(), cost.lanes(), keyId, encoded(salt), encoded(hash));
    }

    @Override
    public String toString() {
        return "PhcString[%s, pepper=%s]".formatted(cost, pepper);
    }

    private static int number(Matcher form, int group) {
        return Integer.parseInt(form.group(group));
    }

    private static OptionalInt keyId(Matcher form) {
        String keyId = form.group(4);
        return keyId == null
                ? OptionalInt.empty()
                : OptionalInt.of(ByteBuffer.wrap(decoded(keyId)).getInt());
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) { // what is wrong with the Base64 helps nobody
            throw notOurs();
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }

    private static CredentialException notOurs() {
        return new CredentialException(Reason.DAMAGED, "A stored password is no PHC string of Argon2id, version 19");
    }
}

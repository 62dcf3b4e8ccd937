package io.aidc.security.identity;

import static java.util.Objects.requireNonNull;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestationObjectConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecord;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.attestation.AttestationObject;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

// @start region="webauthn"
/** Security keys and passkeys, by webauthn4j. Challenges and credentials lie in the store, under their user. */
final class WebAuthnFactor implements SecondFactor {
    private static final Duration ANSWERED_WITHIN = Duration.ofMinutes(5);

    private static final Verification WRONG = new Verification.Refused(Verification.Reason.WRONG);

    private final WebAuthnManager webAuthn = WebAuthnManager.createNonStrictWebAuthnManager();
    private final AttestationObjectConverter attestations = new AttestationObjectConverter(new ObjectConverter());
    private final SecureRandom random = new SecureRandom();
    private final CredentialStore store;
    private final String site;
    private final Clock clock;

    WebAuthnFactor(CredentialStore store, String site, Clock clock) {
        this.store = store;
        this.site = site;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "webauthn";
    }

    /** Returns the challenge for {@code navigator.credentials.create} and {@code .get}; the last one counts. */
    @Override
    public byte[] begin(String user) {
        byte[] challenge = new byte[32];
        random.nextBytes(challenge);
        long until = clock.instant().plus(ANSWERED_WITHIN).toEpochMilli();
        byte[] record = ByteBuffer.allocate(40).putLong(until).put(challenge).array();
        String key = challengeKey(user);
        while (!store.replace(key, store.find(key).orElse(null), record)) {
            Thread.onSpinWait();
        }
        return challenge;
    }

    /** Takes the response of {@code get}, as JSON. */
    @Override
    public Verification finish(String user, byte[] response) {
        Optional<ServerProperty> server = takeChallenge(user); // whatever comes of it
        Optional<AuthenticationData> data =
                unlessRefused(() -> webAuthn.parseAuthenticationResponseJSON(utf8(response)));
        if (server.isEmpty() || data.isEmpty() || data.get().getCredentialId() == null) {
            return WRONG;
        }
        @SuppressWarnings("NullAway") // looked at above
        String key = credentialKey(user, data.get().getCredentialId()); // one of this user's, or none
        Optional<byte[]> stored = store.find(key);
        if (stored.isEmpty()) {
            return WRONG;
        }
        CredentialRecord credential = credential(stored.get()); // knows the last counter
        AuthenticationParameters asked = new AuthenticationParameters(server.get(), credential, null, false, true);
        if (unlessRefused(() -> webAuthn.verify(data.get(), asked)).isEmpty()) {
            return WRONG;
        }
        byte[] next = stored.get().clone();
        ByteBuffer.wrap(next)
                .putLong(requireNonNull(data.get().getAuthenticatorData()).getSignCount());
        return store.replace(key, stored.get(), next)
                ? new Verification.Accepted(user, name())
                : new Verification.Refused(Verification.Reason.REPLAYED);
    }

    /** A challenge is taken once, by whichever thread comes first. */
    private Optional<ServerProperty> takeChallenge(String user) {
        String key = challengeKey(user);
        Optional<byte[]> record = store.find(key);
        if (record.isEmpty() || !store.replace(key, record.get(), null)) {
            return Optional.empty();
        }
        if (clock.millis() > ByteBuffer.wrap(record.get()).getLong()) {
            return Optional.empty();
        }
        return Optional.of(ServerProperty.builder()
                .origin(new Origin("https://" + site))
                .rpId(site)
                .challenge(new DefaultChallenge(Arrays.copyOfRange(record.get(), 8, 40)))
                .build());
    }

    /** What a library throws at foreign bytes is a no; webauthn4j lets that of its JSON reader through. */
    @SuppressWarnings("IllegalCatch")
    private static <T> Optional<T> unlessRefused(Supplier<T> step) {
        try {
            return Optional.ofNullable(step.get());
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private CredentialRecord credential(byte[] record) {
        AttestationObject attestation =
                requireNonNull(attestations.convert(Arrays.copyOfRange(record, 8, record.length)));
        CredentialRecord credential = new CredentialRecordImpl(attestation, null, null, null);
        credential.setCounter(ByteBuffer.wrap(record).getLong());
        return credential;
    }
    // @end

    /** Takes the response of {@code create}, as JSON, from a user who has shown otherwise who he is. */
    Verification register(String user, byte[] response) {
        Optional<ServerProperty> server = takeChallenge(user);
        Optional<RegistrationData> data = server.flatMap(asked -> unlessRefused(() -> {
            RegistrationData parsed = webAuthn.parseRegistrationResponseJSON(utf8(response));
            return webAuthn.verify(parsed, new RegistrationParameters(asked, null, false, true));
        }));
        if (data.isEmpty()) {
            return WRONG;
        }
        AttestationObject attestation = requireNonNull(data.get().getAttestationObject());
        byte[] bytes = attestations.convertToBytes(attestation);
        byte[] record = ByteBuffer.allocate(8 + bytes.length)
                .putLong(attestation.getAuthenticatorData().getSignCount())
                .put(bytes)
                .array();
        byte[] id = requireNonNull(attestation.getAuthenticatorData().getAttestedCredentialData())
                .getCredentialId();
        return store.replace(credentialKey(user, id), null, record)
                ? new Verification.Accepted(user, name())
                : new Verification.Refused(Verification.Reason.REPLAYED);
    }

    private static String challengeKey(String user) {
        return Records.key("webauthn-challenge", Records.checkedName("user", user));
    }

    private static String credentialKey(String user, byte[] id) {
        return Records.key("webauthn", Records.checkedName("user", user)) + "/"
                + java.util.HexFormat.of().formatHex(Records.sha256(id));
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

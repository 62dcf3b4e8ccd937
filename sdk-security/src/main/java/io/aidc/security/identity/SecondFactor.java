package io.aidc.security.identity;

/**
 * One more way to see that somebody is the user: a code, a security key, a text on a phone.
 *
 * <p>{@link Totp} is one. WebAuthn (security keys, passkeys) is left to libraries made for it, behind this interface; this is
 * all that the one named webauthn4j needs:
 *
 * {@snippet class="io.aidc.security.identity.WebAuthnFactor" region="webauthn"}
 *
 * <p>An implementation must be thread-safe, and keep to this: a response is accepted once at most, even by two threads at
 * once; a challenge is good for one response and some minutes, and for the user alone for whom it was made; whatever the
 * response holds, the answer is a {@link Verification} and no exception; with WebAuthn, the credential must be one that the
 * <em>user</em> registered, not whichever the response names (YSA-2026-02).
 *
 * @see <a href="https://www.w3.org/TR/webauthn-3/">Web Authentication, level 3</a>
 */
public interface SecondFactor {
    /**
     * Names the factor, for {@link Verification.Accepted#factor} and sessions.
     *
     * @return such as {@code totp} or {@code webauthn}
     */
    String name();

    /**
     * Begins: makes what the user's device is to answer.
     *
     * @param user 1 to 256 bytes in UTF-8
     * @return what to send there, in a form of the factor's own; empty if there is nothing to send
     * @throws IllegalArgumentException if the name is empty or too long
     */
    byte[] begin(String user);

    /**
     * Finishes: judges the answer.
     *
     * @param user as given to {@link #begin}
     * @param response what came back, of any length and content
     * @return whether it is the user
     * @throws IllegalArgumentException if the name is empty or too long
     */
    Verification finish(String user, byte[] response);
}

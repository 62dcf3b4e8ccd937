package io.aidc.security.identity;

/**
 * What one guess at a password costs: Argon2id v1.3 with a salt of 16 random bytes and a hash of 32.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9106">RFC 9106, Argon2</a>
 * @see <a href="https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html">OWASP Password Storage</a>
 */
public enum PasswordCost {
    /** 19 MiB, 2 passes, 1 lane: what OWASP asks for at least. For servers that check many at once. */
    OWASP_19_MIB(19 * 1024, 2, 1),
    /** 46 MiB, 1 pass, 1 lane: about the same work with more memory. */
    OWASP_46_MIB(46 * 1024, 1, 1),
    /** 64 MiB, 3 passes, 4 lanes: the second choice of RFC 9106. Our lanes run one after another. */
    RFC_9106_64_MIB(64 * 1024, 3, 4);

    private final int memoryKib;
    private final int passes;
    private final int lanes;

    PasswordCost(int memoryKib, int passes, int lanes) {
        this.memoryKib = memoryKib;
        this.passes = passes;
        this.lanes = lanes;
    }

    Argon2Cost argon2() {
        return new Argon2Cost(memoryKib, passes, lanes);
    }
}

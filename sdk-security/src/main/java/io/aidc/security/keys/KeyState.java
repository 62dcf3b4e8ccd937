package io.aidc.security.keys;

/** What a version of a key may be used for. */
public enum KeyState {
    /** Opens what was sealed under it; seals as well if it is the primary one. */
    ENABLED,
    /** Opens nothing until it is enabled again. */
    DISABLED,
    /** Gone: its bytes are no longer in the key ring. */
    DESTROYED
}
